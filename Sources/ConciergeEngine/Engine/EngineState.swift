package import ConciergeKit

/// All that the engine keeps in memory from one batch to the next, and the decisions that it makes on it.
///
/// It does no I/O, waits for nothing and reads no clock. It is a value: whoever drives it copies it, lets the copy
/// decide, and keeps the copy once the changes are committed. A copy whose changes were not committed is thrown away.
package struct EngineState: Sendable {
    /// What is served.
    package private(set) var registry: Registry
    /// Which runs may begin now.
    var limits: RunLimits
    /// How fast timers follow one another.
    var timerPace = TimerPace()
    /// Where the schedules that are served stand.
    package var schedules: [ScheduleID: ScheduleMark] = [:]
    /// The last number of a request or run that was drawn; nil until the first since the start.
    var lastNumber: Int64?
    /// Requests and runs that wait because they brought the daemon into trouble.
    package var quarantined: Quarantined
    /// Due timers fired in one batch at most, so that calls which came meanwhile do not wait long.
    package var timersPerBatch = 128
    /// The same where calls are in the batch: they wait for a part of it only, and what else is due comes right after.
    package var timersBesideCalls = 16
    /// Is told of provider code before it is called.
    package var observer: (any CodeObserver)?

    /// What is known after a start. With `rates` a restart does not undo the rates of tasks.
    package init(
        registry: Registry = Registry(), pauses: [Pause] = [], rates: [TaskID: [Instant]] = [:],
        quarantined: Quarantined = Quarantined(), observer: (any CodeObserver)? = nil
    ) {
        self.registry = registry
        self.quarantined = quarantined
        self.observer = observer
        limits = RunLimits(pauses: pauses, rates: rates)
    }

    /// Decides a batch at an instant, on the facts before it. Each command is decided on the state that the ones before
    /// it left; one that is rejected leaves no trace.
    package mutating func decide(
        _ commands: [Command], facts: any Facts, now: Instant,
        generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) throws -> Decision {
        var batch = Batch(state: self, facts: facts, now: now, generator: generator)
        let decision = try batch.decide(commands)
        self = batch.state
        return decision
    }

    /// Serves these providers from now on, and no others. ``setSchedules(stored:now:)`` follows.
    package mutating func serve(_ registry: Registry) {
        self.registry = registry
        // Any of them may have runs that waited for its return.
        for provider in registry.providers { limits.markQueued(for: provider.id) }
    }

    /// Sets the schedules that are served to where they stand by the clock, given where they stood; returns that.
    package mutating func setSchedules(stored: [ScheduleMark], now: Instant) -> [ScheduleMark] {
        let marks = registry.marks(stored: stored, now: now)
        schedules = Dictionary(uniqueKeysWithValues: marks.map { ($0.id, $0) })
        return marks
    }

    /// Begins no more runs: the daemon is stopping.
    package mutating func beginNoMoreRuns() { limits.close() }

    /// What holds the runs of providers back.
    package var holds: (pauses: [ProviderID: Pause], breakers: [ProviderID: Breaker]) {
        (limits.pauses, limits.breakers)
    }

    /// The schedules that are served, where they stand, and when each triggers its task next.
    package var marks: [(mark: ScheduleMark, due: Instant)] {
        schedules.values.sorted { $0.id < $1.id }.map { ($0, registry.due($0)) }
    }

    /// When anything is due next.
    ///
    /// - Parameter stored: When the next timer or run in the ledger is due; runs that are due already wait for a place
    ///   and not for the clock.
    package func nextDue(after now: Instant, stored: Instant?) -> Instant? {
        [schedules.values.map(registry.due).min(), stored, limits.nextAllowed(in: registry, after: now)]
            .compactMap(\.self).min()
    }

    /// When the first of what these changes set going is due, or of what they let go on; nil where they do neither.
    package func nextDue(after now: Instant, by changes: Changes) -> Instant? {
        let timers = changes.timers.values.flatMap { $0.values.compactMap(\.due) }
        let runs = [changes.runs.created, changes.runs.changed].flatMap(\.values)
            .filter { $0.state == .queued && $0.due > now }.map(\.due)
        // A schedule that was resumed may be due before all else.
        let others = [
            changes.schedules.values.map(registry.due).min(), limits.nextAllowed(in: registry, after: now),
        ]
        return (timers + runs + others.compactMap(\.self)).min()
    }
}

/// What a batch came to.
package struct Decision: Sendable {
    /// One for each command.
    package var answers: [Answer] = []
    package var changes = Changes()
    /// What happened besides the answers, in its order. It holds once the changes are committed.
    package var events: [EngineEvent] = []
    /// Whether more is due than one batch takes.
    package var moreIsDue = false

    package init() {}
}
