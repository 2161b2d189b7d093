package import ConciergeEngine
import ConciergeKit
import GRDB

extension SQLiteLedger {
    package nonisolated(nonsending)
        func stock(of service: String, after: String?, limit: Int) async throws(LedgerError) -> Page<RequestView>
    {
        try await read { database in
            try database.stock(of: service, after: after, limit: limit, columns: StoredRequest.columns)
        }
    }

    package nonisolated(nonsending) func fingerprints() async throws(LedgerError) -> [String: String] {
        try await read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT service, fingerprint FROM fingerprints")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
        }
    }

    package nonisolated(nonsending) func save(fingerprints: [String: String]) async throws(LedgerError) {
        try writeThrough { database in
            for (service, fingerprint) in fingerprints {
                try database.execute(
                    "INSERT OR REPLACE INTO fingerprints (service, fingerprint) VALUES (?, ?)",
                    [.text(service), .text(fingerprint)])
            }
        }
    }

    package nonisolated(nonsending)
        func backlog(besides services: Set<String>, _ tasks: Set<String>) async throws(LedgerError) -> Backlog
    {
        try await read { database in
            func count(_ sql: String, _ arguments: Set<String>) throws -> [String: Int] {
                let rows = try Row.fetchAll(
                    database.cachedStatement(sql: sql), arguments: StatementArguments(arguments.sorted()))
                return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
            }
            // From one service to the next in the index of open requests, so that a million of a service that is left
            // out are passed over in one step.
            return Backlog(
                openRequests: try count(
                    """
                    WITH RECURSIVE services (service) AS (
                        SELECT min(service) FROM requests WHERE is_open = 1
                        UNION ALL
                        SELECT (SELECT min(service) FROM requests WHERE is_open = 1 AND service > services.service)
                        FROM services WHERE services.service IS NOT NULL
                    )
                    SELECT service, (
                        SELECT count(*) FROM requests WHERE is_open = 1 AND requests.service = services.service
                    )
                    FROM services
                    WHERE service IS NOT NULL AND service NOT IN (\(databaseQuestionMarks(count: services.count)))
                    """, services),
                queuedRuns: try count(
                    """
                    SELECT task, count(*) FROM runs
                    WHERE state = 'queued' AND task NOT IN (\(databaseQuestionMarks(count: tasks.count))) GROUP BY task
                    """, tasks))
        }
    }
}

extension Database {
    /// A page of a service's requests in the order of their rows, with the timers of all of them in one look.
    func stock(
        of service: String, after: String?, limit: Int, columns: String
    ) throws -> Page<RequestView> {
        let statement = try cachedStatement(
            sql: "SELECT \(columns), row FROM requests WHERE service = ? AND row > ? ORDER BY row LIMIT ?")
        let rows = try Row.fetchAll(
            statement, arguments: [service, after.flatMap(Int64.init) ?? .min, limit + 1])
        let page = rows.prefix(limit)
        guard let first = page.first, let last = page.last else { return Page(elements: [], next: nil) }
        var timers: [Int64: [String: Instant]] = [:]
        for row in try Row.fetchAll(
            cachedStatement(sql: "SELECT request, name, due FROM timers WHERE request BETWEEN ? AND ?"),
            arguments: [first[10] as Int64, last[10] as Int64])
        {
            timers[row[0], default: [:]][row[1]] = row.instant(2)
        }
        return Page(
            elements: page.map { RequestView(request: StoredRequest($0), timers: timers[$0[10]] ?? [:]) },
            next: rows.count > limit ? String(last[10] as Int64) : nil)
    }
}
