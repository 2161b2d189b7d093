package import ConciergeKit

/// All that the engine keeps in memory from one batch to the next. It decides each batch.
///
/// It does no I/O, never waits and reads no clock. It is a value: its owner copies it, lets the copy decide, and keeps
/// the copy once the changes are committed. A copy whose changes were not committed is discarded.
package struct EngineState: Sendable {
    /// What is served.
    package private(set) var registry: Registry
    /// Which runs may begin now.
    var limits: RunLimits
    /// How fast timers follow one another.
    var timerPace = TimerPace()
    /// The marks of the served schedules.
    package var schedules: [ScheduleID: ScheduleMark] = [:]
    /// The last number that was drawn for a request or run; nil until the first one after the start.
    var lastNumber: Int64?
    /// The requests and runs in quarantine.
    package var quarantined: Quarantined
    /// The maximum number of due timers that one batch fires, so that calls that arrive in the meantime do not wait
    /// long.
    package var timersPerBatch = 128
    /// The same for a batch that also contains calls: they wait for these timers only, and the next batch fires the
    /// rest.
    package var timersBesideCalls = 16
    /// Services whose requests in line get another chance at the next wake, because what is served has changed.
    var waitingServices: Set<ServiceID> = []
    /// The services that listen to each signal, also those that are not served now.
    var listening: [String: [ServiceID]] = [:]
    /// What staff have opened in the last seconds.
    var recentOpenings = RecentOpenings()
    /// What chance gave when a batch was first decided, while it is decided again; nil otherwise.
    var recorded: RecordedChance?
    /// Is notified before and after provider code is called.
    package var observer: (any CodeObserver)?

    /// Creates the state after a start. `rates` preserves the tasks' rates over a restart.
    package init(
        registry: Registry = Registry(), pauses: [Pause] = [], rates: [TaskID: [Instant]] = [:],
        quarantined: Quarantined = Quarantined(), observer: (any CodeObserver)? = nil
    ) {
        self.registry = registry
        self.quarantined = quarantined
        self.observer = observer
        limits = RunLimits(pauses: pauses, rates: rates)
    }

    /// Decides a batch at an instant, on the facts before it. Each command is decided on the state that the commands
    /// before it left. A rejected command changes nothing, except for what the draft of an action keeps with its
    /// refusal.
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
    ///
    /// - Parameter absent: What services that are not served listened to when they were.
    package mutating func serve(_ registry: Registry, absent: Listeners = [:]) {
        self.registry = registry
        listening = [:]
        let listeners = absent.filter { registry.service($0.key) == nil }.merging(registry.listeners) { $1 }
        for (service, signals) in listeners.sorted(by: { $0.key < $1.key }) {
            for signal in signals { listening[signal, default: []].append(service) }
        }
        // Each provider may have runs that waited until it was served again.
        for provider in registry.providers { limits.markQueued(for: provider.id) }
        waitingServices = registry.servicesWithLines
    }

    /// Exchanges what is served for other instances of the same providers, and changes nothing else: a test decides a
    /// batch once more with them.
    package mutating func exchange(_ registry: Registry) { self.registry = registry }

    /// Computes the marks of the served schedules from the stored marks and the clock, sets and returns them.
    package mutating func setSchedules(stored: [ScheduleMark], now: Instant) -> [ScheduleMark] {
        let marks = registry.marks(stored: stored, now: now)
        schedules = Dictionary(uniqueKeysWithValues: marks.map { ($0.id, $0) })
        return marks
    }

    /// Prevents further runs from starting: the daemon is stopping.
    package mutating func beginNoMoreRuns() { limits.close() }

    /// The pauses and breakers that hold back the runs of providers.
    package var holds: (pauses: [ProviderID: Pause], breakers: [ProviderID: Breaker]) {
        (limits.pauses, limits.breakers)
    }

    /// The marks of the served schedules, and when each schedule triggers its task next.
    package var marks: [(mark: ScheduleMark, due: Instant)] {
        schedules.values.sorted { $0.id < $1.id }.map { ($0, registry.due($0)) }
    }

    /// When anything is due next.
    ///
    /// - Parameter stored: When the next timer or run in the ledger is due; runs that are due already wait for
    ///   capacity, not for the clock.
    package func nextDue(after now: Instant, stored: Instant?) -> Instant? {
        if !waitingServices.isEmpty { return now }
        return [schedules.values.map(registry.due).min(), stored, limits.nextAllowed(in: registry, after: now)]
            .compactMap(\.self).min()
    }

    /// When the first timer, run or schedule that these changes set or release is due; nil if they do neither.
    package func nextDue(after now: Instant, by changes: Changes) -> Instant? {
        if !waitingServices.isEmpty { return now }
        let timers = changes.timers.values.flatMap { $0.values.compactMap(\.due) }
        let runs = [changes.runs.created, changes.runs.changed].flatMap(\.values)
            .filter { $0.state == .queued && $0.due > now }.map(\.due)
        // A resumed schedule may be due before all else.
        let others = [
            changes.schedules.values.map(registry.due).min(), limits.nextAllowed(in: registry, after: now),
        ]
        return (timers + runs + others.compactMap(\.self)).min()
    }
}

/// The result of a batch.
package struct Decision: Sendable {
    /// One for each command.
    package var answers: [Answer] = []
    package var changes = Changes()
    /// The events of the batch, in order. They are true once the changes are committed.
    package var events: [EngineEvent] = []
    /// Whether more is due than one batch takes.
    package var moreIsDue = false

    package init() {}
}
