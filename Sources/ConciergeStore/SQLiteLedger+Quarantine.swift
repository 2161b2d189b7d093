package import ConciergeEngine
import ConciergeKit
import GRDB

extension SQLiteLedger {
    package nonisolated(nonsending)
        func record(_ crashes: [Crash], by policy: CrashPolicy) async throws(LedgerError) -> [CrashRecord]
    {
        try writeThrough { database in
            try crashes.compactMap { crash in
                guard try database.insert(crash) else { return nil }
                let count = try database.countOfSubject(of: crash)
                let times = try database.crashTimes(of: crash.place.provider, limit: policy.providerLimit)
                let quarantines = try policy.quarantines(after: crash, count: count ?? 0, providerCrashes: times)
                    .filter { try database.begin($0) }
                return CrashRecord(crash: crash, count: count ?? times.count, quarantines: quarantines)
            }
        }
    }

    package nonisolated(nonsending) func release(provider: String) async throws(LedgerError) -> Bool {
        try writeThrough { database in
            try database.endQuarantine(.provider, provider)
            let wasThere = database.changesCount > 0
            try database.execute(
                "UPDATE crashes SET against_provider = 0 WHERE provider = ? AND against_provider = 1", [.text(provider)]
            )
            return wasThere
        }
    }

    package nonisolated(nonsending) func quarantines() async throws(LedgerError) -> [Quarantine] {
        try await read { database in
            try database.rows(
                "SELECT kind, id, since, crashes, event, cause FROM quarantines ORDER BY since, id", [], Quarantine.init
            ).compactMap(\.self)
        }
    }
}

extension Quarantine {
    fileprivate init?(_ row: SQLRow) {
        guard let kind = Kind(rawValue: row[0]) else { return nil }
        self.init(kind: kind, id: row[1], since: row.instant(2), crashes: row[3], event: row[4], cause: row[5])
    }
}

extension Database {
    /// Why a request or run is in quarantine; nil where it is not.
    func quarantine(_ kind: Quarantine.Kind, _ id: String) throws -> Quarantine? {
        try row(
            "SELECT kind, id, since, crashes, event, cause FROM quarantines WHERE kind = ? AND id = ?",
            [.text(kind.rawValue), .text(id)], Quarantine.init
        ).flatMap(\.self)
    }

    /// A run as it is shown: with its quarantine where it waits because of one, its own or its request's.
    func withQuarantine(_ run: StoredRun) throws -> StoredRun {
        var run = run
        guard run.state == .queued else { return run }
        run.quarantine = try quarantine(.run, run.id) ?? run.request.flatMap { try quarantine(.request, $0) }
        return run
    }

    /// Writes what a batch releases.
    func applyReleases(_ changes: Changes) throws {
        for (request, isServed) in changes.quarantine.releasedRequests {
            try endQuarantine(.request, request)
            try forgive(request)
            try execute(
                "UPDATE timers SET attended = ? WHERE request = (SELECT row FROM requests WHERE id = ?)",
                [.bool(isServed), .text(request)])
        }
        for run in changes.quarantine.releasedRuns {
            try endQuarantine(.run, run)
            try forgive(run)
        }
    }

    fileprivate func endQuarantine(_ kind: Quarantine.Kind, _ id: String) throws {
        try execute("DELETE FROM quarantines WHERE kind = ? AND id = ?", [.text(kind.rawValue), .text(id)])
    }

    /// Counts the crashes of a request or run anew.
    private func forgive(_ subject: String) throws {
        try execute(
            "UPDATE crashes SET against_subject = 0 WHERE subject = ? AND against_subject = 1", [.text(subject)])
    }

    /// False where the crash is recorded already.
    fileprivate func insert(_ crash: Crash) throws -> Bool {
        try execute(
            """
            INSERT OR IGNORE INTO crashes
                (id, at, cause, kind, provider, owner, subject, event, suspects, against_subject, against_provider)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(crash.id), .int(crash.at.milliseconds), .text(crash.cause.word), .text("\(crash.place.kind)"),
                .text(crash.place.provider), .text(crash.place.owner), .optional(crash.place.subject),
                .text(crash.place.event), .int(crash.suspects), .bool(crash.subject != nil),
                .bool(crash.countsAgainstProvider),
            ])
        return changesCount > 0
    }

    /// How often a crash's request or run has crashed; nil where it has none, or it was never committed.
    fileprivate func countOfSubject(of crash: Crash) throws -> Int? {
        guard let subject = crash.subject else { return nil }
        let table = subject.kind == .request ? "requests" : "runs"
        guard try row("SELECT 1 FROM \(table) WHERE id = ?", [.text(subject.id)], { _ in true }) == true else {
            return nil
        }
        return try row(
            "SELECT count(*) FROM crashes WHERE subject = ? AND against_subject = 1", [.text(subject.id)]
        ) { $0[0] }
    }

    fileprivate func crashTimes(of provider: String, limit: Int) throws -> [Instant] {
        try rows(
            "SELECT at FROM crashes WHERE provider = ? AND against_provider = 1 ORDER BY at DESC LIMIT ?",
            [.text(provider), .int(limit)]
        ) { $0.instant(0) }
    }

    /// False where it is in quarantine already, or is a run that has ended and is not begun anyway: a handler may crash
    /// after its attempt.
    fileprivate func begin(_ quarantine: Quarantine) throws -> Bool {
        if quarantine.kind == .run {
            let waits = try row(
                "SELECT 1 FROM runs WHERE id = ? AND state IN ('queued', 'running')", [.text(quarantine.id)]
            ) { _ in true }
            guard waits == true else { return false }
        }
        guard try hold(quarantine) else { return false }
        guard quarantine.kind == .request else { return true }
        try execute(
            """
            INSERT INTO history (request, service, at, actor, event, from_state, to_state, note_fr, note_en)
            SELECT row, service, ?, 'concierged', ?, state, state, ?, ? FROM requests WHERE id = ?
            """,
            [
                .int(quarantine.since.milliseconds), .text(Quarantine.begun), .text(quarantine.note.fr),
                .text(quarantine.note.en), .text(quarantine.id),
            ])
        return true
    }

    /// Puts something into quarantine, and holds the timers of a request back; false where it is in it already.
    func hold(_ quarantine: Quarantine) throws -> Bool {
        try execute(
            "INSERT OR IGNORE INTO quarantines (kind, id, since, crashes, event, cause) VALUES (?, ?, ?, ?, ?, ?)",
            [
                .text(quarantine.kind.rawValue), .text(quarantine.id), .int(quarantine.since.milliseconds),
                .int(quarantine.crashes), .text(quarantine.event), .text(quarantine.cause),
            ])
        guard changesCount > 0 else { return false }
        if quarantine.kind == .request {
            try execute(
                "UPDATE timers SET attended = 0 WHERE request = (SELECT row FROM requests WHERE id = ?)",
                [.text(quarantine.id)])
        }
        return true
    }
}
