package import ConciergeEngine
package import ConciergeKit
import GRDB

extension SQLiteLedger {
    /// Pages that are given back at once: a moment's work.
    private static let pagesPerStep = 64

    package nonisolated(nonsending)
        func prune(_ retention: Retention, at now: Instant, limit: Int) async throws(LedgerError) -> Pruned
    {
        var pruned = try write { database in
            let pruned = try database.prune(retention, at: now, limit: limit)
            // An idle daemon that looks and finds nothing writes nothing either.
            return (pruned, pruned.isEmpty ? Database.TransactionCompletion.rollback : .commit)
        }
        try log.flush()
        pruned.isDone = pruned.count < limit
        return pruned
    }

    package nonisolated(nonsending) func giveBackRoom() async throws(LedgerError) -> Bool {
        try onWriter { database in
            // A file that was made without auto_vacuum keeps its room and uses it again.
            guard try Int.fetchOne(database, sql: "PRAGMA auto_vacuum") == 2 else { return false }
            _ = try database.rows("PRAGMA incremental_vacuum(\(Self.pagesPerStep))") { _ in }
            return try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0 > 0
        }
    }
}

extension Database {
    fileprivate func prune(_ retention: Retention, at now: Instant, limit: Int) throws -> Pruned {
        var pruned = Pruned()
        for service in try services(ofOpenRequests: false) {
            guard let cutoff = retention.keep(of: service).cutoff(at: now) else { continue }
            let rows = try closedRequests(of: service, by: cutoff, limit: limit - pruned.count)
            for (row, id) in rows { try deleteRequest(row, id) }
            pruned.requests += rows.count
        }
        for (states, keep) in [
            ("state IN ('succeeded', 'cancelled')", retention.finishedRuns), ("state = 'failed'", retention.failedRuns),
        ] {
            guard let cutoff = keep.cutoff(at: now) else { continue }
            try execute(
                """
                DELETE FROM runs WHERE row IN (
                    SELECT row FROM runs WHERE finished_at <= ? AND \(states) AND NOT EXISTS (
                        SELECT 1 FROM requests WHERE requests.id = runs.request AND is_open = 1)
                    ORDER BY finished_at LIMIT ?)
                """,
                [.int(cutoff.milliseconds), .int(limit - pruned.count)])
            pruned.runs += changesCount
        }
        if let cutoff = retention.answers.cutoff(at: now) {
            try execute(
                "DELETE FROM answers WHERE key IN (SELECT key FROM answers WHERE at <= ? ORDER BY at LIMIT ?)",
                [.int(cutoff.milliseconds), .int(limit - pruned.count)])
            pruned.answers += changesCount
        }
        return pruned
    }

    /// The services of all requests that are open, or of all that are closed. They are found by leaps through the index,
    /// so that a million requests of three services cost three steps.
    func services(ofOpenRequests isOpen: Bool) throws -> [String] {
        // Written out, so that SQLite can use the partial indexes.
        let condition = "is_open = \(isOpen ? 1 : 0)"
        return try rows(
            """
            WITH RECURSIVE found (service) AS (
                SELECT min(service) FROM requests WHERE \(condition)
                UNION ALL
                SELECT (SELECT min(service) FROM requests WHERE \(condition) AND service > found.service)
                FROM found WHERE found.service IS NOT NULL
            )
            SELECT service FROM found WHERE service IS NOT NULL
            """
        ) { $0[0] }
    }

    /// Those that nothing pends of any more.
    private func closedRequests(of service: String, by cutoff: Instant, limit: Int) throws -> [(Int64, String)] {
        guard limit > 0 else { return [] }
        return try rows(
            """
            SELECT row, id FROM requests WHERE is_open = 0 AND service = ? AND closed_at <= ?
                AND NOT EXISTS (SELECT 1 FROM timers WHERE timers.request = requests.row)
                AND NOT EXISTS (SELECT 1 FROM claims WHERE claims.request = requests.row)
                AND NOT EXISTS (
                    SELECT 1 FROM runs
                    WHERE runs.request = requests.id AND runs.state IN ('queued', 'running'))
                AND id NOT IN (SELECT quarantines.id FROM quarantines WHERE kind = 'request')
            ORDER BY closed_at LIMIT ?
            """, [.text(service), .int(cutoff.milliseconds), .int(limit)]
        ) { ($0[0], $0[1]) }
    }

    private func deleteRequest(_ row: Int64, _ id: String) throws {
        try execute("DELETE FROM history WHERE request = ?", [.int(row)])
        try execute("DELETE FROM runs WHERE request = ?", [.text(id)])
        try execute("DELETE FROM requests WHERE row = ?", [.int(row)])
    }
}
