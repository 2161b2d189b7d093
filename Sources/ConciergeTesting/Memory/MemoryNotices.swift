import ConciergeEngine
import ConciergeKit

/// What became of the notices for residents and partners.
struct NoticeTable {
    /// By the number of the history line with the notice's words.
    private var all: [Int64: NewNotice] = [:]
    private var refused: [String: RefusedAddress] = [:]

    /// Begins the notices among new history lines.
    mutating func begin(_ lines: [NumberedEntry], _ changes: NoticeChanges) {
        for (index, line) in lines.enumerated() where line.entry.isDelivered {
            all[line.seq] = changes.begun[index] ?? NewNotice()
        }
    }

    mutating func apply(_ changes: NoticeChanges) {
        for (number, notice) in changes.changed {
            all[number]?.state = notice.state
            // When it is useful, and where, is written once.
            all[number]?.delivery.run = notice.delivery.run
        }
        for (address, refusal) in changes.refused { refused[address] = refusal }
    }

    /// Deletes the notices of lines that are not kept.
    mutating func keep(_ lines: [NumberedEntry]) {
        let kept = Set(lines.map(\.seq))
        all = all.filter { kept.contains($0.key) }
    }

    func notice(_ number: Int64) -> NewNotice? { all[number] }
    func refusal(ofAddress key: String) -> RefusedAddress? { refused[key] }

    /// The numbers of all notices, in order.
    var numbers: [Int64] { all.keys.sorted() }

    /// The numbers of the notices that a run sends, in order.
    func numbers(sentBy run: RunID) -> [Int64] { all.filter { $0.value.delivery.run == run }.keys.sorted() }

    /// The numbers of the notices that wait, in order.
    var waiting: [Int64] { all.filter { $0.value.state == .waiting }.keys.sorted() }
}

extension Memory {
    func notice(_ number: Int64) -> StoredNotice? {
        guard let notice = noticeTable.notice(number), let line = requestTable.line(number) else { return nil }
        return StoredNotice(
            line: line, resident: request(line.entry.request)?.resident, state: notice.state,
            delivery: notice.delivery, content: notice.values)
    }

    func waitingNotices(of request: RequestID) -> [StoredNotice] {
        noticeTable.waiting.compactMap { notice($0) }.filter { $0.line.entry.request == request }
    }

    func notices(sentBy run: RunID) -> [StoredNotice] {
        noticeTable.numbers(sentBy: run).compactMap { notice($0) }
            .filter { $0.state == .waiting || $0.state == .failed }
    }

    /// The newest notices of a request, the newest first.
    func notices(of request: RequestID, limit: Int) -> [StoredNotice] {
        Array(
            noticeTable.numbers.reversed().lazy.compactMap { notice($0) }.filter { $0.line.entry.request == request }
                .prefix(limit))
    }

    func refusal(ofAddress key: String) -> RefusedAddress? { noticeTable.refusal(ofAddress: key) }

    func notices(_ query: NoticeQuery) -> Page<StoredNotice> {
        let start = query.after ?? (query.isOldestFirst ? .min : .max)
        let numbers = noticeTable.numbers
        let ordered = query.isOldestFirst ? numbers.filter { $0 > start } : numbers.reversed().filter { $0 < start }
        var page = PageBuilder<StoredNotice>(limit: query.limit, bytes: PageBounds.bytes, after: start)
        for notice in ordered.lazy.compactMap({ notice($0) }) where query.takes(notice) {
            guard page.append(notice, bytes: notice.line.replyBytes + 128), page.advance(to: notice.number) else {
                break
            }
        }
        return page.page
    }
}
