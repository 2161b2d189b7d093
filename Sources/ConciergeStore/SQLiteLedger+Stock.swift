package import ConciergeEngine
import ConciergeKit
import GRDB

extension SQLiteLedger {
    package nonisolated(nonsending)
        func stock(of service: String, after: String?, limit: Int) async throws(LedgerError) -> Page<RequestView>
    {
        try await read(.long) { database in
            try database.stock(of: service, after: after, limit: limit, columns: StoredRequest.columns)
        }
    }

    package nonisolated(nonsending) func fingerprints() async throws(LedgerError) -> [String: String] {
        try await read { database in
            let rows = try database.rows("SELECT service, fingerprint FROM fingerprints") {
                ($0[0] as String, $0[1] as String)
            }
            return Dictionary(uniqueKeysWithValues: rows)
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
        try await read(.long) { database in
            func count(_ sql: String, _ arguments: Set<String>) throws -> [String: Int] {
                let counts = try database.rows(sql, arguments.sorted().map(SQLValue.text)) {
                    ($0[0] as String, $0[1] as Int)
                }
                return Dictionary(uniqueKeysWithValues: counts)
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
        let requests = try rows(
            "SELECT \(columns), row FROM requests WHERE service = ? AND row > ? ORDER BY row LIMIT ?",
            [.text(service), .int(after.flatMap(Int64.init) ?? .min), .int(limit + 1)]
        ) { (row: $0[10] as Int64, request: StoredRequest($0)) }
        let page = requests.prefix(limit)
        guard let first = page.first, let last = page.last else { return Page(elements: [], next: nil) }
        var timers: [Int64: [String: Instant]] = [:]
        _ = try rows(
            "SELECT request, name, due FROM timers WHERE request BETWEEN ? AND ?", [.int(first.row), .int(last.row)]
        ) { timers[$0[0] as Int64, default: [:]][$0[1] as String] = $0.instant(2) }
        return Page(
            elements: page.map { RequestView(request: $0.request, timers: timers[$0.row] ?? [:]) },
            next: requests.count > limit ? String(last.row) : nil)
    }
}
