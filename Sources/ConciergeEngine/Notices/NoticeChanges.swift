import ConciergeKit

/// The changes of a batch to notices.
package struct NoticeChanges: Sendable, Hashable {
    /// By the index of its history line in ``Changes/entries``, a new notice that is not simply told by hand.
    package var begun: [Int: NewNotice] = [:]
    /// By number, what became of notices that are in the ledger.
    package var changed: [Int64: NewNotice] = [:]
    /// By ``RefusedAddress/key(of:)``; nil for one that is right after all.
    package var refused: [String: RefusedAddress?] = [:]

    package init() {}

    package var isEmpty: Bool { begun.isEmpty && changed.isEmpty && refused.isEmpty }
}

/// What of a notice is not in its history line.
package struct NewNotice: Sendable, Hashable {
    package var state: StoredNotice.State
    package var delivery: NoticeDelivery
    /// What templates may use of it, JSON; nil if there is nothing. It is written once.
    package var values: [UInt8]?

    package init(
        _ state: StoredNotice.State = .waiting, _ delivery: NoticeDelivery = NoticeDelivery(), values: [UInt8]? = nil
    ) {
        self.state = state
        self.delivery = delivery
        self.values = values
    }
}

/// A notice that waits, in the ledger or begun by the batch.
struct WaitingNotice {
    /// Where it is to be changed.
    enum Place { case stored(Int64), begun(index: Int) }

    let place: Place
    let name: String
    let audience: Audience
    let delivery: NoticeDelivery
    /// The follower for whom it is; nil if it is for the one for whom the request is, or for a partner.
    let follower: String?

    /// Whether it is for the one for whom the request is.
    var isForResident: Bool { audience == .resident && follower == nil }
}

extension StagedChanges {
    func notice(_ number: Int64) throws -> StoredNotice? {
        guard var notice = try facts.notice(number) else { return nil }
        if let change = changes.notices.changed[number] {
            (notice.state, notice.delivery) = (change.state, change.delivery)
        }
        return notice
    }

    func refusal(ofAddress key: String) throws -> RefusedAddress? {
        try changes.notices.refused[key] ?? facts.refusal(ofAddress: key)
    }

    /// The notices of a request that wait, those of this batch included.
    func waitingNotices(of request: RequestID) throws -> [WaitingNotice] {
        var waiting: [WaitingNotice] = []
        // A request that this batch has opened has none in the ledger.
        if changes.requests.opened[request] == nil {
            for var notice in try facts.waitingNotices(of: request) {
                if let change = changes.notices.changed[notice.number] {
                    (notice.state, notice.delivery) = (change.state, change.delivery)
                }
                let entry = notice.line.entry
                guard notice.state == .waiting, let name = entry.noticeName, let audience = entry.noticeAudience else {
                    continue
                }
                waiting.append(
                    WaitingNotice(
                        place: .stored(notice.number), name: name, audience: audience, delivery: notice.delivery,
                        follower: entry.follower))
            }
        }
        for (index, entry) in changes.entries.enumerated() where entry.request == request && entry.isDelivered {
            let begun = changes.notices.begun[index] ?? NewNotice()
            guard begun.state == .waiting, let name = entry.noticeName, let audience = entry.noticeAudience else {
                continue
            }
            waiting.append(
                WaitingNotice(
                    place: .begun(index: index), name: name, audience: audience, delivery: begun.delivery,
                    follower: entry.follower))
        }
        return waiting
    }

    mutating func set(_ notice: WaitingNotice, _ state: StoredNotice.State, _ delivery: NoticeDelivery? = nil) {
        let delivery = delivery ?? notice.delivery
        switch notice.place {
        case .stored(let number): changes.notices.changed[number] = NewNotice(state, delivery)
        case .begun(let index):
            changes.notices.begun[index, default: NewNotice()].state = state
            changes.notices.begun[index]?.delivery = delivery
        }
    }

    mutating func set(_ notice: StoredNotice, _ state: StoredNotice.State) {
        changes.notices.changed[notice.number] = NewNotice(state, notice.delivery)
    }
}
