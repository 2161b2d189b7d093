package import ConciergeKit
import Foundation
import SQLiteLedger

/// The contents of a ledger. They are read from a copy of its files, so that the daemon itself has to recover the
/// original files.
package struct LedgerCopy: Sendable {
    package struct Request: Sendable {
        package var id, service, state: String
        package var isOpen: Bool
        package var openedAt: Instant
        package var closedAt: Instant?
        package var version: Int64
    }

    /// A history line, with values of its input and its note.
    package struct StoredLine: Sendable {
        package var line: Line
        package var due: Instant?
        package var seat: String?
        package var note: String?
    }

    package struct Run: Sendable {
        package var id, task, state: String
        package var request: String?
        package var schedule: String?
        package var elapse: Instant?
        package var attempt, attempts: Int64
        package var createdAt: Instant
        package var startedAt: Instant?
        package var finishedAt: Instant?
        package var call: Int64?

        package var isFinished: Bool { state != "queued" && state != "running" }
    }

    package struct Mark: Sendable {
        package var id: String
        package var next: Instant
        package var isPaused: Bool
    }

    package var requests: [String: Request] = [:]
    /// In the order of the ledger.
    package var lines: [StoredLine] = []
    /// The due time of each timer, by request.
    package var timers: [String: [String: Instant]] = [:]
    /// The request that holds each claim.
    package var claims: [String: String] = [:]
    package var runs: [Run] = []
    /// The idempotency keys that have an answer.
    package var keys: Set<String> = []
    package var marks: [Mark] = []
    /// The errors that SQLite finds in the file, and the questions below whose answer is not zero.
    package var faults: [String] = []

    /// Reads the ledger of a state directory whose daemon does not run. The result is empty if there is no ledger yet.
    package init(of stateDirectory: String) throws {
        let files = FileManager.default
        let scratch = stateDirectory + "/../copy"
        try? files.removeItem(atPath: scratch)
        try files.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        defer { try? files.removeItem(atPath: scratch) }
        for name in ["ledger.sqlite", "ledger.sqlite-wal"] where files.fileExists(atPath: "\(stateDirectory)/\(name)") {
            try files.copyItem(atPath: "\(stateDirectory)/\(name)", toPath: "\(scratch)/\(name)")
        }
        guard files.fileExists(atPath: scratch + "/ledger.sqlite") else { return }
        let database = try SQLiteConnection(scratch + "/ledger.sqlite", .writing)
        defer { database.close() }
        // A kill before the first migration was committed leaves an empty database.
        if try database.hasTable("history") { try read(database) }
    }

    /// Questions across tables whose answer must be zero, each with the meaning of any other answer.
    private static let questions = [
        ("SELECT count(*) FROM history WHERE request NOT IN (SELECT id FROM requests)", "lines without a request"),
        ("SELECT count(*) FROM requests WHERE id NOT IN (SELECT request FROM history)", "requests without a line"),
        (
            "SELECT count(*) FROM timers WHERE request NOT IN (SELECT id FROM requests WHERE is_open)",
            "timers without an open request"
        ),
        (
            "SELECT count(*) FROM claims WHERE request NOT IN (SELECT id FROM requests WHERE is_open)",
            "claims without an open request"
        ),
        (
            "SELECT count(*) FROM runs WHERE request IS NOT NULL AND request NOT IN (SELECT id FROM requests)",
            "runs of a request that is not there"
        ),
        ("SELECT count(*) FROM runs WHERE attempt > attempts", "runs with more attempts than they have"),
        (
            """
            SELECT count(*) FROM runs
            WHERE (finished_at IS NULL) <> (state IN ('queued', 'running')) OR (state = 'running' AND attempt = 0)
            """, "runs whose state and times disagree"
        ),
        (
            "SELECT count(*) FROM (SELECT 1 FROM runs WHERE elapse IS NOT NULL GROUP BY schedule, elapse HAVING count(*) > 1)",
            "elapses that ran twice"
        ),
        ("SELECT count(*) - ifnull(max(seq), 0) FROM history", "numbers missing among the lines"),
        (
            "SELECT ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'history'), 0) - ifnull(max(seq), 0) FROM history",
            "lines lost at the end"
        ),
    ]

    private mutating func read(_ database: SQLiteConnection) throws {
        let integrity: [String] = try database.column("PRAGMA integrity_check")
        if integrity != ["ok"] { faults += integrity.map { "integrity_check: \($0)" } }
        for (question, meaning) in Self.questions {
            let count: Int = try database.value(SQL(stringLiteral: question)) ?? -1
            if count != 0 { faults.append("\(count) \(meaning)") }
        }
        let found = try database.rows("SELECT id, service, state, is_open, opened_at, closed_at, version FROM requests")
        {
            Request(
                id: RequestID(number: $0[0]).description, service: $0[1], state: $0[2], isOpen: $0[3], openedAt: $0[4],
                closedAt: $0[5], version: $0[6])
        }
        requests = Dictionary(uniqueKeysWithValues: found.map { ($0.id, $0) })
        func known(_ request: Int64) -> String {
            let id = RequestID(number: request).description
            return requests[id] == nil ? "?" : id
        }
        lines = try database.rows(
            """
            SELECT seq, request, at, actor, \(Self.event), from_state, to_state, input ->> '$.call', input ->> '$.due',
                input ->> '$.seat', note_en
            FROM history ORDER BY seq
            """
        ) { row in
            StoredLine(
                line: Line(
                    seq: row[0], request: known(row[1]), at: row[2], actor: row[3], event: row[4], from: row[5],
                    to: row[6], call: row[7]),
                due: (row[8] as String?).flatMap { Instant($0) }, seat: row[9], note: row[10])
        }
        let pending = try database.rows("SELECT request, iif(run = 0, name, 'run:' || run), due FROM timers") {
            ($0[0] as Int64, $0[1] as String, $0[2] as Instant)
        }
        for (request, timer, due) in pending { timers[known(request), default: [:]][timer] = due }
        let held = try database.rows("SELECT claim, request FROM claims") { ($0[0] as String, $0[1] as Int64) }
        for (claim, request) in held { claims[claim] = known(request) }
        try readRuns(database)
        keys = Set(try database.column("SELECT key FROM answers"))
        marks = try database.rows("SELECT id, next, paused_at IS NOT NULL FROM schedules") {
            Mark(id: $0[0], next: $0[1], isPaused: $0[2])
        }
    }

    /// The name of a line's event in the control interface, as SQL.
    private static let event = """
        CASE event WHEN 'opened' THEN 'open' WHEN 'action' THEN name WHEN 'timer' THEN 'timer:' || name
            WHEN 'run-ended' THEN 'run:' || name WHEN 'notice' THEN 'notice:' || name WHEN 'upgraded' THEN 'upgrade'
            WHEN 'quarantined' THEN 'quarantine:begun' ELSE 'quarantine:released' END
        """

    private mutating func readRuns(_ database: SQLiteConnection) throws {
        runs = try database.rows(
            """
            SELECT id, task, state, request, schedule, elapse, attempt, attempts, created_at, started_at,
                finished_at, input ->> '$.call'
            FROM runs ORDER BY id
            """
        ) { row in
            Run(
                id: RunID(number: row[0]).description, task: row[1], state: row[2],
                request: (row[3] as Int64?).map { RequestID(number: $0).description }, schedule: row[4],
                elapse: row[5], attempt: row[6], attempts: row[7], createdAt: row[8], startedAt: row[9],
                finishedAt: row[10], call: row[11])
        }
    }
}
