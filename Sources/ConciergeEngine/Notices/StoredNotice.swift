package import ConciergeKit
import JSON

/// A notice for a resident or a partner, and whether it has reached them.
///
/// Its words are those of a history line, and its number is the line's. It begins with the line, in the same commit, and is
/// deleted with the request. Notices for staff are lines only.
package struct StoredNotice: Sendable, Hashable {
    /// What became of a notice, as the ledger keeps it.
    package enum State: String, Sendable, Hashable, CaseIterable {
        /// Whom it is for does not have it yet.
        case waiting
        /// A mail server has taken it.
        case sent
        /// A mail server had all of it and has not said whether it takes it, twice.
        case uncertain
        /// It cannot be sent by mail. Staff tell it.
        case failed
        /// It was true no more before it was on its way.
        case withdrawn
        /// Staff have told them.
        case told
    }

    /// The line with its words.
    package let line: NumberedEntry
    /// Whom it is for: a follower of the request, else the one for whom the request is; nil if it does not say, and if it is
    /// for a partner.
    package let resident: String?
    package var state: State
    package var delivery: NoticeDelivery
    /// What templates may use of it, JSON; nil if there is nothing.
    package let content: [UInt8]?

    /// - Parameter resident: For whom the request is. A line that is for a follower says so itself.
    package init(
        line: NumberedEntry, resident: String?, state: State, delivery: NoticeDelivery = NoticeDelivery(),
        content: [UInt8]? = nil
    ) {
        self.line = line
        self.resident = line.entry.noticePartner == nil ? line.entry.follower ?? resident : nil
        self.state = state
        self.delivery = delivery
        self.content = content
    }

    /// What templates may use of it, by name.
    package var values: [String: NoticeValue] {
        content.flatMap { try? JSONCoding.decode([String: NoticeValue].self, from: $0) } ?? [:]
    }

    package var number: Int64 { line.seq }
    /// The partner for whom it is, by name; nil if it is for a resident.
    package var partner: String? { line.entry.noticePartner }

    /// Whether it waits, and is useful no more at a time. That follows from the clock, and is not stored.
    package func isTooLate(at now: Instant) -> Bool {
        state == .waiting && delivery.usefulUntil.map { $0 < now } ?? false
    }

    /// Whether staff are to tell it.
    package var isByHand: Bool { state == .failed || state == .waiting && delivery.run == nil }
}

/// How a notice reaches its person.
package struct NoticeDelivery: Sendable, Hashable {
    /// The run that sends it by mail; nil if staff tell it.
    package var run: RunID?
    /// Later than this it is not delivered any more.
    package var usefulUntil: Instant?
    /// Whether it is true only as long as the request stays in its state.
    package var isOnlyInState = false

    package init(run: RunID? = nil, usefulUntil: Instant? = nil, isOnlyInState: Bool = false) {
        self.run = run
        self.usefulUntil = usefulUntil
        self.isOnlyInState = isOnlyInState
    }
}

extension Entry {
    /// Whether the line is a notice that is delivered: not one for staff. A ledger that writes such a line begins a
    /// ``StoredNotice`` with it.
    package var isDelivered: Bool { noticeAudience?.isDelivered ?? false }

    /// The audience of a notice; nil in a line of another kind.
    package var noticeAudience: Audience? { if case .notice(_, let audience, _) = event { audience } else { nil } }

    /// The partner for whom a notice is; nil if it is for somebody else, and in a line of another kind.
    package var noticePartner: String? { noticeAudience?.partner }

    /// The follower for whom a notice is; nil if it is for the one for whom the request is, and in a line of another kind.
    package var follower: String? {
        guard noticeAudience == .resident, let input else { return nil }
        return (try? JSON.parse(input))?["follower"]?.stringValue
    }

    /// The name of a notice; nil in a line of another kind.
    package var noticeName: String? { if case .notice(let name, _, _) = event { name } else { nil } }
}

/// Which notices to list.
package struct NoticeQuery: Sendable {
    /// What to list them by.
    package enum Choice: Sendable, Hashable {
        case all
        case state(StoredNotice.State)
        /// Those that wait and are useful no more: ``StoredNotice/isTooLate(at:)``.
        case tooLate
        /// Those that staff are to tell.
        case byHand
        /// Those that staff are to tell where no mail leaves: the ones that wait for a mail too.
        case byHandWithoutMail
    }

    package var choice = Choice.all
    /// The time for which it is asked what is too late.
    package var now: Instant
    /// Whether the oldest is the first; else the newest is.
    package var isOldestFirst = false
    package var limit = 100
    /// The `next` of an earlier page.
    package var after: Int64?

    package init(at now: Instant) { self.now = now }

    /// Whether a notice is one of those.
    package func takes(_ notice: StoredNotice) -> Bool {
        switch choice {
        case .all: true
        case .state(.waiting): notice.state == .waiting && !notice.isTooLate(at: now)
        case .state(let state): notice.state == state
        case .tooLate: notice.isTooLate(at: now)
        case .byHand: notice.isByHand && !notice.isTooLate(at: now)
        case .byHandWithoutMail:
            (notice.state == .failed || notice.state == .waiting) && !notice.isTooLate(at: now)
        }
    }

    /// Whether it asks only for notices that may still be told: few of all.
    package var isOfOpenOnes: Bool {
        switch choice {
        case .state(.waiting), .state(.failed), .tooLate, .byHand, .byHandWithoutMail: true
        case .all, .state: false
        }
    }
}

/// What the engine may ask about notices.
package protocol NoticeFacts {
    /// The notice of a number; nil if there is none, or no longer.
    func notice(_ number: Int64) throws -> StoredNotice?
    /// The notices of a request that wait, in the order of their numbers.
    func waitingNotices(of request: RequestID) throws -> [StoredNotice]
    /// The notices that a run sends and that are neither told nor withdrawn, in the order of their numbers.
    func notices(sentBy run: RunID) throws -> [StoredNotice]
    /// Whether a mail server has refused an address, by ``RefusedAddress/key(of:)``.
    func refusal(ofAddress key: String) throws -> RefusedAddress?
}
