import ConciergeEngine
import ConciergeKit
import GRDB
import JSON

extension Database {
    /// Writes a batch's changes into the open transaction; returns its history lines with their places.
    func apply(_ changes: Changes) throws -> [NumberedEntry] {
        // In the order in which they were opened, which is the order of their lists.
        var opened = changes.requests.opened
        var rows = RequestRows()
        for entry in changes.entries {
            if let request = opened.removeValue(forKey: entry.request) { rows[request.id] = try insert(request) }
        }
        for request in opened.values { rows[request.id] = try insert(request) }
        for request in changes.requests.changed.values { try update(request) }
        for (request, timers) in changes.timers {
            let row = try rows.row(of: request, in: self)
            for (name, change) in timers { try set(name, of: row, to: change) }
        }
        // Keys given up first, so that another request of the batch can take them.
        for claim in changes.claims.released { try release(claim) }
        for (claim, holder) in changes.claims.taken { try take(claim, for: rows.row(of: holder, in: self)) }
        // Finished runs first: they free unique keys.
        for run in changes.runs.changed.values where run.state.isFinished { try update(run) }
        for run in changes.runs.changed.values where !run.state.isFinished { try update(run) }
        for run in changes.runs.created.values.sorted(by: { ($0.createdAt, $0.due) < ($1.createdAt, $1.due) }) {
            try insert(run)
        }
        for answer in changes.answers.values { try insert(answer) }
        for mark in changes.schedules.values { try save(mark) }
        for (provider, pause) in changes.runs.pauses { try set(pause, of: provider) }
        for (task, begun) in changes.runs.rates { try set(begun, of: task) }
        for quarantine in changes.quarantine.begun.values { _ = try hold(quarantine) }
        try applyReleases(changes)
        return try changes.entries.map { entry in
            NumberedEntry(seq: try insert(entry, of: rows.row(of: entry.request, in: self)), entry: entry)
        }
    }

