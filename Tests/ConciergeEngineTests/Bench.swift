import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

/// The engine with a ledger in memory and a clock that the test sets.
///
/// Each batch is decided twice, with facts that are available at once and with facts that must be loaded first; both
/// decisions must be the same.
final class Bench {
    var now: Instant
    var engine: EngineState
    private(set) var memory = Memory()
    private(set) var last = Decision()
    /// How often facts had to be loaded for the last batch.
    private(set) var loads = 0
    private var generator: SplitMix64

    static let start = Instant("2026-11-23T08:00:00Z")!

    init(
        services: [any Service] = [Loan()], tasks: [TaskDefinition] = Loan.tasks, schedules: [Schedule] = [],
        mail: MailPlan? = nil, partners: PartnerBook = PartnerBook(), concurrency: Int = 2,
        breaker: BreakerPolicy = BreakerPolicy(failures: .max),
        lodge: String = "",
        at now: Instant = Bench.start, seed: UInt64 = 1
    ) throws {
        self.now = now
        var registry = Registry(lodge: lodge, partners: partners, mail: mail)
        if mail != nil { registry.add(SendMail.contents) }
        registry.add(
            try ProviderContents(
                ProviderManifest(
                    id: "toy", version: "1.0.0", name: words("toy"), summary: words("toy"), concurrency: concurrency,
                    breaker: breaker),
                services: services, tasks: tasks, schedules: schedules))
        engine = EngineState()
        generator = SplitMix64(seed: seed)
        engine.serve(registry)
        _ = engine.setSchedules(stored: [], now: now)
    }

    /// Decides a batch and applies the decision.
    @discardableResult
    func decide(_ commands: [Command]) throws -> [Answer] {
        let generator = SplitMix64(seed: generator.next())
        // Decides the same batch with facts that must be loaded first. The observer is notified only of the decision
        // that is applied.
        var other = engine
        other.observer = nil
        let facts = LazyFacts(memory)
        let again = try facts.decide { facts in
            var pass = other
            return try pass.decide(commands, facts: facts, now: now, generator: generator)
        }
        loads = facts.loads
        last = try engine.decide(commands, facts: memory, now: now, generator: generator)
        expectSame(again, last)
        try memory.apply(last.changes)
        return last.answers
    }

    private func said(_ answer: Answer) -> [String?] {
        [answer.view?.request.id.description, answer.run?.id.description, answer.rejection?.words.en]
    }

