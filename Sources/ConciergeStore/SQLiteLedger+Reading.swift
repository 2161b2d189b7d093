package import ConciergeEngine
package import ConciergeKit
import GRDB

extension SQLiteLedger {
    package nonisolated(nonsending) func request(_ id: String) async throws(LedgerError) -> RequestView? {
        try await read { database in
            try StoredRequest.fetchOne(database, where: "id = ?", [id]).map { request in
                RequestView(
                    request: request, timers: try database.timers(of: id),
                    quarantine: try database.quarantine(.request, id))
            }
        }
    }

    package nonisolated(nonsending)
        func history(of request: String) async throws(LedgerError) -> [NumberedEntry]
    {
        try await read { database in
            let statement = try database.cachedStatement(
                sql: "\(NumberedEntry.selection) WHERE id = ? ORDER BY seq")
            return try Row.fetchAll(statement, arguments: [request]).map(NumberedEntry.init)
        }
    }

    package nonisolated(nonsending)
        func entries(after seq: Int64, service: String?, limit: Int) async throws(LedgerError) -> [NumberedEntry]
    {
        try await read { database in
            let statement = try database.cachedStatement(
                sql: """
                    \(NumberedEntry.selection)
                    WHERE seq > ?1 AND (?2 IS NULL OR history.service = ?2) ORDER BY seq LIMIT ?3
                    """)
            return try Row.fetchAll(statement, arguments: [seq, service, limit]).map(NumberedEntry.init)
        }
    }

    package nonisolated(nonsending)
        func requests(_ query: RequestQuery) async throws(LedgerError) -> Page<RequestView>
    {
        try await read { database in
            var conditions: [String] = []
            var arguments: [(any DatabaseValueConvertible)?] = []
            func require(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
                guard let value else { return }
                conditions.append(condition)
                arguments.append(value)
            }
            require("service = ?", query.service)
            require("state = ?", query.state)
            require(Self.isOfResident, query.resident)
            // Written out, so that SQLite can use the partial index of open requests.
            if let isOpen = query.isOpen { conditions.append("is_open = \(isOpen ? 1 : 0)") }
            for (services, comparison) in [(query.onlyOf, "IN"), (query.notOf, "NOT IN")] {
                guard let services else { continue }
                conditions.append("service \(comparison) (\(databaseQuestionMarks(count: services.count)))")
                arguments += services.sorted()
            }
            require("row < ?", query.after.flatMap(Int64.init))
            let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
            arguments.append(query.limit + 1)
            let rows = try Row.fetchAll(
                database.cachedStatement(
                    sql: "SELECT \(StoredRequest.columns), row FROM requests \(filter) ORDER BY row DESC LIMIT ?"),
                arguments: StatementArguments(arguments))
            let page = rows.prefix(query.limit)
            return Page(
                elements: try page.map { row in
                    let request = StoredRequest(row)
                    return RequestView(
                        request: request, timers: try database.timers(of: request.id),
                        quarantine: try database.quarantine(.request, request.id))
                },
                next: rows.count > query.limit ? page.last.map { String($0[10] as Int64) } : nil)
        }
    }

    /// Looks for the resident in each block of requests (``Migrations``), so that the index answers.
    static let isOfResident = """
        row IN (
            WITH RECURSIVE blocks (block) AS (
                SELECT max(row) >> \(Migrations.blockBits) FROM requests
                UNION ALL SELECT block - 1 FROM blocks WHERE block > 0
            )
            SELECT row FROM blocks CROSS JOIN requests ON row >> \(Migrations.blockBits) = block AND resident = ?
        )
        """

    package nonisolated(nonsending) func run(_ id: String) async throws(LedgerError) -> StoredRun? {
        try await read { database in
            try StoredRun.fetchAll(database, "WHERE id = ?", [id]).first.map { try database.withQuarantine($0) }
        }
    }

