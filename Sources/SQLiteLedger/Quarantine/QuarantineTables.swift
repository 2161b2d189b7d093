package import ConciergeEngine
package import ConciergeKit

/// The quarantines: each is of a request, a run or a provider.
enum QuarantinesTable: Int32, Columns {
    case request, run, provider, since, crashes, event, cause

    static let list = names()
    static let insertion = insert(into: "quarantines", or: "IGNORE")

    static let schema = """
        CREATE TABLE quarantines (
            request INTEGER UNIQUE,
            run INTEGER UNIQUE,
            provider TEXT UNIQUE,
            since INTEGER NOT NULL,
            crashes INTEGER NOT NULL,
            event TEXT NOT NULL,
            cause TEXT NOT NULL,
            CHECK ((request IS NOT NULL) + (run IS NOT NULL) + (provider IS NOT NULL) = 1)
        ) STRICT;
        """
}

/// The crashes of the daemon. A crash counts against its request or run, and against its provider, until each is
/// released.
enum CrashesTable: Int32, Columns {
    case id, at, cause, kind, provider, owner, request, run, event, suspects, againstSubject, againstProvider

    static let list = names()
    static let insertion = insert(into: "crashes", or: "IGNORE")

    static let schema = """
        CREATE TABLE crashes (
            id TEXT PRIMARY KEY,
            at INTEGER NOT NULL,
            cause TEXT NOT NULL,
            kind TEXT NOT NULL,
            provider TEXT NOT NULL,
            owner TEXT NOT NULL,
            request INTEGER,
            run INTEGER,
            event TEXT NOT NULL,
            suspects INTEGER NOT NULL,
            against_subject INTEGER NOT NULL CHECK (against_subject IN (0, 1)),
            against_provider INTEGER NOT NULL CHECK (against_provider IN (0, 1))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX crashes_of_request ON crashes (request) WHERE request IS NOT NULL AND against_subject = 1;
        CREATE INDEX crashes_of_run ON crashes (run) WHERE run IS NOT NULL AND against_subject = 1;
        CREATE INDEX crashes_of_provider ON crashes (provider, at) WHERE against_provider = 1;
        """
}

extension Quarantine.Subject {
    /// The column of the subject in both tables, and its value.
    fileprivate var key: (column: String, value: SQLValue) {
        switch self {
        case .request(let id): ("request", .id(id))
        case .run(let id): ("run", .id(id))
        case .provider(let id): ("provider", .name(id))
        }
    }
}

extension Quarantine {
    fileprivate init?(_ row: TableRow<QuarantinesTable>) {
        let (request, run, provider): (RequestID?, RunID?, ProviderID?) = (row[.request], row[.run], row[.provider])
        let subject = request.map(Subject.request) ?? run.map(Subject.run) ?? provider.map(Subject.provider)
        guard let subject else { return nil }
        self.init(of: subject, since: row[.since], crashes: row[.crashes], event: row[.event], cause: row[.cause])
    }

    fileprivate func value(of column: QuarantinesTable) -> SQLValue {
        switch (column, subject) {
        case (.request, .request(let id)): .id(id)
        case (.run, .run(let id)): .id(id)
        case (.provider, .provider(let id)): .name(id)
        case (.request, _), (.run, _), (.provider, _): .null
        case (.since, _): .instant(since)
        case (.crashes, _): .int(crashes)
        case (.event, _): .text(event)
        case (.cause, _): .text(cause)
        }
    }
}

extension Crash {
    fileprivate func value(of column: CrashesTable) -> SQLValue {
        switch column {
        case .id: .text(id)
        case .at: .instant(at)
        case .cause: .text(cause.word)
        case .kind: .text("\(place.kind)")
        case .provider: .name(place.provider)
        case .owner: .text(place.owner)
        case .request: if case .request(let request) = subject { .id(request) } else { .null }
        case .run: if case .run(let run) = subject { .id(run) } else { .null }
        case .event: .text(place.event)
        case .suspects: .int(suspects)
        case .againstSubject: .bool(subject != nil)
        case .againstProvider: .bool(countsAgainstProvider)
        }
    }
}

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

    package nonisolated(nonsending) func release(provider: ProviderID) async throws(LedgerError) -> Bool {
        try writeThrough { database in
            try database.endQuarantine(of: .provider(provider))
            let wasThere = database.changesCount > 0
            try database.execute(
                "UPDATE crashes SET against_provider = 0 WHERE provider = ? AND against_provider = 1", [.name(provider)]
            )
            return wasThere
        }
    }

    package nonisolated(nonsending) func quarantines() async throws(LedgerError) -> [Quarantine] {
        try await read { database in
            try database.rows("SELECT \(QuarantinesTable.list) FROM quarantines ORDER BY since, request, run") {
                Quarantine(TableRow(row: $0))
            }.compactMap(\.self)
        }
    }
}

