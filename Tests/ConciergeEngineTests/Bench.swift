import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

/// The engine with a ledger in memory and a clock that stands where it is put.
final class Bench {
    var now: Instant
    var engine: Engine
    var slots: Slots
    var schedules: [String: ScheduleMark]
    private(set) var memory = Memory()
    private(set) var last = Engine.Decision()
    private var generator: SeededGenerator

    static let start = Instant("2026-11-23T08:00:00Z")!

    init(
        services: [any Service] = [Loan()], tasks: [TaskDefinition] = Loan.tasks, schedules: [Schedule] = [],
        concurrency: Int = 2, breaker: BreakerPolicy = BreakerPolicy(failures: .max), lodge: String = "",
        at now: Instant = Bench.start, seed: UInt64 = 1
    ) throws {
        self.now = now
        var registry = Registry(lodge: lodge)
        registry.add(
            try Offer(
                ProviderManifest(
                    id: "toy", name: words("toy"), summary: words("toy"), concurrency: concurrency, breaker: breaker),
                services: services, tasks: tasks, schedules: schedules))
        engine = Engine(registry: registry)
        slots = Slots()
        generator = SeededGenerator(seed: seed)
        let marks = engine.marks(of: registry.schedules.values, stored: [], now: now)
        self.schedules = Dictionary(uniqueKeysWithValues: marks.map { ($0.id, $0) })
    }

    /// Decides a batch and keeps what was decided.
    @discardableResult
    func decide(_ commands: [Command]) throws -> [Answer] {
        last = try engine.decide(
            commands, facts: memory, now: now, generator: SeededGenerator(seed: generator.next()), slots: &slots,
            schedules: &schedules)
        memory.apply(last.changes)
        engine.quarantined = last.quarantined
        return last.answers
    }

    /// Puts something into the ledger that the engine did not decide.
    func put(_ changes: Changes) { memory.apply(changes) }

    @discardableResult
    func decide(_ command: Command) throws -> Answer { try decide([command])[0] }

    /// Opens a loan and returns its id.
    func open(_ tool: String = "saw") throws -> String {
        try #require(try decide(.ask(tool)).view).request.id
    }

    @discardableResult
    func act(_ id: String, _ action: String, _ input: JSONObject = [:]) throws -> Answer {
        try decide(.act(id: id, action: action, input: input, caller: .staff))
    }

    /// Moves the clock to where the next thing is due, as the shell does, and wakes the engine.
    func wake(after duration: Duration = .zero) throws {
        now = now + duration
        try decide(.wake)
    }

    /// What is due next.
    var nextDue: Instant? {
        [
            engine.nextDue(of: schedules.values), memory.nextDue(after: now),
            slots.nextRelease(in: engine.registry, after: now),
        ]
        .compactMap(\.self).min()
    }

    /// Forgets what a process has in memory alone, as a new start does: nothing runs, and who waits is to be found out.
    func restart() {
        slots = Slots(pauses: Array(memory.pauses.values), rates: memory.rates)
        for offer in engine.registry.offers { slots.expectQueued(for: offer.manifest.id) }
    }

    /// How many more runs may begin.
    var room: Int { slots.room(of: "toy", in: engine.registry, at: now) }

    func request(_ id: String) throws -> StoredRequest { try #require(memory.request(id)) }
    func run(_ id: String) throws -> StoredRun { try #require(memory.run(id)) }
    func events(_ id: String) -> [String] { memory.entries.filter { $0.request == id }.map(\.event) }
    var started: [String] { last.started.map(\.id) }
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

    static func act(_ id: String, _ action: String, _ input: JSONObject = [:]) -> Command {
        .act(id: id, action: action, input: input, caller: .staff)
    }

    static func trigger(_ task: String, _ input: JSONObject = [:]) -> Command {
        .trigger(task: task, input: input, caller: .staff)
    }
}

extension Answer {
    var view: RequestView? { if case .request(let view) = self { view } else { nil } }
    var run: StoredRun? { if case .run(let run) = self { run } else { nil } }
    var repeated: [UInt8]? { if case .repeated(let bytes) = self { bytes } else { nil } }
    var rejection: Rejection? { if case .rejected(let rejection) = self { rejection } else { nil } }
    var isDone: Bool { if case .done = self { true } else { false } }
    var isRefused: Bool { if case .refused = rejection { true } else { false } }
    var isBroken: Bool { if case .broken = rejection { true } else { false } }
}
