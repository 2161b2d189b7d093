package import ConciergeEngine
package import ConciergeKit
import JSON

/// The runs. Their keys are their numbers.
enum RunsTable: Int32, Columns {
    case id, task, provider, state, input, actor, request, schedule, elapse, uniqueKey, priority, attempt, attempts
    case createdAt, due, startedAt, finishedAt, outcomeFr, outcomeEn, data, report, error

    static let list = names()
    static let insertion = insert(into: "runs")
    static let update = SQL(
        kept: """
            UPDATE runs SET state = ?, attempt = ?, attempts = ?, due = ?, started_at = ?, finished_at = ?, outcome_fr = ?,
                outcome_en = ?, data = ?, report = ?, error = ? WHERE id = ?
            """)
    static let ofRequest = SQL(kept: "SELECT \(list) FROM runs WHERE request = ? ORDER BY id")
    static let nextDue = SQL(kept: "SELECT due FROM runs WHERE state = 'queued' AND due > ? ORDER BY due LIMIT 1")

    static let schema = """
        CREATE TABLE runs (
            id INTEGER PRIMARY KEY,
            task TEXT NOT NULL,
            provider TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
            input TEXT NOT NULL,
            actor TEXT NOT NULL,
            request INTEGER,
            schedule TEXT,
            elapse INTEGER,
            unique_key TEXT,
            priority INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            due INTEGER NOT NULL,
            started_at INTEGER,
            finished_at INTEGER,
            outcome_fr TEXT,
            outcome_en TEXT,
            data TEXT,
            report TEXT,
            error TEXT
        ) STRICT;
        CREATE INDEX runs_queued ON runs (provider, priority, due) WHERE state = 'queued';
        CREATE INDEX runs_next ON runs (due) WHERE state = 'queued';
        CREATE INDEX runs_running ON runs (id) WHERE state = 'running';
        CREATE INDEX runs_failed ON runs (id) WHERE state = 'failed';
        CREATE INDEX runs_of_schedule ON runs (schedule)
            WHERE schedule IS NOT NULL AND state IN ('queued', 'running');
        CREATE UNIQUE INDEX runs_unique ON runs (unique_key)
            WHERE unique_key IS NOT NULL AND state IN ('queued', 'running');
        CREATE INDEX runs_finished ON runs (finished_at) WHERE finished_at IS NOT NULL;
        CREATE INDEX runs_of_request ON runs (request) WHERE request IS NOT NULL;
        """

    /// Neither the run nor the request that asked for it is in quarantine.
    fileprivate static let mayBegin = """
        id NOT IN (SELECT run FROM quarantines WHERE run IS NOT NULL)
        AND (request IS NULL OR request NOT IN (SELECT request FROM quarantines WHERE request IS NOT NULL))
        """
}

/// The providers whose runs are paused.
enum PausesTable: Int32, Columns {
    case provider, since, actor

    static let list = names()
    static let insertion = insert(into: "pauses", or: "REPLACE")

    static let schema = """
        CREATE TABLE pauses (
            provider TEXT PRIMARY KEY,
            since INTEGER NOT NULL,
            actor TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}

/// For each task with a rate limit, the times when its last runs began, in milliseconds since 1970 UTC, separated by
/// spaces.
enum RatesTable: Int32, Columns {
    case task, begun

    static let list = names()
    static let insertion = insert(into: "rates", or: "REPLACE")

    static let schema = """
        CREATE TABLE rates (
            task TEXT PRIMARY KEY,
            begun TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}

extension StoredRun {
    init(_ row: TableRow<RunsTable>) throws {
        let id: RunID = row[.id]
        guard let state = State(rawValue: row[.state]), case .object(let input) = try JSON.parse(row.bytes(.input))
        else {
            throw LedgerError.unavailable(reason: "the run \(id) cannot be read")
        }
        self.init(
            id: id, task: row[.task], provider: row[.provider], state: state, input: input, actor: row[.actor],
            request: row[.request], schedule: row[.schedule], elapse: row[.elapse], uniqueKey: row[.uniqueKey],
            priority: Priority(rawValue: row[.priority]) ?? .normal, attempt: row[.attempt], attempts: row[.attempts],
            createdAt: row[.createdAt], due: row[.due])
        startedAt = row[.startedAt]
        finishedAt = row[.finishedAt]
        outcome = row.text(.outcomeFr, .outcomeEn)
        data = row.json(.data)
        table = row.json(.report)
        error = row[.error]
    }