    package nonisolated(nonsending) func runs(_ query: RunQuery) async throws(LedgerError) -> Page<StoredRun> {
        try await read { database in
            let runs = try StoredRun.fetchNumbered(
                database,
                """
                WHERE (?1 IS NULL OR task = ?1) AND (?2 IS NULL OR state = ?2) AND (?3 IS NULL OR row < ?3)
                ORDER BY row DESC LIMIT ?4
                """,
                [query.task, query.state?.rawValue, query.after.flatMap(Int64.init), query.limit + 1])
            let page = runs.prefix(query.limit)
            return Page(
                elements: try page.map { try database.withQuarantine($0.run) },
                next: runs.count > query.limit ? page.last.map { String($0.row) } : nil)
        }
    }

    package nonisolated(nonsending)
        func openRequests(of service: String) async throws(LedgerError) -> [StoredRequest]
    {
        try await read { database in
            let statement = try database.cachedStatement(
                sql: "SELECT \(StoredRequest.columns) FROM requests WHERE service = ? AND is_open = 1 ORDER BY row")
            return try Row.fetchAll(statement, arguments: [service]).map(StoredRequest.init)
        }
    }

    package nonisolated(nonsending) func counts() async throws(LedgerError) -> LedgerCounts {
        try await read { database in
            func count(_ what: String) throws -> Int {
                try Int.fetchOne(database.cachedStatement(sql: "SELECT count(*) FROM \(what)")) ?? 0
            }
            return LedgerCounts(
                openRequests: try count("requests WHERE is_open = 1"), pendingTimers: try count("timers"),
                queuedRuns: try count("runs WHERE state = 'queued'"),
                runningRuns: try count("runs WHERE state = 'running'"),
                failedRuns: try count("runs WHERE state = 'failed'"),
                quarantinedRequests: try count("quarantines WHERE kind = 'request'"),
                quarantinedRuns: try count("quarantines WHERE kind = 'run'"))
        }
    }

    package nonisolated(nonsending) func nextDue(after now: Instant) async throws(LedgerError) -> Instant? {
        try await read { database in
            let timer = try Int64.fetchOne(
                database.cachedStatement(sql: "SELECT due FROM timers WHERE attended = 1 ORDER BY due LIMIT 1"))
            let run = try Int64.fetchOne(
                database.cachedStatement(
                    sql: "SELECT due FROM runs WHERE state = 'queued' AND due > ? ORDER BY due LIMIT 1"),
                arguments: [now.milliseconds])
            return [timer, run].compactMap(\.self).min().map(Instant.init(milliseconds:))
        }
    }

    package nonisolated(nonsending) func scheduleMarks() async throws(LedgerError) -> [ScheduleMark] {
        try await read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT id, recurrence, last, next, paused_at, paused_by, skipped, skip_reason
                    FROM schedules ORDER BY id
                    """)
            return rows.map { row in
                var mark = ScheduleMark(
                    id: row[0], recurrence: row[1], last: row.instantIfThere(2), next: row.instant(3))
                (mark.pausedAt, mark.pausedBy) = (row.instantIfThere(4), row[5])
                mark.skipped = row.instantIfThere(6)
                mark.skipReason = (row[7] as String?).flatMap(SkipReason.init)
                return mark
            }
        }
    }

    package nonisolated(nonsending) func pauses() async throws(LedgerError) -> [Pause] {
        try await read { database in
            try Row.fetchAll(database, sql: "SELECT provider, since, actor FROM pauses ORDER BY provider").map { row in
                Pause(provider: row[0], since: row.instant(1), actor: row[2])
            }
        }
    }

    package nonisolated(nonsending) func rates() async throws(LedgerError) -> [String: [Instant]] {
        try await read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT task, begun FROM rates")
            return Dictionary(
                uniqueKeysWithValues: rows.map { row in
                    let begun = (row[1] as String).split(separator: " ").compactMap { Int64($0) }
                    return (row[0], begun.map(Instant.init(milliseconds:)))
                })
        }
    }
}
