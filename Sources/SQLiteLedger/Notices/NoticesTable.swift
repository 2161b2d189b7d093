package import ConciergeEngine
package import ConciergeKit

/// What became of the notices for residents and partners. Their words are in the history, and so is who told them when.
enum NoticesTable: Int32, Columns {
    case line, request, state, run, usefulUntil, isOnlyInState, content

    static let list = names()
    static let insertion = insert(into: "notices")
    static let update = SQL(kept: "UPDATE notices SET state = ?, run = ? WHERE line = ?")
    static let deletion = SQL(kept: "DELETE FROM notices WHERE request = ?")

    /// The columns of the history, then the resident, then the columns of a notice.
    fileprivate static let selection = """
        SELECT \(columns(HistoryTable.list, of: "history")), requests.resident, \(columns(list, of: "notices"))
        FROM notices JOIN history ON history.seq = notices.line JOIN requests ON requests.id = notices.request
        """
    static let notice = SQL(kept: "\(selection) WHERE notices.line = ?")
    static let waitingOfRequest = SQL(
        kept: "\(selection) WHERE notices.request = ? AND notices.state = 'waiting' ORDER BY notices.line")
    static let newestOfRequest = SQL(
        kept: "\(selection) WHERE notices.request = ? ORDER BY notices.line DESC LIMIT ?")
    static let ofRun = SQL(
        kept: """
            \(selection) WHERE notices.run = ? AND notices.state IN ('waiting', 'failed') ORDER BY notices.line
            """)

    private static func columns(_ list: String, of table: String) -> String {
        list.split(separator: ", ").map { "\(table).\($0)" }.joined(separator: ", ")
    }

