package import ConciergeEngine
package import ConciergeKit

/// The commitments of requests. What a list and a report ask for has columns of its own; what is needed to calculate and
/// explain a commitment is in ``CommitmentContentsTable``, so that a report over many reads few pages.
enum CommitmentsTable: Int32, Columns {
    case request, number, name, kind, partner, state, start, due, pausedSince, keptAt, missedAt, endedAt, reopened,
        score,
        pauses

    static let list = names()
    /// The columns with their table, which has some names in common with others.
    private static let qualified = list.split(separator: ", ").map { "commitments.\($0)" }.joined(separator: ", ")
    static let setting = insert(into: "commitments", or: "REPLACE")
    /// Those of a request, in their order.
    static let ofRequest = SQL(
        kept: "SELECT \(list) FROM commitments WHERE request = ? ORDER BY number")
    static let withContents = SQL(
        kept: """
            SELECT \(list), content FROM commitments JOIN commitment_contents USING (request, number)
            WHERE request = ? ORDER BY number
            """)
    static let deletion = SQL(kept: "DELETE FROM commitments WHERE request = ?")

    /// The deadline of what is to be done, as `CommitmentView.deadline` has it. The index has the same expression and the same
    /// condition, letter by letter, so that SQLite uses it.
    private static let deadline = "coalesce(missed_at, due)"
    private static let isToBeDone = "state IN ('open', 'paused')"
    private static let awaits = "\(isToBeDone) AND \(deadline) IS NOT NULL"
    /// Whether something of the request in `requests` is late, by a parameter for the present moment.
    static let isLate = """
        EXISTS (SELECT 1 FROM commitments
            WHERE request = requests.id AND \(isToBeDone) AND (missed_at IS NOT NULL OR due < ?))
        """
    /// Whether something of the request in `requests` has a deadline.
    static let hasDeadline = "EXISTS (SELECT 1 FROM commitments WHERE request = requests.id AND \(awaits))"
    /// The deadlines of all requests in their order, after a place.
    static let deadlines = SQL(
        kept: """
            SELECT \(deadline), request FROM commitments INDEXED BY commitments_awaited
            WHERE \(awaits) AND (\(deadline), request) > (?, ?) ORDER BY \(deadline), request
            """)
    /// Those of a report, with the service, the resident and the residence of their requests. The lists of both tables are in the order
    /// of the requests, so that the join reads each page once.
    static let ofReport = SQL(
        kept: """
            SELECT \(qualified), requests.service, requests.resident, requests.residence FROM commitments
            JOIN requests ON requests.id = commitments.request
            WHERE commitments.kind = ?1 AND start >= ?2 AND start < ?3 AND (?4 IS NULL OR requests.service = ?4)
            """)