    private func expectSame(_ lazy: Decision, _ direct: Decision) {
        #expect(
            lazy.answers.map(said) == direct.answers.map(said))
        let (lazily, directly) = (lazy.changes, direct.changes)
        #expect(lazily.requests.opened == directly.requests.opened)
        #expect(lazily.requests.changed == directly.requests.changed)
        #expect(lazily.entries == directly.entries)
        #expect(lazily.timers == directly.timers)
        #expect(lazily.claims.taken == directly.claims.taken)
        #expect(lazily.claims.released == directly.claims.released)
        #expect(lazily.claims.ranges == directly.claims.ranges)
        #expect(lazily.claims.shares == directly.claims.shares)
        #expect(lazily.waiting == directly.waiting)
        #expect(lazily.signals == directly.signals)
        #expect(lazily.notices == directly.notices)
        #expect(lazily.dossiers == directly.dossiers)
        #expect(lazily.runs.created == directly.runs.created)
        #expect(lazily.runs.changed == directly.runs.changed)
        #expect(lazily.answers.keys == directly.answers.keys)
        #expect(lazily.schedules.keys == directly.schedules.keys)
        #expect(lazy.events == direct.events)
        #expect(lazy.moreIsDue == direct.moreIsDue)
    }

    /// Changes the directory.
    func fill<Noun: DirectoryNoun>(_ put: [Noun], removing removed: [String] = []) {
        let table = memory.directoryTable
        _ = memory.directoryTable.change(DirectoryChanges(put: put, removed: removed), from: table.edition)
    }

    /// Applies changes to the ledger that the engine did not decide.
    func put(_ changes: Changes) throws { try memory.apply(changes) }

    @discardableResult
    func decide(_ command: Command) throws -> Answer { try decide([command])[0] }

    /// Opens a loan and returns its id.
    func open(_ tool: String = "saw") throws -> RequestID {
        try #require(try decide(.ask(tool)).view).request.id
    }

    @discardableResult
    func act(_ id: RequestID, _ action: String, _ input: JSONObject = [:]) throws -> Answer {
        try decide(.act(id: id, action: action, input: input, caller: .staff))
    }

    /// Advances the clock and wakes the engine.
    func wake(after duration: Duration = .zero) throws {
        now = now + duration
        try decide(.wake)
    }

    /// Deletes what has been kept for long enough.
    func prune(_ retention: Retention, at now: Instant) { memory.prune(retention, at: now) }

    /// Makes the timers of these services fire, and no others.
    func attend(to registry: Registry) { memory.timerTable.attend(to: registry.serviceIDs) }

    /// The next due time.
    var nextDue: Instant? { engine.nextDue(after: now, stored: memory.nextDue(after: now)) }

    /// Discards the state that a process has only in memory, as a restart does: no run is running, and the waiting runs
    /// must be found again.
    func restart() {
        let (registry, schedules) = (engine.registry, engine.schedules)
        engine = EngineState(
            pauses: Array(memory.pauses.values), rates: memory.rates, quarantined: engine.quarantined,
            observer: engine.observer)
        engine.serve(registry)
        engine.schedules = schedules
    }

    /// How many more runs may begin.
    var capacity: Int { engine.limits.capacity(of: "toy", in: engine.registry, at: now) }

    func request(_ id: RequestID) throws -> StoredRequest { try #require(memory.request(id)) }
    func run(_ id: RunID) throws -> StoredRun { try #require(memory.run(id)) }
    func events(_ id: RequestID) -> [String] {
        memory.entries.filter { $0.request == id }.map(\.event.description)
    }
    var startedRuns: [StoredRun] {
        last.events.compactMap { if case .runStarted(let run) = $0 { run } else { nil } }
    }
    var started: [RunID] { startedRuns.map(\.id) }
    var stoppedRuns: [StoredRun] {
        last.events.compactMap { if case .runStopped(let run) = $0 { run } else { nil } }
    }

    /// The events of the last batch, without those of runs that began, stopped or were given up, and of releases.
    var events: [EngineEvent] {
        last.events.filter {
            switch $0 {
            case .runStarted, .runStopped, .runGivenUp, .released: false
            default: true
            }
        }
    }

    var stopped: [RunID] { stoppedRuns.map(\.id) }
    var givenUp: [RunID] { last.events.compactMap { if case .runGivenUp(let run) = $0 { run.id } else { nil } } }

    var faults: [EngineEvent] { events.filter { if case .fault = $0 { true } else { false } } }
}

func words(_ text: String) -> Text { Text(verbatim: text) }

extension Caller {
    static let staff = Caller(actor: "anne")
    static func key(_ key: String) -> Caller { Caller(actor: "anne", idempotencyKey: key) }
}

extension Command {
    static func ask(_ tool: String, _ caller: Caller = .staff) -> Command {
        .open(service: "toy.loan", resident: "apt-3", input: ["tool": .string(tool)], caller: caller)
    }

    static func act(_ id: RequestID, _ action: String, _ input: JSONObject = [:]) -> Command {
        .act(id: id, action: action, input: input, caller: .staff)
    }

    static func trigger(_ task: TaskID, _ input: JSONObject = [:]) -> Command {
        .trigger(task: task, input: input, caller: .staff)
    }
}

extension Answer {
    var view: RequestView? { if case .request(let view) = self { view } else { nil } }
    var run: StoredRun? { if case .run(let run) = self { run } else { nil } }
    var repeated: Answered? { if case .repeated(let first) = self { first } else { nil } }
    var dossier: Dossier? { if case .dossier(let changed) = self { changed.dossier } else { nil } }
    var rejection: Rejection? { if case .rejected(let rejection) = self { rejection } else { nil } }
    var isDone: Bool { if case .done = self { true } else { false } }
    var isRefused: Bool { if case .refused = rejection { true } else { false } }
    var isBroken: Bool { if case .broken = rejection { true } else { false } }
}

extension EngineEvent {
    var fault: (provider: ProviderID, request: RequestID, event: RequestEvent) {
        if case .fault(let provider, let request, let event, _) = self {
            (provider, request, event)
        } else {
            ("", "", "")
        }
    }
}

extension Answer {
    /// The answer that a repeat of the call gets.
    var answered: Answered? {
        switch self {
        case .request(let view): .request(view)
        case .run(let run): .run(run)
        default: nil
        }
    }
}

/// The marks of a schedule at the time `now`.
func marks(of schedule: Schedule, stored: [ScheduleMark], now: Instant) -> [ScheduleMark] {
    var registry = Registry()
    registry.set(schedule)
    return registry.marks(stored: stored, now: now)
}
