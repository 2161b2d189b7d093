package import ConciergeKit
import Foundation
import GRDB

/// What a ledger holds, read from a copy of its files, so that the daemon itself has to recover the original.
package struct LedgerCopy: Sendable {
    package struct Request: Sendable {
        package var id, service, state: String
        package var isOpen: Bool
        package var openedAt: Instant
        package var closedAt: Instant?
        package var version: Int64
    }

    /// A line, with what its input said besides.
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
    /// By request and timer: when it is due.
    package var timers: [String: [String: Instant]] = [:]
    /// By claim: who holds it.
    package var claims: [String: String] = [:]
    package var runs: [Run] = []
    /// The idempotency keys that have an answer.
    package var keys: Set<String> = []
    package var marks: [Mark] = []
    /// What SQLite itself finds wrong with the file, and the questions below whose answer is not zero.
    package var faults: [String] = []

    /// Reads the ledger of a state directory whose daemon does not run; an empty one where there is none yet.
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
        let queue = try DatabaseQueue(path: scratch + "/ledger.sqlite")
        try queue.write { database in
            // A kill before the first migration was committed leaves an empty database.
            guard try database.tableExists("history") else { return }
            try read(database)
        }
        try queue.close()
    }

    /// Questions across tables whose answer must be zero, each with what it would mean.
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

    private mutating func read(_ database: Database) throws {
        let integrity = try String.fetchAll(database, sql: "PRAGMA integrity_check")
        if integrity != ["ok"] { faults += integrity.map { "integrity_check: \($0)" } }
        for (question, meaning) in Self.questions {
            let count = try Int.fetchOne(database, sql: question) ?? -1
            if count != 0 { faults.append("\(count) \(meaning)") }
        }
        var ids: [Int64: String] = [:]
        for row in try Row.fetchAll(
            database,
            sql: "SELECT id, id, service, state, is_open, opened_at, closed_at, version FROM requests")
        {
            let id = RequestID(number: row[1]).description
            ids[row[0]] = id
            requests[id] = Request(
                id: id, service: row[2], state: row[3], isOpen: row[4], openedAt: Instant(milliseconds: row[5]),
                closedAt: (row[6] as Int64?).map(Instant.init(milliseconds:)), version: row[7])
        }
        let history = try Row.fetchCursor(
            database,
            sql: """
                SELECT seq, request, at, actor, \(Self.event), from_state, to_state, input ->> '$.call', input ->> '$.due',
                    input ->> '$.seat', note_en
                FROM history ORDER BY seq
                """)
        while let row = try history.next() {
            lines.append(
                StoredLine(
                    line: Line(
                        seq: row[0], request: ids[row[1]] ?? "?", at: Instant(milliseconds: row[2]), actor: row[3],
                        event: row[4], from: row[5], to: row[6], call: row[7]),
                    due: (row[8] as String?).flatMap { Instant($0) }, seat: row[9], note: row[10]))
        }
        for row in try Row.fetchAll(database, sql: "SELECT request, iif(run = 0, name, 'run:' || run), due FROM timers")
        {
            timers[ids[row[0]] ?? "?", default: [:]][row[1]] = Instant(milliseconds: row[2])
        }
        for row in try Row.fetchAll(database, sql: "SELECT claim, request FROM claims") {
            claims[row[0]] = ids[row[1]] ?? "?"
        }
        try readRuns(database)
        keys = Set(try String.fetchAll(database, sql: "SELECT key FROM answers"))
        marks = try Row.fetchAll(database, sql: "SELECT id, next, paused_at IS NOT NULL FROM schedules").map { row in
            Mark(id: row[0], next: Instant(milliseconds: row[1]), isPaused: row[2])
        }
    }

    /// A line's event in the words of the control interface.
    private static let event = """
        CASE event WHEN 'opened' THEN 'open' WHEN 'action' THEN name WHEN 'timer' THEN 'timer:' || name
            WHEN 'run-ended' THEN 'run:' || name WHEN 'notice' THEN 'notice:' || name WHEN 'upgraded' THEN 'upgrade'
            WHEN 'quarantined' THEN 'quarantine:begun' ELSE 'quarantine:released' END
        """

    private mutating func readRuns(_ database: Database) throws {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT id, task, state, request, schedule, elapse, attempt, attempts, created_at, started_at,
                    finished_at, input ->> '$.call'
                FROM runs ORDER BY id
                """)
        while let row = try rows.next() {
            let instant = { (index: Int) in (row[index] as Int64?).map(Instant.init(milliseconds:)) }
            runs.append(
                Run(
                    id: RunID(number: row[0]).description, task: row[1], state: row[2],
                    request: (row[3] as Int64?).map { RequestID(number: $0).description }, schedule: row[4],
                    elapse: instant(5),
                    attempt: row[6], attempts: row[7], createdAt: Instant(milliseconds: row[8]), startedAt: instant(9),
                    finishedAt: instant(10), call: row[11]))
        }
    }
}