    private func insert(_ request: StoredRequest) throws -> Int64 {
        try execute(
            """
            INSERT INTO requests
                (id, service, state, is_open, resident, opened_at, closed_at, record, version, record_version)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(request.id), .text(request.service), .text(request.state), .bool(request.isOpen),
                .optional(request.resident), .int(request.openedAt.milliseconds),
                .optional(request.closedAt?.milliseconds), .utf8(request.record), .int(request.version),
                .int(request.recordVersion),
            ])
        return lastInsertedRowID
    }

    private func update(_ request: StoredRequest) throws {
        try execute(
            """
            UPDATE requests SET state = ?, is_open = ?, closed_at = ?, record = ?, version = ?, record_version = ?
            WHERE id = ?
            """,
            [
                .text(request.state), .bool(request.isOpen), .optional(request.closedAt?.milliseconds),
                .utf8(request.record), .int(request.version), .int(request.recordVersion), .text(request.id),
            ])
    }

    private func insert(_ entry: Entry, of row: Int64) throws -> Int64 {
        try execute(
            """
            INSERT INTO history (request, service, at, actor, event, from_state, to_state, input, note_fr, note_en)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .int(row), .text(entry.service), .int(entry.at.milliseconds), .text(entry.actor), .text(entry.event),
                .optional(entry.from), .optional(entry.to), .optional(entry.input), .optional(entry.note?.fr),
                .optional(entry.note?.en),
            ])
        return lastInsertedRowID
    }

    private func set(_ timer: String, of request: Int64, to change: TimerChange) throws {
        guard let due = change.due else {
            return try execute("DELETE FROM timers WHERE request = ? AND name = ?", [.int(request), .text(timer)])
        }
        try execute(
            """
            INSERT INTO timers (request, name, service, due) VALUES (?, ?, ?, ?)
            ON CONFLICT (request, name) DO UPDATE SET due = excluded.due
            """,
            [.int(request), .text(timer), .text(change.service), .int(due.milliseconds)])
    }

    private func release(_ claim: String) throws {
        try execute("DELETE FROM claims WHERE claim = ?", [.text(claim)])
    }

    private func take(_ claim: String, for request: Int64) throws {
        // What another request holds fails the whole batch by the unique index, should the engine ever decide so.
        try execute("INSERT INTO claims (claim, request) VALUES (?, ?)", [.text(claim), .int(request)])
    }

    private func insert(_ run: StoredRun) throws {
        try execute(
            """
            INSERT INTO runs (id, task, provider, state, input, actor, request, schedule, attempt, attempts,
                created_at, due, started_at, finished_at, outcome_fr, outcome_en, data, error, elapse, unique_key,
                priority)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(run.id), .text(run.task), .text(run.provider), .text(run.state.rawValue),
                .text(JSON.object(run.input).text), .text(run.actor), .optional(run.request), .optional(run.schedule),
                .int(run.attempt), .int(run.attempts), .int(run.createdAt.milliseconds), .int(run.due.milliseconds),
                .optional(run.startedAt?.milliseconds), .optional(run.finishedAt?.milliseconds),
                .optional(run.outcome?.fr), .optional(run.outcome?.en), .optional(run.data), .optional(run.error),
                .optional(run.elapse?.milliseconds), .optional(run.uniqueKey), .int(run.priority.rawValue),
            ])
    }

    private func update(_ run: StoredRun) throws {
        try execute(
            """
            UPDATE runs SET state = ?, attempt = ?, attempts = ?, due = ?, started_at = ?, finished_at = ?, outcome_fr = ?,
                outcome_en = ?, data = ?, error = ? WHERE id = ?
            """,
            [
                .text(run.state.rawValue), .int(run.attempt), .int(run.attempts), .int(run.due.milliseconds),
                .optional(run.startedAt?.milliseconds), .optional(run.finishedAt?.milliseconds),
                .optional(run.outcome?.fr), .optional(run.outcome?.en), .optional(run.data), .optional(run.error),
                .text(run.id),
            ])
    }

    private func insert(_ answer: StoredAnswer) throws {
        try execute(
            "INSERT INTO answers (key, fingerprint, answer, at) VALUES (?, ?, ?, ?)",
            [.text(answer.key), .text(answer.fingerprint), .utf8(answer.answer.stored), .int(answer.at.milliseconds)])
    }

    func save(_ mark: ScheduleMark) throws {
        try execute(
            """
            INSERT OR REPLACE INTO schedules (id, recurrence, last, next, paused_at, paused_by, skipped, skip_reason)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(mark.id), .text(mark.recurrence), .optional(mark.last?.milliseconds),
                .int(mark.next.milliseconds), .optional(mark.pausedAt?.milliseconds), .optional(mark.pausedBy),
                .optional(mark.skipped?.milliseconds), .optional(mark.skipReason?.rawValue),
            ])
    }

    private func set(_ begun: [Instant], of task: String) throws {
        try execute(
            "INSERT OR REPLACE INTO rates (task, begun) VALUES (?, ?)",
            [.text(task), .text(begun.map { String($0.milliseconds) }.joined(separator: " "))])
    }

    private func set(_ pause: Pause?, of provider: String) throws {
        guard let pause else { return try execute("DELETE FROM pauses WHERE provider = ?", [.text(provider)]) }
        try execute(
            "INSERT OR REPLACE INTO pauses (provider, since, actor) VALUES (?, ?, ?)",
            [.text(provider), .int(pause.since.milliseconds), .text(pause.actor)])
    }
}

/// The rows of the requests that a batch touches, each looked up once.
private struct RequestRows {
    private var rows: [String: Int64] = [:]

    subscript(id: String) -> Int64? {
        get { rows[id] }
        set { rows[id] = newValue }
    }

    mutating func row(of id: String, in database: Database) throws -> Int64 {
        if let row = rows[id] { return row }
        guard let row: Int64 = try database.row("SELECT row FROM requests WHERE id = ?", [.text(id)], { $0[0] }) else {
            throw LedgerError.unavailable(reason: "there is no request \(id) to write for")
        }
        rows[id] = row
        return row
    }
}