    fileprivate func value(of column: RunsTable) -> SQLValue {
        switch column {
        case .id: .id(id)
        case .task: .name(task)
        case .provider: .name(provider)
        case .state: .text(state.rawValue)
        case .input: .text(JSON.object(input).text)
        case .actor: .text(actor)
        case .request: .optional(request?.number)
        case .schedule: .optional(schedule?.rawValue)
        case .elapse: .instant(elapse)
        case .uniqueKey: .optional(uniqueKey)
        case .priority: .int(priority.rawValue)
        case .attempt: .int(attempt)
        case .attempts: .int(attempts)
        case .createdAt: .instant(createdAt)
        case .due: .instant(due)
        case .startedAt: .instant(startedAt)
        case .finishedAt: .instant(finishedAt)
        case .outcomeFr: .optional(outcome?.fr)
        case .outcomeEn: .optional(outcome?.en)
        case .data: .optional(data)
        case .report: .optional(table)
        case .error: .optional(error)
        }
    }
}

extension SQLiteConnection {
    fileprivate func runs(_ clauses: String, _ values: [SQLValue]) throws -> [StoredRun] {
        try rows("SELECT \(RunsTable.list) FROM runs \(clauses)", values) { try StoredRun(TableRow(row: $0)) }
    }

    func apply(_ changes: RunChanges) throws {
        // Finished runs are updated first, because they release their unique keys.
        for run in changes.changed.values where run.state.isFinished { try update(run) }
        for run in changes.changed.values where !run.state.isFinished { try update(run) }
        for run in changes.created.keys.sorted().lazy.compactMap({ changes.created[$0] }) {
            try execute(RunsTable.insertion, RunsTable.allCases.map(run.value))
        }
        for (provider, pause) in changes.pauses { try set(pause, of: provider) }
        for (task, begun) in changes.rates {
            try execute(
                RatesTable.insertion,
                [.name(task), .text(begun.map { String($0.milliseconds) }.joined(separator: " "))])
        }
    }

    private func update(_ run: StoredRun) throws {
        try execute(
            RunsTable.update,
            [
                RunsTable.state, .attempt, .attempts, .due, .startedAt, .finishedAt, .outcomeFr, .outcomeEn, .data,
                .report, .error, .id,
            ].map(run.value))
    }

    private func set(_ pause: Pause?, of provider: ProviderID) throws {
        guard let pause else { return try execute("DELETE FROM pauses WHERE provider = ?", [.name(provider)]) }
        try execute(PausesTable.insertion, [.name(provider), .instant(pause.since), .text(pause.actor)])
    }

    /// The due time of the next queued run that is not due yet; nil if there is none.
    func nextDueRun(after now: Instant) throws -> Instant? {
        try value(RunsTable.nextDue, [.instant(now)])
    }

    /// The number of queued runs of each task, without the given tasks.
    func queuedRuns(besides tasks: Set<TaskID>) throws -> [TaskID: Int] {
        let counts = try rows("SELECT task, count(*) FROM runs WHERE state = 'queued' GROUP BY task") {
            (TaskID($0[0] as String), $0[1] as Int)
        }
        return Dictionary(uniqueKeysWithValues: counts.filter { !tasks.contains($0.0) })
    }

    /// Deletes expired finished runs, except those that an open request started, at most `limit`. Returns how many it
    /// deleted.
    func pruneRuns(_ retention: Retention, at now: Instant, limit: Int) throws -> Int {
        var count = 0
        for (states, keep) in [
            ("state IN ('succeeded', 'cancelled')", retention.finishedRuns), ("state = 'failed'", retention.failedRuns),
        ] {
            guard let cutoff = keep.cutoff(at: now) else { continue }
            try execute(
                """
                DELETE FROM runs WHERE id IN (
                    SELECT id FROM runs WHERE finished_at <= ? AND \(states) AND NOT EXISTS (
                        SELECT 1 FROM requests WHERE requests.id = runs.request AND is_open = 1)
                    ORDER BY finished_at LIMIT ?)
                """,
                [.instant(cutoff), .int(limit - count)])
            count += changesCount
        }
        return count
    }
}

extension SQLiteFacts {
    func run(_ id: RunID) throws -> StoredRun? { try database.runs("WHERE id = ?", [.id(id)]).first }

