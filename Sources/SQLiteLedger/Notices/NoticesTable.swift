package import ConciergeEngine
import ConciergeKit

/// What became of the notices for residents. Their words are in the history, and so is who told them when.
enum NoticesTable {
    static let insertion = SQL(kept: "INSERT INTO notices (line, state) VALUES (?, ?)")
    static let update = SQL(kept: "UPDATE notices SET state = ? WHERE line = ?")
    static let deletion = SQL(
        kept: "DELETE FROM notices WHERE line IN (SELECT seq FROM history WHERE request = ?)")

    /// The columns of the history, then the state and the resident.
    static let selection = """
        SELECT \(HistoryTable.list.split(separator: ", ").map { "history.\($0)" }.joined(separator: ", ")),
            notices.state, requests.resident
        FROM notices JOIN history ON history.seq = notices.line JOIN requests ON requests.id = history.request
        """
    static let notice = SQL(kept: "\(selection) WHERE notices.line = ?")

    /// Few of the notices wait, and these are what people ask for.
    static let schema = """
        CREATE TABLE notices (
            line INTEGER PRIMARY KEY,
            state TEXT NOT NULL
        ) STRICT;
        CREATE INDEX notices_waiting ON notices (line) WHERE state = 'waiting';
        """
}

extension StoredNotice {
    /// Reads a row of ``NoticesTable/selection``.
    fileprivate init(_ row: SQLRow) {
        let next = Int32(HistoryTable.allCases.count)
        self.init(
            line: NumberedEntry(TableRow(row: row)), resident: row[next + 1],
            state: State(rawValue: row[next] as String) ?? .waiting)
    }
}

extension SQLiteConnection {
    /// Begins a notice with its line.
    func beginNotice(_ line: NumberedEntry) throws {
        try execute(NoticesTable.insertion, [.int(line.seq), .text(StoredNotice.State.waiting.rawValue)])
    }

    func apply(_ notices: [Int64: StoredNotice.State]) throws {
        for (number, state) in notices {
            try execute(NoticesTable.update, [.text(state.rawValue), .int(number)])
        }
    }

    func notice(_ number: Int64) throws -> StoredNotice? {
        try row(NoticesTable.notice, [.int(number)]) { StoredNotice($0) }
    }

    func notices(_ query: NoticeQuery) throws -> Page<StoredNotice> {
        let start = query.after ?? (query.isOldestFirst ? .min : .max)
        var page = PageBuilder<StoredNotice>(limit: query.limit, bytes: PageBounds.bytes, after: start)
        // The partial index has those that wait. Of the others, each row that is looked at counts as read.
        let condition = query.state == .waiting ? "AND notices.state = 'waiting'" : ""
        let order = query.isOldestFirst ? ("> ?", "ASC") : ("< ?", "DESC")
        try each(
            "\(NoticesTable.selection) WHERE notices.line \(order.0) \(condition) ORDER BY notices.line \(order.1)",
            [.int(start)]
        ) { row in
            let notice = StoredNotice(row)
            let isWanted = query.state.map { $0 == notice.state } ?? true
            return (!isWanted || page.append(notice, bytes: notice.line.replyBytes + 128))
                && page.advance(to: notice.number)
        }
        return page.page
    }
}

extension SQLiteFacts {
    func notice(_ number: Int64) throws -> StoredNotice? { try database.notice(number) }
}

extension SQLiteLedger {
    package nonisolated(nonsending)
        func notices(_ query: NoticeQuery) async throws(LedgerError) -> Page<StoredNotice>
    {
        try await read(.long) { try $0.notices(query) }
    }
}
