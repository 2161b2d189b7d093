import ConciergeEngine
import ConciergeKit
import GRDB

/// The facts as the writing transaction sees them: looked up when asked, in microseconds.
struct SQLiteFacts: Facts {
    let database: Database

    func greatestID() throws -> String? {
        let statement = try database.cachedStatement(
            sql: "SELECT max(coalesce((SELECT max(id) FROM requests), ''), coalesce((SELECT max(id) FROM runs), ''))")
        return try String.fetchOne(statement)
    }

    func request(_ id: String) throws -> StoredRequest? {
        try StoredRequest.fetchOne(database, where: "id = ?", [id])
    }

    func timers(of request: String) throws -> [String: Instant] {
        try database.timers(of: request)
    }

    func claims(of request: String) throws -> [String] {
        let statement = try database.cachedStatement(
            sql: "SELECT claim FROM claims WHERE request = (SELECT row FROM requests WHERE id = ?)")
        return try String.fetchAll(statement, arguments: [request])
    }

    func holder(of claim: String) throws -> String? {
        // Most keys that are asked for are free: the request's id is looked up only where one is not.
        let statement = try database.cachedStatement(sql: "SELECT request FROM claims WHERE claim = ?")
        guard let row = try Int64.fetchOne(statement, arguments: [claim]) else { return nil }
        let request = try database.cachedStatement(sql: "SELECT id FROM requests WHERE row = ?")
        return try String.fetchOne(request, arguments: [row])
    }

    func taken(among claims: [String]) throws -> Set<String> {
        // One look-up each: a list of alternatives is short, and only made where a claim is refused.
        Set(try claims.filter { try holder(of: $0) != nil })
    }

    func answer(to key: String) throws -> StoredAnswer? {
        let statement = try database.cachedStatement(
            sql: "SELECT key, fingerprint, answer, at FROM answers WHERE key = ?")
        return try Row.fetchOne(statement, arguments: [key]).map { row in
            StoredAnswer(key: row[0], fingerprint: row[1], answer: row.bytes(2) ?? [], at: row.instant(3))
        }
    }

    func run(_ id: String) throws -> StoredRun? {
        try StoredRun.fetchAll(database, "WHERE id = ?", [id]).first
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
                [query.provider, priority.rawValue, query.dueBy.milliseconds]
                    + StatementArguments(query.tasks.sorted()) + StatementArguments(query.notOfSchedules.sorted())
                    + [query.limit - runs.count])
        }
        return runs
    }

    func unfinishedRun(withKey key: String) throws -> StoredRun? {
        try StoredRun.fetchAll(
            database, "WHERE unique_key = ? AND state IN ('queued', 'running')", [key]
        ).first
    }

    func dueTimers(by now: Instant, limit: Int) throws -> [PendingTimer] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT id, name, due FROM timers JOIN requests ON row = request
                WHERE attended = 1 AND due <= ? ORDER BY due LIMIT ?
                """)
        return try Row.fetchAll(statement, arguments: [now.milliseconds, limit]).map { row in
            PendingTimer(request: row[0], name: row[1], due: row.instant(2))
        }
    }

    func unfinishedRuns(of schedule: String) throws -> [String] {
        let statement = try database.cachedStatement(
            sql: "SELECT id FROM runs WHERE schedule = ? AND state IN ('queued', 'running')")
        return try String.fetchAll(statement, arguments: [schedule])
    }
}
