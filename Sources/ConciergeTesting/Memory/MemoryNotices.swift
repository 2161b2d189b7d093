import ConciergeEngine
import ConciergeKit

/// What became of the notices for residents.
struct NoticeTable {
    /// By the number of the history line with the notice's words.
    private var all: [Int64: StoredNotice.State] = [:]

    /// Begins the notices among new history lines.
    mutating func begin(_ lines: [NumberedEntry]) {
        for line in lines where line.entry.isForResident { all[line.seq] = .waiting }
    }

    mutating func apply(_ changes: [Int64: StoredNotice.State]) {
        for (number, state) in changes where all[number] != nil { all[number] = state }
    }

    /// Deletes the notices of lines that are not kept.
    mutating func keep(_ lines: [NumberedEntry]) {
        let kept = Set(lines.map(\.seq))
        all = all.filter { kept.contains($0.key) }
    }

    func state(of number: Int64) -> StoredNotice.State? { all[number] }

    /// The numbers of the notices in a state after a position, in the order of a query.
    fileprivate func numbers(_ query: NoticeQuery) -> [Int64] {
        let numbers = all.filter { notice in query.state.map { $0 == notice.value } ?? true }.keys
        return query.isOldestFirst
            ? numbers.filter { $0 > query.after ?? .min }.sorted()
            : numbers.filter { $0 < query.after ?? .max }.sorted(by: >)
    }
}

extension Memory {
    func notice(_ number: Int64, _ state: StoredNotice.State) -> StoredNotice? {
        requestTable.line(number).map { line in
            StoredNotice(line: line, resident: request(line.entry.request)?.resident, state: state)
        }
    }

    func notices(_ query: NoticeQuery) -> Page<StoredNotice> {
        let start = query.after ?? (query.isOldestFirst ? .min : .max)
        var page = PageBuilder<StoredNotice>(limit: query.limit, bytes: PageBounds.bytes, after: start)
        for notice in noticeTable.numbers(query).lazy.compactMap({ notice($0) }) {
            guard page.append(notice, bytes: notice.line.replyBytes + 128), page.advance(to: notice.number) else {
                break
            }
        }
        return page.page
    }
}
