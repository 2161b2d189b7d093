package import ConciergeKit
package import JSON

/// A run as the ledger keeps it.
package struct StoredRun: Sendable, Hashable {
    package enum State: String, Sendable, CaseIterable {
        case queued, running, succeeded, failed, cancelled

        package var isFinished: Bool { self != .queued && self != .running }
    }

    package let id: RunID
    package let task: TaskID
    package let provider: ProviderID
    package var state: State
    package let input: JSONObject
    package let actor: String
    /// The request that asked for it.
    package let request: RequestID?
    /// The schedule that triggered it.
    package let schedule: ScheduleID?
    /// The calendar moment for which the schedule triggered it.
    package let elapse: Instant?
    /// At most one unfinished run has this key.
    package let uniqueKey: String?
    package let priority: Priority
    /// The number of attempts begun. The commit that begins an attempt counts it, so that a crash counts too.
    package var attempt: Int
    /// The number of attempts that the run may have in all.
    package var attempts: Int
    package let createdAt: Instant
    /// When a queued run may begin.
    package var due: Instant
    package var startedAt: Instant?
    package var finishedAt: Instant?
    package var outcome: Text?
    /// The report's data, JSON.
    package var data: [UInt8]?
    /// The report's table, JSON, as ``ReportTable/json(in:)`` makes it.
    package var table: [UInt8]?
    /// Why the last attempt failed.
    package var error: String?
    /// Its quarantine, for display only: decisions use `Quarantined`.
    package var quarantine: Quarantine?

    package init(
        id: RunID, task: TaskID, provider: ProviderID, state: State = .queued, input: JSONObject, actor: String,
        request: RequestID? = nil, schedule: ScheduleID? = nil, elapse: Instant? = nil, uniqueKey: String? = nil,
        priority: Priority = .normal, attempt: Int = 0, attempts: Int, createdAt: Instant, due: Instant
    ) {
        self.id = id
        self.task = task
        self.provider = provider
        self.state = state
        self.input = input
        self.actor = actor
        self.request = request
        self.schedule = schedule
        self.elapse = elapse
        self.uniqueKey = uniqueKey
        self.priority = priority
        self.attempt = attempt
        self.attempts = attempts
        self.createdAt = createdAt
        self.due = due
    }

    /// Whether it has the same unique key as another run.
    func isSame(as other: StoredRun) -> Bool { uniqueKey != nil && uniqueKey == other.uniqueKey }
}

/// What the engine may ask about runs.
package protocol RunFacts {
    func run(_ id: RunID) throws -> StoredRun?
    /// Queued runs that are due, in ``QueueQuery/order(_:_:)``.
    func queuedRuns(_ query: QueueQuery) throws -> [StoredRun]
    /// The queued or running run with a key.
    func unfinishedRun(withKey key: String) throws -> StoredRun?
    /// The runs of a schedule that are queued or under way.
    func unfinishedRuns(of schedule: ScheduleID) throws -> [RunID]
}

/// The changes of a batch to runs, and to the pauses and rates that survive a restart.
package struct RunChanges: Sendable {
    package var created: [RunID: StoredRun] = [:]
    package var changed: [RunID: StoredRun] = [:]
    /// By provider; a nil value ends the pause.
    package var pauses: [ProviderID: Pause?] = [:]
    /// By task with a rate: when its last attempts began, the oldest first.
    package var rates: [TaskID: [Instant]] = [:]

    package init() {}

    package var isEmpty: Bool { created.isEmpty && changed.isEmpty && pauses.isEmpty && rates.isEmpty }
}

extension StagedChanges {
    func run(_ id: RunID) throws -> StoredRun? {
        try changes.runs.changed[id] ?? changes.runs.created[id] ?? facts.run(id)
    }

    mutating func create(_ run: StoredRun) {
        changes.runs.created[run.id] = run
    }

    mutating func change(_ run: StoredRun) {
        if changes.runs.created[run.id] != nil {
            changes.runs.created[run.id] = run
        } else {
            changes.runs.changed[run.id] = run
        }
    }

    /// Queued runs, those of this batch included.
    func queuedRuns(_ query: QueueQuery) throws -> [StoredRun] {
        // This batch may have changed some of the stored runs, which are left out below; the query asks for that many
        // more.
        var wider = query
        wider.limit += changes.runs.changed.count
        let stored = try facts.queuedRuns(wider).filter { changes.runs.changed[$0.id] == nil }
        let here = [changes.runs.changed, changes.runs.created].flatMap(\.values).filter(query.takes)
        return Array((stored + here).sorted(by: QueueQuery.order).prefix(query.limit))
    }

    /// How many runs of a schedule are queued or under way.
    func unfinishedRuns(of schedule: ScheduleID) throws -> Int {
        let here = [changes.runs.changed, changes.runs.created].flatMap(\.values)
            .count { $0.schedule == schedule && !$0.state.isFinished }
        return here + (try facts.unfinishedRuns(of: schedule).count { changes.runs.changed[$0] == nil })
    }

    /// The queued or running run with a key.
    func unfinishedRun(withKey key: String) throws -> StoredRun? {
        let here = [changes.runs.changed, changes.runs.created].flatMap(\.values)
            .first { $0.uniqueKey == key && !$0.state.isFinished }
        if let here { return here }
        return try facts.unfinishedRun(withKey: key).flatMap { changes.runs.changed[$0.id] == nil ? $0 : nil }
    }

    mutating func rate(_ task: TaskID, begun: [Instant]) {
        changes.runs.rates[task] = begun
    }

    mutating func pause(_ provider: ProviderID, _ pause: Pause?) {
        changes.runs.pauses[provider] = .some(pause)
    }
}