    func queuedRuns(_ query: QueueQuery) throws -> [StoredRun] {
        let tasks = questionMarks(query.tasks.count)
        let schedules = questionMarks(query.notOfSchedules.count)
        var runs: [StoredRun] = []
        // One query per priority, so that the index returns its runs in the order of their due times and no run that is
        // due much later is read.
        for priority in Priority.allCases.sorted(by: >) where runs.count < query.limit {
            runs += try database.runs(
                """
                WHERE state = 'queued' AND provider = ? AND priority = ? AND due <= ? AND task IN (\(tasks))
                    AND (schedule IS NULL OR schedule NOT IN (\(schedules)))
                    AND \(RunsTable.mayBegin)
                ORDER BY due, id LIMIT ?
                """,
                [.name(query.provider), .int(priority.rawValue), .instant(query.dueBy)]
                    + query.tasks.sorted().map { .name($0) } + query.notOfSchedules.sorted().map { .name($0) }
                    + [.int(query.limit - runs.count)])
        }
        return runs
    }

    func runs(unfinishedOf request: RequestID) throws -> [StoredRun] {
        try database.runs("WHERE request = ? AND state IN ('queued', 'running') ORDER BY id", [.id(request)])
    }

    func unfinishedRun(withKey key: String) throws -> StoredRun? {
        try database.runs("WHERE unique_key = ? AND state IN ('queued', 'running')", [.text(key)]).first
    }

    func unfinishedRuns(of schedule: ScheduleID) throws -> [RunID] {
        try database.column(
            "SELECT id FROM runs WHERE schedule = ? AND state IN ('queued', 'running')", [.name(schedule)]
        ).map(RunID.init(number:))
    }
}

extension SQLiteLedger {
    package nonisolated(nonsending) func takeUpInterruptedRuns(at now: Instant) async throws(LedgerError) -> Int {
        try writeThrough { database in
            try database.execute("UPDATE runs SET state = 'queued', due = ? WHERE state = 'running'", [.instant(now)])
            return database.changesCount
        }
    }

    package nonisolated(nonsending) func takeUpRunsOfTheFuture(at now: Instant) async throws(LedgerError) -> Int {
        try writeThrough { database in
            try database.execute(
                """
                UPDATE runs SET due = ?1
                WHERE state = 'queued' AND due > ?1 AND (created_at > ?1 OR coalesce(started_at, 0) > ?1)
                """, [.instant(now)])
            return database.changesCount
        }
    }

    package nonisolated(nonsending) func run(_ id: RunID) async throws(LedgerError) -> StoredRun? {
        try await read { database in
            try database.runs("WHERE id = ?", [.id(id)]).first.map { try database.withQuarantine($0) }
        }
    }

    package nonisolated(nonsending) func runs(_ query: RunQuery) async throws(LedgerError) -> Page<StoredRun> {
        try await read(.long) { database in
            let after = query.after ?? .max
            var page = PageBuilder<StoredRun>(limit: query.limit, bytes: PageBounds.bytes, after: after)
            // For these states, an index has the runs in the order of their ids.
            let (index, condition) =
                switch query.state {
                case .failed: ("INDEXED BY runs_failed", "AND state = 'failed'")
                case .running: ("INDEXED BY runs_running", "AND state = 'running'")
                default: ("", "")
                }
            try database.each(
                """
                SELECT \(RunsTable.list), (?2 IS NULL OR task = ?2) AND (?3 IS NULL OR state = ?3)
                FROM runs \(index) WHERE id < ?1 \(condition) ORDER BY id DESC
                """, [.int(after), .optional(query.task?.rawValue), .optional(query.state?.rawValue)]
            ) { row in
                let row = TableRow<RunsTable>(row: row)
                let place: Int64 = row[.id]
                if row.extra {
                    let run = try database.withQuarantine(try StoredRun(row))
                    guard page.append(run, bytes: run.replyBytes(input: row.size(.input))) else { return false }
                }
                return page.advance(to: place)
            }
            return page.page
        }
    }

    package nonisolated(nonsending) func pauses() async throws(LedgerError) -> [Pause] {
        try await read { database in
            try database.rows("SELECT \(PausesTable.list) FROM pauses ORDER BY provider") { row in
                let row = TableRow<PausesTable>(row: row)
                return Pause(provider: row[.provider], since: row[.since], actor: row[.actor])
            }
        }
    }

    package nonisolated(nonsending) func rates() async throws(LedgerError) -> [TaskID: [Instant]] {
        try await read { database in
            let rates = try database.rows("SELECT \(RatesTable.list) FROM rates") { row in
                let row = TableRow<RatesTable>(row: row)
                let begun = (row[.begun] as String).split(separator: " ").compactMap { Int64($0) }
                return (row[.task] as TaskID, begun.map(Instant.init(milliseconds:)))
            }
            return Dictionary(uniqueKeysWithValues: rates)
        }
    }
}
