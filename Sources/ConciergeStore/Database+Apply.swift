import ConciergeEngine
import ConciergeKit
import GRDB
import JSON

extension Database {
    /// Writes a batch's changes into the open transaction; returns its history lines with their places.
    func apply(_ changes: Changes) throws -> [NumberedEntry] {
        // In the order in which they were opened, which is the order of their lists.
        var opened = changes.opened
        for entry in changes.entries {
            if let request = opened.removeValue(forKey: entry.request) { try insert(request) }
        }
        for request in opened.values { try insert(request) }
        for request in changes.changed.values { try update(request) }
        for (request, timers) in changes.timers {
            for (name, change) in timers { try set(name, of: request, to: change) }
        }
        // Keys given up first, so that another request of the batch can take them.
        for claim in changes.releasedClaims { try release(claim) }
        for (claim, holder) in changes.claims { try take(claim, for: holder) }
        for run in changes.createdRuns.values.sorted(by: { $0.createdAt < $1.createdAt }) { try insert(run) }
        for run in changes.changedRuns.values { try update(run) }
        for answer in changes.answers.values { try insert(answer) }
        for mark in changes.schedules.values { try save(mark) }
        return try changes.entries.map { NumberedEntry(seq: try insert($0), entry: $0) }
    }

    private func execute(_ sql: String, _ arguments: StatementArguments) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }

    private func insert(_ request: StoredRequest) throws {
        try execute(
            """
            INSERT INTO requests (id, service, state, is_open, resident, opened_at, closed_at, record, version)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                request.id, request.service, request.state, request.isOpen, request.resident,
                request.openedAt.milliseconds, request.closedAt?.milliseconds, String(json: request.record),
                request.version,
            ])
    }

    private func update(_ request: StoredRequest) throws {
        try execute(
            "UPDATE requests SET state = ?, is_open = ?, closed_at = ?, record = ?, version = ? WHERE id = ?",
            [
                request.state, request.isOpen, request.closedAt?.milliseconds, String(json: request.record),
                request.version, request.id,
            ])
    }

    private func insert(_ entry: Entry) throws -> Int64 {
        try execute(
            """
            INSERT INTO history (request, service, at, actor, event, from_state, to_state, input, note_fr, note_en)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                entry.request, entry.service, entry.at.milliseconds, entry.actor, entry.event, entry.from, entry.to,
                entry.input.map(String.init(json:)), entry.note?.fr, entry.note?.en,
            ])
        return lastInsertedRowID
    }

    private func set(_ timer: String, of request: String, to change: Changes.TimerChange) throws {
        guard let due = change.due else {
            return try execute("DELETE FROM timers WHERE request = ? AND name = ?", [request, timer])
        }
        try execute(
            """
            INSERT INTO timers (request, name, service, due) VALUES (?, ?, ?, ?)
            ON CONFLICT (request, name) DO UPDATE SET due = excluded.due
            """,
            [request, timer, change.service, due.milliseconds])
    }

    private func release(_ claim: String) throws {
        try execute("DELETE FROM claims WHERE claim = ?", [claim])
    }

    private func take(_ claim: String, for request: String) throws {
        // What another request holds fails the whole batch by the unique index, should the engine ever decide so.
        try execute("INSERT INTO claims (claim, request) VALUES (?, ?)", [claim, request])
    }

    private func insert(_ run: StoredRun) throws {
        try execute(
            """
            INSERT INTO runs (id, task, provider, state, input, actor, request, schedule, attempt, attempts,
                created_at, due, started_at, finished_at, outcome_fr, outcome_en, data, error)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                run.id, run.task, run.provider, run.state.rawValue, JSON.object(run.input).text, run.actor, run.request,
                run.schedule, run.attempt, run.attempts, run.createdAt.milliseconds, run.due.milliseconds,
                run.startedAt?.milliseconds, run.finishedAt?.milliseconds, run.outcome?.fr, run.outcome?.en,
                run.data.map(String.init(json:)), run.error,
            ])
    }

    private func update(_ run: StoredRun) throws {
        try execute(
            """
            UPDATE runs SET state = ?, attempt = ?, due = ?, started_at = ?, finished_at = ?, outcome_fr = ?,
                outcome_en = ?, data = ?, error = ? WHERE id = ?
            """,
            [
                run.state.rawValue, run.attempt, run.due.milliseconds, run.startedAt?.milliseconds,
                run.finishedAt?.milliseconds, run.outcome?.fr, run.outcome?.en, run.data.map(String.init(json:)),
                run.error, run.id,
            ])
    }

    private func insert(_ answer: StoredAnswer) throws {
        try execute(
            "INSERT INTO answers (key, fingerprint, answer, at) VALUES (?, ?, ?, ?)",
            [answer.key, answer.fingerprint, String(json: answer.answer), answer.at.milliseconds])
    }

    func save(_ mark: ScheduleMark) throws {
        try execute(
            "INSERT OR REPLACE INTO schedules (id, recurrence, last, next) VALUES (?, ?, ?, ?)",
            [mark.id, mark.recurrence, mark.last?.milliseconds, mark.next.milliseconds])
    }
}

extension String {
    init(json bytes: [UInt8]) { self.init(decoding: bytes, as: UTF8.self) }
}
