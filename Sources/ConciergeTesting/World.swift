import ConciergeEngine
import ConciergeKit
import JSON

/// The engine with a ledger in memory at an instant. It is a value: a step can be tried on a copy.
struct World: Sendable {
    var engine = EngineState()
    var memory = Memory()
    var now: Instant
    var generator: SplitMix64

    init(at now: Instant, seed: UInt64 = 1) {
        self.now = now
        generator = SplitMix64(seed: seed)
    }

    /// Begins as the daemon does after it was killed: all that the engine had in memory is gone, and runs that were
    /// under way are queued again.
    mutating func start(_ registry: Registry) {
        _ = memory.runTable.requeueRunning(at: now)
        engine = EngineState(
            pauses: Array(memory.pauses.values), rates: memory.rates,
            quarantined: Quarantined(memory.quarantineTable.all), observer: engine.observer)
        serve(registry)
    }

    /// Serves other providers, as the daemon does after a reload.
    mutating func serve(_ registry: Registry) {
        engine.serve(registry)
        memory.timerTable.attend(to: registry.serviceIDs)
        memory.save(engine.setSchedules(stored: Array(memory.marks.values), now: now))
    }

    /// Decides a command and applies the decision.
    mutating func decide(_ command: Command) throws -> Decision {
        let decision = try engine.decide(
            [command], facts: memory, now: now, generator: SplitMix64(seed: generator.next()))
        try memory.apply(decision.changes)
        return decision
    }

    /// When anything is due next.
    var nextDue: Instant? { engine.nextDue(after: now, stored: memory.nextDue(after: now)) }

    /// Puts a signal into the ledger, which a request of nobody has raised for a service.
    mutating func raise(
        _ signal: String, _ values: JSONObject, to listener: ServiceID, for resident: String?, about: PlaceKey? = nil,
        number: Int64
    ) throws {
        let raiser = RequestID(number: number)
        let delivery = SignalDelivery(number: number, signal: signal, listener: listener)
        var changes = Changes()
        changes.requests.opened[raiser] = StoredRequest(
            id: raiser, service: "conduct.raiser", state: "over", isOpen: false, resident: resident, openedAt: now,
            closedAt: now, record: [], version: 1, about: about)
        changes.timers[raiser] = [.delivery(delivery): .init(service: listener, due: now)]
        changes.signals.raised[number] = Array(values.description.utf8)
        try memory.apply(changes)
    }

    /// Puts a request into the ledger as an older version of its service stored it, and brings it up to date.
    mutating func restore(
        _ sample: StoredSample, of table: ServiceTable, resident: String?
    ) throws -> RequestID {
        let id = RequestID(number: .random(in: 0..<(1 << 45), using: &generator))
        let view = sample.stored(as: id, of: table, resident: resident, openedAt: now)
        var changes = Changes()
        changes.requests.opened[id] = view.request
        for (timer, due) in view.timers {
            changes.timers[id, default: [:]][timer] = .init(service: table.id, due: due)
        }
        _ = try table.asServed(view)
        try memory.apply(changes)
        try memory.apply(try table.changes(bringingUpToDate: [view], facts: memory, now: now))
        return id
    }
}
