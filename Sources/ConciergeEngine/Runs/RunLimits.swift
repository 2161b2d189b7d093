package import ConciergeKit

/// Decides which runs may begin now: how much of each limit is in use, and which providers have queued runs.
///
/// It is kept in memory from batch to batch. After a start nothing is in use, because no handler is running.
package struct RunLimits: Sendable {
    /// The number of attempts whose handlers have not returned.
    private var takenByProvider: [ProviderID: Int] = [:]
    private var takenByTask: [TaskID: Int] = [:]
    /// By schedule, the number of attempts under way.
    private var takenBySchedule: [ScheduleID: Int] = [:]
    /// By task with a rate, when its last attempts began, the oldest first; at most as many as the rate allows.
    private var begun: [TaskID: [Instant]] = [:]
    /// Providers that may have queued runs which are due.
    private var waiting: Set<ProviderID> = []
    /// Providers of `waiting` for which something has changed since their queue was last read.
    private var dirty: Set<ProviderID> = []
    package private(set) var breakers: [ProviderID: Breaker] = [:]
    /// The paused providers.
    package private(set) var pauses: [ProviderID: Pause]
    private var isClosed = false
    /// The workers that are connected.
    private var workers = WorkerBook()

    /// Creates limits of which nothing is in use. `rates` preserves the tasks' rates over a restart.
    package init(pauses: [Pause] = [], rates: [TaskID: [Instant]] = [:]) {
        begun = rates
        self.pauses = Dictionary(uniqueKeysWithValues: pauses.map { ($0.provider, $0) })
    }

    /// Lets no more runs begin: the daemon is stopping.
    package mutating func close() { isClosed = true }

    // MARK: Queued runs

    /// Records that the provider may have a queued run that could begin.
    package mutating func markQueued(for provider: ProviderID) {
        waiting.insert(provider)
        dirty.insert(provider)
    }

    mutating func markNoneQueued(for provider: ProviderID) { waiting.remove(provider) }

    func mayHaveQueued(_ provider: ProviderID) -> Bool { waiting.contains(provider) }

    /// Returns the providers whose queues are to be read, in a stable order. Each is returned once until something
    /// changes again.
    mutating func takeDirty() -> [ProviderID] {
        defer { dirty = [] }
        return dirty.sorted()
    }

    private mutating func markDirty(_ provider: ProviderID) {
        if waiting.contains(provider) { dirty.insert(provider) }
    }

    // MARK: Capacity

    /// How many more runs the provider may begin.
    func capacity(of provider: ProviderID, in registry: Registry, at now: Instant) -> Int {
        guard !isClosed, pauses[provider] == nil, let limit = registry.concurrency(of: provider) else { return 0 }
        let capacity = max(0, limit - takenByProvider[provider, default: 0])
        return min(capacity, breakers[provider]?.allowance(at: now) ?? capacity)
    }

    /// Whether the task's own limits allow another attempt.
    func hasCapacity(for task: TaskDefinition, at now: Instant) -> Bool {
        if let limit = task.concurrency, takenByTask[task.key, default: 0] >= limit { return false }
        if task.executor == .worker, !workers.hasPlace(for: task.key) { return false }
        return nextAllowed(for: task, at: now) == nil
    }

    /// Whether the schedule allows a run in addition to those under way.
    func hasCapacity(for schedule: Schedule) -> Bool {
        schedule.overlap == .allow || takenBySchedule[schedule.key] == nil
    }

    /// The schedules with a run under way.
    var busySchedules: Set<ScheduleID> { Set(takenBySchedule.keys) }

    /// When the task's rate allows the next attempt; nil if it allows one now.
    private func nextAllowed(for task: TaskDefinition, at now: Instant) -> Instant? {
        // A moment in the future was recorded before the clock was set back, and is ignored.
        guard let rate = task.rate, let begun = begun[task.key]?.filter({ $0 <= now }), begun.count >= rate.count
        else { return nil }
        let allowed = begun[begun.count - rate.count] + rate.interval
        return allowed > now ? allowed : nil
    }

    /// When the next run may begin that a rate or a breaker holds back now, of the providers that may have queued runs.
    package func nextAllowed(in registry: Registry, after now: Instant) -> Instant? {
        waiting.compactMap { provider -> Instant? in
            guard pauses[provider] == nil else { return nil }
            if let until = breakers[provider]?.openUntil, until > now { return until }
            return registry.ratedTasks(of: provider).compactMap { nextAllowed(for: $0, at: now) }.min()
        }
        .min()
    }

    // MARK: Attempts

    /// Takes capacity for an attempt. Returns when the attempts of its task began that count for the rate; nil for a
    /// task without a rate.
    mutating func begin(_ run: StoredRun, rate: RateLimit?, at now: Instant) -> [Instant]? {
        takenByProvider[run.provider, default: 0] += 1
        takenByTask[run.task, default: 0] += 1
        if let schedule = run.schedule { takenBySchedule[schedule, default: 0] += 1 }
        breakers[run.provider]?.began(run.id, at: now)
        guard let rate else { return nil }
        begun[run.task] = Array((begun[run.task, default: []] + [now]).suffix(rate.count))
        return begun[run.task]
    }

    /// Records that the run is no longer under way, though its handler may not have returned.
    mutating func end(_ run: StoredRun) {
        if let schedule = run.schedule { take(one: schedule, from: &takenBySchedule) }
        markDirty(run.provider)
    }

    /// Releases the capacity of a handler that has returned, or that was never started.
    mutating func giveBack(_ task: TaskID, of provider: ProviderID) {
        take(one: provider, from: &takenByProvider)
        take(one: task, from: &takenByTask)
        markDirty(provider)
    }

    private func take<Key>(one key: Key, from counts: inout [Key: Int]) {
        let rest = counts[key, default: 0] - 1
        counts[key] = rest > 0 ? rest : nil
    }

    // MARK: Workers

    /// A worker has connected.
    mutating func add(_ worker: WorkerID, tasks: Set<TaskID>, limit: Int) {
        workers.add(worker, tasks: tasks, limit: limit)
        for task in tasks { markDirty(task.provider) }
    }

    /// A worker takes no more runs.
    mutating func letLeave(_ worker: WorkerID) { workers.letLeave(worker) }

    /// A worker is gone. Returns the attempts that it held.
    mutating func remove(_ worker: WorkerID) -> [WorkerBook.Held] { workers.remove(worker) }

    /// Takes a place of a worker for an attempt; nil if none has one.
    mutating func give(_ run: StoredRun) -> WorkerID? { workers.give(run) }

    /// Frees the place of the worker that holds this attempt, if one does.
    mutating func takeBack(_ run: StoredRun) { takeBack(run.id, attempt: run.attempt) }

    /// Frees the place of the worker that holds this attempt, if one does.
    mutating func takeBack(_ run: RunID, attempt: Int) {
        for task in workers.takeBack(.init(run: run, attempt: attempt)) { markDirty(task.provider) }
    }

    // MARK: Breakers and pauses

    mutating func recordFailure(of run: StoredRun, _ reason: String, _ policy: BreakerPolicy, at now: Instant)
        -> Instant?
    {
        breakers[run.provider, default: Breaker(policy)].recordFailure(of: run.id, reason, at: now)
    }

    /// Returns whether the provider's runs were held back until now.
    mutating func recordSuccess(of provider: ProviderID) -> Bool {
        guard var breaker = breakers.removeValue(forKey: provider) else { return false }
        markDirty(provider)
        return breaker.recordSuccess()
    }

    mutating func recordNeutral(_ run: StoredRun) {
        breakers[run.provider]?.recordNeutral(run.id)
    }

    mutating func pause(_ pause: Pause) { pauses[pause.provider] = pause }

    mutating func resume(_ provider: ProviderID) {
        pauses[provider] = nil
        markQueued(for: provider)
    }
}
