import ConciergeEngine
import ConciergeKit
import GRDB
import JSON

// How the database's rows become the engine's values.

extension StoredRequest {
    static let columns = "id, service, state, is_open, resident, opened_at, closed_at, record, version, record_version"

    init(_ row: SQLRow) {
        self.init(
            id: row[0], service: row[1], state: row[2], isOpen: row[3], resident: row[4], openedAt: row.instant(5),
            closedAt: row.instantIfThere(6),
            // No service's record is null: a rule that reads it is refused, and a reply shows an empty one.
            record: row.json(7) ?? Array("null".utf8), version: row[8],
            recordVersion: row[9])
    }

    static func fetch(_ id: String, _ database: Database) throws -> StoredRequest? {
        try database.row("SELECT \(columns) FROM requests WHERE id = ?", [.text(id)], StoredRequest.init)
    }
}

extension NumberedEntry {
    static let selection = selection(with: "1")

    /// Selects lines with a condition as the last column.
    static func selection(with condition: String) -> String {
        """
        SELECT seq, id, history.service, at, actor, event, from_state, to_state, input, note_fr, note_en, \(condition)
        FROM history JOIN requests ON row = request
        """
    }

    init(_ row: SQLRow) {
        self.init(
            seq: row[0],
            entry: Entry(
                request: row[1], service: row[2], at: row.instant(3), actor: row[4], event: row[5], from: row[6],
                to: row[7], input: row.jsonIfThere(8), note: row.text(9, 10)))
    }
}

extension StoredRun {
    static let columns = """
        id, task, provider, state, input, actor, request, schedule, attempt, attempts, created_at, due, started_at, \
        finished_at, outcome_fr, outcome_en, data, error, elapse, unique_key, priority, row
        """

    init(_ row: SQLRow) throws {
        guard let state = State(rawValue: row[3]), case .object(let input) = try JSON.parse(row.bytes(4)) else {
            throw LedgerError.unavailable(reason: "the run \(row[0] as String) cannot be read")
        }
        self.init(
            id: row[0], task: row[1], provider: row[2], state: state, input: input, actor: row[5], request: row[6],
            schedule: row[7], elapse: row.instantIfThere(18), uniqueKey: row[19],
            priority: Priority(rawValue: row[20]) ?? .normal, attempt: row[8], attempts: row[9],
            createdAt: row.instant(10), due: row.instant(11))
        startedAt = row.instantIfThere(12)
        finishedAt = row.instantIfThere(13)
        outcome = row.text(14, 15)
        data = row.jsonIfThere(16)
        error = row[17]
    }

    static func fetchAll(
        _ database: Database, _ clauses: String, _ values: [SQLValue]
    ) throws -> [StoredRun] {
        try database.rows("SELECT \(columns) FROM runs \(clauses)", values) { try StoredRun($0) }
    }

    /// Neither the run nor the request that asked for it is in quarantine.
    static let mayBegin = """
        id NOT IN (SELECT id FROM quarantines WHERE kind = 'run')
        AND (request IS NULL OR request NOT IN (SELECT id FROM quarantines WHERE kind = 'request'))
        """
}

extension Database {
    func timers(of request: String) throws -> [String: Instant] {
        let timers = try rows(
            "SELECT name, due FROM timers WHERE request = (SELECT row FROM requests WHERE id = ?)", [.text(request)]
        ) { ($0[0] as String, $0.instant(1)) }
        return Dictionary(uniqueKeysWithValues: timers)
    }
}
