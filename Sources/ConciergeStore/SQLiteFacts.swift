import ConciergeEngine
import ConciergeKit
import GRDB

/// The facts as the writing transaction sees them: looked up when asked, in microseconds.
struct SQLiteFacts: Facts {
    let database: Database
    /// What ``greatestID()`` is, where that is known without a look.
    let knownGreatestID: String?

    func greatestID() throws -> String? {
        try knownGreatestID
            ?? database.row(
                "SELECT max(coalesce((SELECT max(id) FROM requests), ''), coalesce((SELECT max(id) FROM runs), ''))"
            ) { $0[0] }
    }

    func request(_ id: String) throws -> StoredRequest? {
        try StoredRequest.fetch(id, database)
    }

    func timers(of request: String) throws -> [String: Instant] {
        try database.timers(of: request)
    }

    func claims(of request: String) throws -> [String] {
        try database.rows(
            "SELECT claim FROM claims WHERE request = (SELECT row FROM requests WHERE id = ?)", [.text(request)]
        ) { $0[0] }
    }

    func holder(of claim: String) throws -> String? {
        // Most keys that are asked for are free: the request's id is looked up only where one is not.
        guard
            let row: Int64 = try database.row("SELECT request FROM claims WHERE claim = ?", [.text(claim)], { $0[0] })
        else { return nil }
        return try database.row("SELECT id FROM requests WHERE row = ?", [.int(row)]) { $0[0] }
    }

    func holders(of claims: [String]) throws -> [String: String] {
        // One look-up each: a rule asks for several where it looks for a free one, and most are.
        try claims.reduce(into: [:]) { holders, claim in holders[claim] = try holder(of: claim) }
    }

    func answer(to key: String) throws -> StoredAnswer? {
        try database.row("SELECT key, fingerprint, answer, at FROM answers WHERE key = ?", [.text(key)]) { row in
            guard let answer = Answered(stored: row.bytes(2)) else {
                throw LedgerError.unavailable(reason: "the answer to the key \(key) cannot be read")
            }
            return StoredAnswer(key: row[0], fingerprint: row[1], answer: answer, at: row.instant(3))
        }
    }

    func run(_ id: String) throws -> StoredRun? {
        try StoredRun.fetchAll(database, "WHERE id = ?", [.text(id)]).first
    }

    func queuedRuns(_ query: QueueQuery) throws -> [StoredRun] {
        let tasks = databaseQuestionMarks(count: query.tasks.count)
        let schedules = databaseQuestionMarks(count: query.notOfSchedules.count)
        var runs: [StoredRun] = []
        // One priority after the other, so that the index gives each in the order of its due moments and what is due
        // much later is not read.
        for priority in Priority.allCases.sorted(by: >) where runs.count < query.limit {
            runs += try StoredRun.fetchAll(
                database,
                """
                WHERE state = 'queued' AND provider = ? AND priority = ? AND due <= ? AND task IN (\(tasks))
                    AND (schedule IS NULL OR schedule NOT IN (\(schedules)))
                    AND \(StoredRun.mayBegin)
                ORDER BY due, row LIMIT ?
                """,
                [.text(query.provider), .int(priority.rawValue), .int(query.dueBy.milliseconds)]
                    + (query.tasks.sorted() + query.notOfSchedules.sorted()).map(SQLValue.text)
                    + [.int(query.limit - runs.count)])
        }
        return runs
    }

    func unfinishedRun(withKey key: String) throws -> StoredRun? {
        try StoredRun.fetchAll(
            database, "WHERE unique_key = ? AND state IN ('queued', 'running')", [.text(key)]
        ).first
    }

    func dueTimers(by now: Instant, limit: Int) throws -> [PendingTimer] {
        try database.rows(
            """
            SELECT id, name, due FROM timers JOIN requests ON row = request
            WHERE attended = 1 AND due <= ? ORDER BY due LIMIT ?
            """, [.int(now.milliseconds), .int(limit)]
        ) { PendingTimer(request: $0[0], name: $0[1], due: $0.instant(2)) }
    }

    func unfinishedRuns(of schedule: String) throws -> [String] {
        try database.rows(
            "SELECT id FROM runs WHERE schedule = ? AND state IN ('queued', 'running')", [.text(schedule)]
        ) { $0[0] }
    }
}