    static let schema = """
        CREATE TABLE commitments (
            request INTEGER NOT NULL,
            number INTEGER NOT NULL,
            name TEXT NOT NULL,
            kind TEXT NOT NULL,
            partner TEXT,
            state TEXT NOT NULL,
            start INTEGER NOT NULL,
            due INTEGER,
            paused_since INTEGER,
            kept_at INTEGER,
            missed_at INTEGER,
            ended_at INTEGER,
            reopened INTEGER NOT NULL,
            score INTEGER,
            pauses INTEGER NOT NULL,
            PRIMARY KEY (request, number)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX commitments_awaited ON commitments (\(deadline), request) WHERE \(awaits);
        CREATE TABLE commitment_contents (
            request INTEGER NOT NULL,
            number INTEGER NOT NULL,
            content TEXT NOT NULL,
            PRIMARY KEY (request, number)
        ) STRICT;
        CREATE TABLE working_calendars (
            id TEXT PRIMARY KEY,
            rules TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}

/// What is needed to calculate and explain commitments: ``StoredCommitment/Content`` as JSON, about a kilobyte of it. In a
/// table without row ids SQLite would give what is longer than a quarter of a page a page of its own.
enum CommitmentContentsTable {
    static let setting = SQL(
        kept: "INSERT OR REPLACE INTO commitment_contents (request, number, content) VALUES (?, ?, ?)")
    static let deletion = SQL(kept: "DELETE FROM commitment_contents WHERE request = ?")
}

/// The rules of the working calendars by which commitments were made, by their ids. They are few, and stay.
enum WorkingCalendarsTable {
    static let insertion = SQL(kept: "INSERT OR IGNORE INTO working_calendars (id, rules) VALUES (?, ?)")
    static let rules = SQL(kept: "SELECT rules FROM working_calendars WHERE id = ?")
}

extension CommitmentView {
    fileprivate init?(_ row: TableRow<CommitmentsTable>) {
        guard let kind = CommitmentKind(rawValue: row[.kind]),
            let state = StoredCommitment.State(rawValue: row[.state])
        else { return nil }
        self.init(
            number: row[.number], name: row[.name], kind: kind, state: state, partner: row[.partner],
            start: row[.start], due: row[.due], pausedSince: row[.pausedSince], keptAt: row[.keptAt],
            missedAt: row[.missedAt], reopened: row[.reopened], score: row[.score])
    }
}

extension StoredCommitment {
    /// Nil for a content that another program wrote.
    fileprivate init?(_ row: TableRow<CommitmentsTable>) {
        let content: String = row.row[Int32(CommitmentsTable.allCases.count)]
        guard let kind = CommitmentKind(rawValue: row[.kind]),
            let content = try? Content(stored: Array(content.utf8))
        else { return nil }
        self.init(
            number: row[.number], name: row[.name], kind: kind, content: content, keptAt: row[.keptAt],
            missedAt: row[.missedAt], endedAt: row[.endedAt], reopened: row[.reopened],
            score: row[.score])
    }

    fileprivate func value(of column: CommitmentsTable, _ request: RequestID) -> SQLValue {
        switch column {
        case .request: .id(request)
        case .number: .int(number)
        case .name: .text(name)
        case .kind: .text(kind.rawValue)
        case .partner: .optional(content.partner)
        case .state: .text(state.rawValue)
        case .start: .instant(content.start)
        case .due: .instant(due)
        case .pausedSince: .instant(pausedSince)
        case .keptAt: .instant(keptAt)
        case .missedAt: .instant(missedAt)
        case .endedAt: .instant(endedAt)
        case .reopened: .int(reopened)
        case .pauses: .int(content.pauses.count)
        case .score: score.map { .int($0) } ?? .null
        }
    }
}

extension SQLiteConnection {
    func apply(_ changes: CommitmentChanges) throws {
        for (id, rules) in changes.calendars.sorted(by: { $0.key < $1.key }) {
            try execute(WorkingCalendarsTable.insertion, [.text(id), .utf8(rules)])
        }
        for (request, changed) in changes.changed.sorted(by: { $0.key < $1.key }) {
            for (number, commitment) in changed.sorted(by: { $0.key < $1.key }) {
                try execute(
                    CommitmentsTable.setting, CommitmentsTable.allCases.map { commitment.value(of: $0, request) })
                try execute(
                    CommitmentContentsTable.setting,
                    [.id(request), .int(number), .utf8(commitment.content.stored)])
            }
        }
    }

    /// The commitments of a request as they are shown, without what explains them.
    func commitmentViews(of request: RequestID) throws -> [CommitmentView] {
        try rows(CommitmentsTable.ofRequest, [.id(request)]) { CommitmentView(TableRow(row: $0)) }.compactMap(\.self)
    }

    func commitments(of request: RequestID) throws -> [StoredCommitment] {
        try rows(CommitmentsTable.withContents, [.id(request)]) { StoredCommitment(TableRow(row: $0)) }
            .compactMap(\.self)
    }

    func deleteCommitments(of request: RequestID) throws {
        try execute(CommitmentsTable.deletion, [.id(request)])
        try execute(CommitmentContentsTable.deletion, [.id(request)])
    }
}

extension SQLiteFacts {
    func commitments(of request: RequestID) throws -> [StoredCommitment] { try database.commitments(of: request) }

    func workingCalendar(_ id: String) throws -> [UInt8]? {
        (try database.value(WorkingCalendarsTable.rules, [.text(id)]) as String?).map { Array($0.utf8) }
    }
}

extension SQLiteLedger {
    package nonisolated(nonsending)
        func commitments(_ query: CommitmentQuery, _ take: (CommitmentRecord) -> Void) async throws(LedgerError)
    {
        try await read(.long) { database in
            try database.each(
                CommitmentsTable.ofReport,
                [
                    .text(query.kind.rawValue), .instant(query.made.lowerBound), .instant(query.made.upperBound),
                    .optional(query.service?.rawValue),
                ]
            ) { row in
                let columns = TableRow<CommitmentsTable>(row: row)
                let extra = Int32(CommitmentsTable.allCases.count)
                guard let view = CommitmentView(columns) else { return true }
                take(
                    CommitmentRecord(
                        service: row[extra], resident: row[extra + 1], residence: row[extra + 2], commitment: view,
                        pauses: columns[.pauses]))
                return true
            }
        }
    }

    package nonisolated(nonsending)
        func commitments(of request: RequestID) async throws(LedgerError) -> [StoredCommitment]
    {
        try await read { try $0.commitments(of: request) }
    }
}