    /// Few of the notices wait, and these are what people ask for.
    static let schema = """
        CREATE TABLE notices (
            line INTEGER PRIMARY KEY,
            request INTEGER NOT NULL,
            state TEXT NOT NULL,
            run INTEGER,
            useful_until INTEGER,
            is_only_in_state INTEGER NOT NULL CHECK (is_only_in_state IN (0, 1)),
            content TEXT
        ) STRICT;
        CREATE INDEX notices_open ON notices (line) WHERE state IN ('waiting', 'failed');
        CREATE INDEX notices_waiting ON notices (request) WHERE state = 'waiting';
        CREATE INDEX notices_of_run ON notices (run) WHERE run IS NOT NULL;
        CREATE INDEX notices_of_request ON notices (request);
        CREATE TABLE refused_addresses (
            address TEXT PRIMARY KEY,
            at INTEGER NOT NULL,
            reason TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}

/// The addresses that mail servers have refused.
private enum RefusedAddresses {
    static let insertion = SQL(kept: "INSERT OR REPLACE INTO refused_addresses (address, at, reason) VALUES (?, ?, ?)")
    static let deletion = SQL(kept: "DELETE FROM refused_addresses WHERE address = ?")
    static let selection = SQL(kept: "SELECT at, reason FROM refused_addresses WHERE address = ?")
}

extension StoredNotice {
    /// Reads a row of ``NoticesTable/selection``.
    fileprivate init(_ row: SQLRow) {
        let resident = Int32(HistoryTable.allCases.count)
        func value<Value: ColumnValue>(_ column: NoticesTable) -> Value { row[resident + 1 + column.rawValue] }
        let run: Int64? = value(.run)
        let until: Int64? = value(.usefulUntil)
        self.init(
            line: NumberedEntry(TableRow(row: row)), resident: row[resident],
            state: State(rawValue: value(.state) as String) ?? .waiting,
            delivery: NoticeDelivery(
                run: run.map { RunID(number: $0) }, usefulUntil: until.map { Instant(milliseconds: $0) },
                isOnlyInState: value(.isOnlyInState)),
            content: (value(.content) as String?).map { Array($0.utf8) })
    }
}

extension SQLiteConnection {
    /// Begins a notice with its line.
    func begin(_ notice: NewNotice, with line: NumberedEntry) throws {
        try execute(
            NoticesTable.insertion,
            NoticesTable.allCases.map { column in
                switch column {
                case .line: .int(line.seq)
                case .request: .id(line.entry.request)
                case .state: .text(notice.state.rawValue)
                case .run: .optional(notice.delivery.run?.number)
                case .usefulUntil: .instant(notice.delivery.usefulUntil)
                case .isOnlyInState: .bool(notice.delivery.isOnlyInState)
                case .content: .optional(notice.values)
                }
            })
    }

    func apply(_ notices: NoticeChanges) throws {
        for (number, notice) in notices.changed {
            try execute(
                NoticesTable.update,
                [.text(notice.state.rawValue), .optional(notice.delivery.run?.number), .int(number)])
        }
        for (address, refusal) in notices.refused {
            if let refusal {
                try execute(
                    RefusedAddresses.insertion, [.text(address), .instant(refusal.at), .text(refusal.reason)])
            } else {
                try execute(RefusedAddresses.deletion, [.text(address)])
            }
        }
    }

    func notice(_ number: Int64) throws -> StoredNotice? {
        try row(NoticesTable.notice, [.int(number)]) { StoredNotice($0) }
    }

    func waitingNotices(of request: RequestID) throws -> [StoredNotice] {
        try rows(NoticesTable.waitingOfRequest, [.id(request)]) { StoredNotice($0) }
    }

    func notices(sentBy run: RunID) throws -> [StoredNotice] {
        try rows(NoticesTable.ofRun, [.id(run)]) { StoredNotice($0) }
    }

    func refusal(ofAddress key: String) throws -> RefusedAddress? {
        try row(RefusedAddresses.selection, [.text(key)]) {
            RefusedAddress(at: Instant(milliseconds: $0[0]), reason: $0[1])
        }
    }

    func notices(_ query: NoticeQuery) throws -> Page<StoredNotice> {
        let start = query.after ?? (query.isOldestFirst ? .min : .max)
        var page = PageBuilder<StoredNotice>(limit: query.limit, bytes: PageBounds.bytes, after: start)
        // The partial index has those that may still be told. Each row that is looked at counts as read.
        let condition = query.isOfOpenOnes ? "AND notices.state IN ('waiting', 'failed')" : ""
        let order = query.isOldestFirst ? ("> ?", "ASC") : ("< ?", "DESC")
        try each(
            SQL(
                stringLiteral: """
                    \(NoticesTable.selection) WHERE notices.line \(order.0) \(condition)
                    ORDER BY notices.line \(order.1)
                    """),
            [.int(start)]
        ) { row in
            let notice = StoredNotice(row)
            return (!query.takes(notice) || page.append(notice, bytes: notice.line.replyBytes + 128))
                && page.advance(to: notice.number)
        }
        return page.page
    }
}

extension SQLiteFacts {
    func notice(_ number: Int64) throws -> StoredNotice? { try database.notice(number) }
    func waitingNotices(of request: RequestID) throws -> [StoredNotice] { try database.waitingNotices(of: request) }
    func notices(sentBy run: RunID) throws -> [StoredNotice] { try database.notices(sentBy: run) }
    func refusal(ofAddress key: String) throws -> RefusedAddress? { try database.refusal(ofAddress: key) }
}

extension SQLiteLedger {
    package nonisolated(nonsending)
        func notices(_ query: NoticeQuery) async throws(LedgerError) -> Page<StoredNotice>
    {
        try await read(.long) { try $0.notices(query) }
    }

    package nonisolated(nonsending) func notice(_ number: Int64) async throws(LedgerError) -> StoredNotice? {
        try await read { try $0.notice(number) }
    }

    package nonisolated(nonsending)
        func notices(of request: RequestID, limit: Int) async throws(LedgerError) -> [StoredNotice]
    {
        try await read { database in
            try database.rows(NoticesTable.newestOfRequest, [.id(request), .int(limit)]) { StoredNotice($0) }
        }
    }

    package nonisolated(nonsending)
        func notices(sentBy run: RunID) async throws(LedgerError) -> [StoredNotice]
    {
        try await read { try $0.notices(sentBy: run) }
    }
}