extension SQLiteConnection {
    /// The quarantine of a subject; nil if it is not in quarantine.
    func quarantine(of subject: Quarantine.Subject) throws -> Quarantine? {
        let key = subject.key
        return try row("SELECT \(QuarantinesTable.list) FROM quarantines WHERE \(key.column) = ?", [key.value]) {
            Quarantine(TableRow(row: $0))
        }.flatMap(\.self)
    }

    /// Adds to a queued run the quarantine that blocks it: its own, or that of its request.
    func withQuarantine(_ run: StoredRun) throws -> StoredRun {
        var run = run
        guard run.state == .queued else { return run }
        run.quarantine =
            try quarantine(of: .run(run.id)) ?? run.request.flatMap { try quarantine(of: .request($0)) }
        return run
    }

    func apply(_ changes: QuarantineChanges) throws {
        for quarantine in changes.begun.values { _ = try hold(quarantine) }
        for (request, isServed) in changes.releasedRequests {
            try endQuarantine(of: .request(request))
            try forgive(.request(request))
            try attend(isServed, toTimersOf: request)
        }
        for run in changes.releasedRuns {
            try endQuarantine(of: .run(run))
            try forgive(.run(run))
        }
    }

    fileprivate func endQuarantine(of subject: Quarantine.Subject) throws {
        let key = subject.key
        try execute("DELETE FROM quarantines WHERE \(key.column) = ?", [key.value])
    }

    /// Resets the crash count of a request or run.
    private func forgive(_ subject: Quarantine.Subject) throws {
        let key = subject.key
        try execute(
            "UPDATE crashes SET against_subject = 0 WHERE \(key.column) = ? AND against_subject = 1", [key.value])
    }

    /// Inserts a crash. Returns false if it is recorded already.
    fileprivate func insert(_ crash: Crash) throws -> Bool {
        try execute(
            CrashesTable.insertion,
            CrashesTable.allCases.map(crash.value))
        return changesCount > 0
    }

    /// How often the request or run of a crash has crashed; nil if the crash has neither, or it was never committed.
    fileprivate func countOfSubject(of crash: Crash) throws -> Int? {
        let isThere =
            switch crash.subject {
            case .request(let id): try request(id) != nil
            case .run(let id): try hasRow("SELECT 1 FROM runs WHERE id = ?", [.id(id)])
            case .provider, nil: false
            }
        guard isThere, let key = crash.subject?.key else { return nil }
        return try value("SELECT count(*) FROM crashes WHERE \(key.column) = ? AND against_subject = 1", [key.value])
    }

    fileprivate func crashTimes(of provider: ProviderID, limit: Int) throws -> [Instant] {
        try column(
            "SELECT at FROM crashes WHERE provider = ? AND against_provider = 1 ORDER BY at DESC LIMIT ?",
            [.name(provider), .int(limit)])
    }

    /// Begins a quarantine and adds it to the history of its request. Returns false if the subject is in quarantine
    /// already, or is a run that has ended, which never begins again: a handler may crash after its attempt has ended.
    fileprivate func begin(_ quarantine: Quarantine) throws -> Bool {
        if case .run(let run) = quarantine.subject {
            guard try hasRow("SELECT 1 FROM runs WHERE id = ? AND state IN ('queued', 'running')", [.id(run)]) else {
                return false
            }
        }
        guard try hold(quarantine) else { return false }
        guard case .request(let id) = quarantine.subject, let request = try request(id) else { return true }
        _ = try append(
            Entry(
                request: id, service: request.service, at: quarantine.since, actor: "concierged", event: .quarantined,
                from: request.state, to: request.state, note: quarantine.note))
        return true
    }

    /// Inserts a quarantine, and stops the timers of its request. Returns false if the subject is in quarantine
    /// already.
    fileprivate func hold(_ quarantine: Quarantine) throws -> Bool {
        try execute(
            QuarantinesTable.insertion,
            QuarantinesTable.allCases.map(quarantine.value))
        guard changesCount > 0 else { return false }
        if case .request(let id) = quarantine.subject { try attend(false, toTimersOf: id) }
        return true
    }
}
