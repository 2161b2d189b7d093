package import ConciergeKit

/// Which runs may begin now: what is taken of each limit, and who has runs waiting.
///
/// It is kept from batch to batch in memory. After a start nothing is taken, because no handler is running.
package struct RunLimits: Sendable {
    /// Attempts whose handler has not returned.
    private var takenByProvider: [ProviderID: Int] = [:]
    private var takenByTask: [TaskID: Int] = [:]
    /// Attempts under way, by schedule.
    private var takenBySchedule: [ScheduleID: Int] = [:]
    /// When attempts of tasks with a rate began, the oldest first: as many as the rate allows at most.
    private var begun: [TaskID: [Instant]] = [:]
    /// Providers that may have queued runs which are due.
    private var waiting: Set<ProviderID> = []
    /// Those of them for which something has changed since they were looked at.
    private var dirty: Set<ProviderID> = []
    package private(set) var breakers: [ProviderID: Breaker] = [:]
    /// Providers whose runs are held back by somebody.
    package private(set) var pauses: [ProviderID: Pause]
    private var isClosed = false

    /// Nothing taken. With `rates` a restart does not undo the tasks' rates.
    package init(pauses: [Pause] = [], rates: [TaskID: [Instant]] = [:]) {
        begun = rates
        self.pauses = Dictionary(uniqueKeysWithValues: pauses.map { ($0.provider, $0) })
    }

    /// Lets no more runs begin: the daemon is stopping.
    package mutating func close() { isClosed = true }

    // MARK: Who waits

    /// A run of the provider may wait that could begin.
    package mutating func markQueued(for provider: ProviderID) {
        waiting.insert(provider)
        dirty.insert(provider)
    }

    mutating func markNoneQueued(for provider: ProviderID) { waiting.remove(provider) }

    func mayHaveQueued(_ provider: ProviderID) -> Bool { waiting.contains(provider) }

    /// The providers to look at, each once until something changes again, in a stable order.
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

    /// Whether another attempt of the task may begin, as far as the task itself goes.
    func hasCapacity(for task: TaskDefinition, at now: Instant) -> Bool {
        if let limit = task.concurrency, takenByTask[task.key, default: 0] >= limit { return false }
        return nextAllowed(for: task, at: now) == nil
    }

    /// Whether a run of the schedule may begin beside those under way.
    func hasCapacity(for schedule: Schedule) -> Bool {
        schedule.overlap == .allow || takenBySchedule[schedule.key] == nil
    }

    /// The schedules with a run under way.
    var busySchedules: Set<ScheduleID> { Set(takenBySchedule.keys) }

    /// When the task's rate lets the next attempt begin; nil where it does now.
    private func nextAllowed(for task: TaskDefinition, at now: Instant) -> Instant? {
        // A moment in the future is from before the clock was put back: it counts for nothing.
        guard let rate = task.rate, let begun = begun[task.key]?.filter({ $0 <= now }), begun.count >= rate.count
        else { return nil }
        let allowed = begun[begun.count - rate.count] + rate.interval
        return allowed > now ? allowed : nil
    }

    /// When runs may begin next that a rate or a breaker holds back now, for providers that have some waiting.
    package func nextAllowed(in registry: Registry, after now: Instant) -> Instant? {
        waiting.compactMap { provider -> Instant? in
            guard pauses[provider] == nil else { return nil }
            if let until = breakers[provider]?.openUntil, until > now { return until }
            return registry.ratedTasks(of: provider).compactMap { nextAllowed(for: $0, at: now) }.min()
        }
        .min()
    }

    // MARK: Attempts

    /// Takes up capacity for an attempt; returns when those of its task began that its rate counts.
    mutating func begin(_ run: StoredRun, rate: RateLimit?, at now: Instant) -> [Instant]? {
        takenByProvider[run.provider, default: 0] += 1
        takenByTask[run.task, default: 0] += 1
        if let schedule = run.schedule { takenBySchedule[schedule, default: 0] += 1 }
        breakers[run.provider]?.began(run.id, at: now)
        guard let rate else { return nil }
        begun[run.task] = Array((begun[run.task, default: []] + [now]).suffix(rate.count))
        return begun[run.task]
    }

    /// The run is no longer under way, though its handler may not have returned.
    mutating func end(_ run: StoredRun) {
        if let schedule = run.schedule { take(one: schedule, from: &takenBySchedule) }
        markDirty(run.provider)
    }

    /// A handler has returned, or was never begun.
    mutating func giveBack(_ task: TaskID, of provider: ProviderID) {
        take(one: provider, from: &takenByProvider)
        take(one: task, from: &takenByTask)
        markDirty(provider)
    }

    private func take<Key>(one key: Key, from counts: inout [Key: Int]) {
        let rest = counts[key, default: 0] - 1
        counts[key] = rest > 0 ? rest : nil
    }

    // MARK: Breakers and pauses

    mutating func recordFailure(of run: StoredRun, _ reason: String, _ policy: BreakerPolicy, at now: Instant)
        -> Instant?
    {
        breakers[run.provider, default: Breaker(policy)].recordFailure(of: run.id, reason, at: now)
    }

    /// Whether its runs were held back until now.
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
