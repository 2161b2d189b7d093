package import ConciergeEngine
package import ConciergeKit
import GRDB

extension SQLiteLedger {
    package nonisolated(nonsending) func request(_ id: String) async throws(LedgerError) -> RequestView? {
        try await read { try $0.view(of: id) }
    }

    package nonisolated(nonsending)
        func requestWithHistory(_ id: String) async throws(LedgerError) -> (
            view: RequestView, history: [NumberedEntry]
        )?
    {
        try await read { database in
            guard let view = try database.view(of: id) else { return nil }
            let history = try database.rows(
                "\(NumberedEntry.selection) WHERE id = ? ORDER BY seq", [.text(id)], NumberedEntry.init)
            return (view, history)
        }
    }

    package nonisolated(nonsending)
        func entries(after seq: Int64, service: String?, limit: Int) async throws(LedgerError) -> [NumberedEntry]
    {
        try await read { database in
            try database.rows(
                """
                \(NumberedEntry.selection)
                WHERE seq > ?1 AND (?2 IS NULL OR history.service = ?2) ORDER BY seq LIMIT ?3
                """, [.int(seq), .optional(service), .int(limit)], NumberedEntry.init)
        }
    }

    package nonisolated(nonsending) func newestEntry(before moment: Instant) async throws(LedgerError) -> Instant? {
        try await read { database in
            // By halving: there is no index of lines by time, and there may be millions of them.
            func bound(_ which: String) throws -> Int64? {
                try database.row("SELECT \(which)(seq) FROM history") { $0[0] as Int64? }.flatMap(\.self)
            }
            guard var low = try bound("min"), var high = try bound("max") else { return nil }
            var found: Instant?
            while low <= high {
                let middle = low + (high - low) / 2
                let line = try database.row(
                    "SELECT seq, at FROM history WHERE seq <= ? ORDER BY seq DESC LIMIT 1", [.int(middle)]
                ) { (seq: $0[0] as Int64, at: $0.instant(1)) }
                guard let line, line.seq >= low else {
                    low = middle + 1
                    continue
                }
                if line.at < moment {
                    found = line.at
                    low = middle + 1
                } else {
                    high = line.seq - 1
                }
            }
            return found
        }
    }

    package nonisolated(nonsending)
        func requests(_ query: RequestQuery) async throws(LedgerError) -> Page<RequestView>
    {
        try await read { database in
            var conditions: [String] = []
            var values: [SQLValue] = []
            func require(_ condition: String, _ value: SQLValue?) {
                guard let value else { return }
                conditions.append(condition)
                values.append(value)
            }
            require("service = ?", query.service.map(SQLValue.text))
            require("state = ?", query.state.map(SQLValue.text))
            require(Self.isOfResident, query.resident.map(SQLValue.text))
            // Written out, so that SQLite can use the partial index of open requests.
            if let isOpen = query.isOpen { conditions.append("is_open = \(isOpen ? 1 : 0)") }
            for (services, comparison) in [(query.onlyOf, "IN"), (query.notOf, "NOT IN")] {
                guard let services else { continue }
                conditions.append("service \(comparison) (\(databaseQuestionMarks(count: services.count)))")
                values += services.sorted().map(SQLValue.text)
            }
            require("row < ?", query.after.flatMap(Int64.init).map(SQLValue.int))
            let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
            values.append(.int(query.limit + 1))
            let requests = try database.rows(
                "SELECT \(StoredRequest.columns), row FROM requests \(filter) ORDER BY row DESC LIMIT ?", values
            ) { (row: $0[10] as Int64, request: StoredRequest($0)) }
            let page = requests.prefix(query.limit)
            return Page(
                elements: try page.map { try database.view(of: $0.request) },
                next: requests.count > query.limit ? page.last.map { String($0.row) } : nil)
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
            try StoredRun.fetchAll(database, "WHERE id = ?", [.text(id)]).first.map { try database.withQuarantine($0) }
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
                [
                    .optional(query.task), .optional(query.state?.rawValue), .optional(query.after.flatMap(Int64.init)),
                    .int(query.limit + 1),
                ])
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
            try database.rows(
                "SELECT \(StoredRequest.columns) FROM requests WHERE service = ? AND is_open = 1 ORDER BY row",
                [.text(service)], StoredRequest.init)
        }
    }

    package nonisolated(nonsending) func counts() async throws(LedgerError) -> LedgerCounts {
        try await read { database in
            func count(_ what: String) throws -> Int {
                try database.row("SELECT count(*) FROM \(what)") { $0[0] } ?? 0
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
        // By the connection that writes: a reader waits for the disk, and the engine would wait for its own commits.
        try onWriter { database in
            let timer = try database.row("SELECT due FROM timers WHERE attended = 1 ORDER BY due LIMIT 1") {
                $0.instant(0)
            }
            let run = try database.row(
                "SELECT due FROM runs WHERE state = 'queued' AND due > ? ORDER BY due LIMIT 1",
                [.int(now.milliseconds)]
            ) { $0.instant(0) }
            return [timer, run].compactMap(\.self).min()
        }
    }

    package nonisolated(nonsending) func scheduleMarks() async throws(LedgerError) -> [ScheduleMark] {
        try await read { database in
            try database.rows(
                """
                SELECT id, recurrence, last, next, paused_at, paused_by, skipped, skip_reason
                FROM schedules ORDER BY id
                """
            ) { row in
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
            try database.rows("SELECT provider, since, actor FROM pauses ORDER BY provider") { row in
                Pause(provider: row[0], since: row.instant(1), actor: row[2])
            }
        }
    }

    package nonisolated(nonsending) func rates() async throws(LedgerError) -> [String: [Instant]] {
        try await read { database in
            let rates = try database.rows("SELECT task, begun FROM rates") { row in
                let begun = (row[1] as String).split(separator: " ").compactMap { Int64($0) }
                return (row[0] as String, begun.map(Instant.init(milliseconds:)))
            }
            return Dictionary(uniqueKeysWithValues: rates)
        }
    }
}

extension Database {
    fileprivate func view(of id: String) throws -> RequestView? {
        try StoredRequest.fetch(id, self).map { try view(of: $0) }
    }

    fileprivate func view(of request: StoredRequest) throws -> RequestView {
        RequestView(
            request: request, timers: try timers(of: request.id),
            quarantine: try quarantine(.request, request.id))
    }
}
