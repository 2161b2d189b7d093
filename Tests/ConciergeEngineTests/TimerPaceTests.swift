import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

/// A service whose timers and runs follow each other without delay, and that takes claims.
private struct Hasty: Service {
    static let id = "toy.hasty"

    static let name = words("Hasty")
    static let summary = words("Hasty")

    struct Record: Codable {
        var ticks = 0
        var missed: Instant?
    }

    struct Come: Input {
        static let name = words("Come")
        @Field(fr: "Timer", en: "Timer") var timer: String
        @Field(fr: "Seat", en: "Seat") var isSeated: Bool?
    }
    struct Fetch: Input { static let name = words("Fetch") }
    struct Spin: Input { static let name = words("Spin") }
    struct Go: Input { static let name = words("Go") }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Come.self, to: .waiting) { come, moment in
            var hasty = Draft(Record(missed: moment.now - .days(200)), at: moment)
            let timers: [Timer] = [.tick, .tock, .seat, .makeUp]
            guard let timer = timers.first(where: { $0.id == come.timer }) else { throw Refusal(words("which")) }
            if come.isSeated == true { try hasty.claim("seat", otherwise: words("the seat is taken")) }
            hasty.start(timer, after: .zero)
            return hasty
        }
        after(.tick, in: .waiting) { hasty in
            hasty.record.ticks += 1
            hasty.start(.tick, after: .zero)
        }
        after(.tock, in: .waiting) { hasty in
            hasty.record.ticks += 1
            hasty.run(Self.swing)
        }
        ended(Self.swing, in: .waiting) { _, hasty in hasty.start(.tock, after: .zero) }
        after(.makeUp, in: .waiting) { hasty in
            hasty.record.ticks += 1
            let missed = (hasty.record.missed ?? hasty.now) + .days(1)
            hasty.record.missed = missed
            if missed < hasty.now { hasty.start(.makeUp, at: missed) }
        }
        after(.seat, from: .waiting, to: .seated) { sit(&$0) }
        on(Fetch.self, in: .waiting) { _, hasty in hasty.run(Self.fetch) }
        ended(Self.fetch, from: .waiting, to: .seated) { _, hasty in sit(&hasty) }
        on(Spin.self, in: .waiting) { _, hasty in hasty.run(Self.spin) }
        ended(Self.spin, in: .waiting) { _, hasty in hasty.run(Self.spin) }
        on(Go.self, from: .waiting, .seated, to: .gone)
    }

    private func sit(_ hasty: inout Draft) {
        guard hasty.tryClaim("seat") else { return hasty.postpone(because: words("the seat is taken")) }
    }

    static let swing = TaskName<NoInput, NoAnswer>("toy.swing", fr: "swing", en: "swing")
    static let fetch = TaskName<NoInput, NoAnswer>("toy.fetch", fr: "fetch", en: "fetch")
    static let spin = TaskName<NoInput, NoAnswer>("toy.spin", fr: "spin", en: "spin")

    static let tasks = [swing, fetch, spin].map { task in TaskDefinition(task) { _, _ in TaskReport(words("ok")) } }
}

extension StateOf<Hasty> {
    fileprivate static var waiting: Self { open(fr: "waiting", en: "waiting", turn: .clock) }
    fileprivate static var seated: Self { open(fr: "seated", en: "seated", turn: .resident) }
    fileprivate static var gone: Self { closed(fr: "gone", en: "gone") }
}

extension TimerOf<Hasty> {
    fileprivate static var tick: Self { timer(fr: "tick", en: "tick") }
    fileprivate static var tock: Self { timer(fr: "tock", en: "tock") }
    fileprivate static var seat: Self { timer(fr: "seat", en: "seat") }
    fileprivate static var makeUp: Self { timer(fr: "make-up", en: "make-up") }
}

private struct Toy: ServiceProvider {
    static let manifest = ProviderManifest(id: "toy", version: "1.0.0", name: words("toy"), summary: words("toy"))
    init(_ configuration: NoSettings, in context: ProviderContext) async throws(ProviderError) {}
    var services: [any Service] { [Hasty()] }
    var tasks: [TaskDefinition] { Hasty.tasks }
}

@Suite("Timers that start each other")
struct TimerPaceTests {
    private let bench: Bench

    init() throws { bench = try Bench(services: [Hasty()], tasks: Hasty.tasks) }

    private func come(_ timer: String, seated: Bool = false) throws -> RequestID {
        let input: JSONObject = ["timer": .string(timer), "is_seated": .bool(seated)]
        let answer = try bench.decide(
            .open(service: "toy.hasty", resident: nil, input: input, caller: .staff))
        return try #require(answer.view).request.id
    }

    /// Does what the shell does, for at most this number of steps; handlers succeed at once.
    private func live(steps: Int) throws {
        for _ in 0..<steps {
            guard let due = bench.nextDue else { return }
            bench.now = max(bench.now, due)
            try bench.decide(.wake)
            for run in bench.startedRuns { try bench.decide(.end(run: run.id, attempt: run.attempt, result: .ok)) }
        }
    }

    @Test("A timer that its own rule starts without delay fires again after the minimum delay")
    func leastDelay() throws {
        let id = try come("tick")
        try bench.wake()
        #expect(bench.memory.timers(of: id) == ["tick": bench.now + .milliseconds(100)])
        try bench.wake(after: .milliseconds(99))
        #expect(bench.events(id).count { $0 == "timer:tick" } == 1)
        try bench.wake(after: .milliseconds(1))
        #expect(bench.events(id).count { $0 == "timer:tick" } == 2)
    }

    @Test(
        "A request whose rules start a timer without delay again and again is quarantined and reported",
        arguments: ["tick", "tock"])
    func loop(timer: String) throws {
        let (id, other) = (try come(timer), try bench.decide(.ask("saw")).rejection)
        #expect(other != nil)
        var remarks: [EngineEvent] = []
        for _ in 0..<500 where bench.nextDue != nil {
            try live(steps: 1)
            remarks += bench.events
        }
        #expect(bench.nextDue == nil)
        #expect(bench.events(id).count { $0 == "timer:\(timer)" } == 100)
        #expect(bench.events(id).last == "quarantine:begun")
        let event = timer == "tick" ? "timer:tick" : "run:toy.swing"
        #expect(bench.memory.entries.last?.note?.en.contains("\"\(event)\"") == true)
        guard case .looping(let request, let quarantine, "toy", "toy.hasty") = remarks.last else {
            Issue.record("not told: \(remarks)")
            return
        }
        #expect(request == id)
        #expect(quarantine.subject == .request(id))
        #expect(quarantine.event == event)
        #expect(try bench.act(id, "go").isRefused)
        // After the release the count starts again.
        _ = try #require(try bench.decide(.release(request: id, caller: .staff)).view)
        try live(steps: 50)
        #expect(try bench.act(id, "go").view != nil)
        #expect(bench.nextDue == nil)
    }

    @Test("A rule that catches up with many missed moments does not count as a loop")
    func makesUp() throws {
        let id = try come("make-up")
        try live(steps: 500)
        #expect(bench.events(id).count { $0 == "timer:make-up" } > 190)
        #expect(!bench.events(id).contains("quarantine:begun"))
        #expect(bench.memory.timers(of: id).isEmpty)
    }

    @Test("The test lodge fails with an error instead of looping forever", arguments: ["tick", "tock"])
    func lodge(timer: String) async throws {
        let lodge = try await Lodge(Toy.self, configuration: NoSettings(), at: Bench.start)
        let error = await #expect(throws: LodgeError.self) {
            try await lodge.open("toy.hasty", ["timer": .string(timer)])
            try await lodge.advance(by: .days(1))
        }
        guard case .broken(let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("without delay"))
    }

    @Test("The test lodge fails with an error if the end of a run starts that run again forever")
    func lodgeOfRuns() async throws {
        let lodge = try await Lodge(Toy.self, configuration: NoSettings(), at: Bench.start)
        let request = try await lodge.open("toy.hasty", ["timer": "seat"])
        let error = await #expect(throws: LodgeError.self) { try await lodge.act(request.id, "spin") }
        guard case .broken(let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("toy.spin runs over and over"))
    }

    @Test("A timer whose claim is taken is kept, retried with growing delays, and fires once the claim is free")
    func claimOfTimer() throws {
        let holder = try come("make-up", seated: true)
        let id = try come("seat")
        var delays: [Duration] = []
        for _ in 0..<12 {
            let due = try #require(bench.memory.timers(of: id)["seat"])
            bench.now = max(bench.now, due)
            try bench.decide(.wake)
            delays.append(try #require(bench.memory.timers(of: id)["seat"]) - bench.now)
            #expect(bench.faults.isEmpty)
            guard case .postponed("toy", id, "timer:seat", _, _) = bench.events.first else {
                Issue.record("not told: \(bench.events)")
                return
            }
        }
        #expect(delays.prefix(3) == [.seconds(10), .seconds(20), .seconds(40)])
        #expect(delays.suffix(2) == [.hours(1), .hours(1)])
        let lines = bench.memory.entries.filter { $0.request == id && $0.event == "timer:seat" }
        #expect(lines.count == 9)
        #expect(lines.first?.note?.en.contains("the seat is taken") == true)
        try bench.act(holder, "go")
        try bench.wake(after: .hours(1))
        #expect(try bench.request(id).state == "seated")
        #expect(bench.memory.timers(of: id).isEmpty)
        // The next timer that waits begins with a short delay again.
        let next = try come("seat")
        try bench.wake()
        #expect(bench.memory.timers(of: next)["seat"] == bench.now + .seconds(10))
    }

    @Test("An outcome whose claim is taken is kept, and is delivered once the claim is free")
    func claimOfOutcome() throws {
        let holder = try come("make-up", seated: true)
        let id = try come("seat")
        try bench.put(cancelling("seat", of: id))
        try bench.act(id, "fetch")
        let run = try #require(bench.startedRuns.first)
        try bench.decide(.end(run: run.id, attempt: 1, result: .ok))
        #expect(try bench.run(run.id).state == .succeeded)
        #expect(try bench.request(id).state == "waiting")
        #expect(bench.memory.timers(of: id) == [.outcome(of: run.id): bench.now + .seconds(10)])
        #expect(bench.events(id).last == "run:toy.fetch")
        try bench.wake(after: .seconds(10))
        #expect(bench.memory.timers(of: id) == [.outcome(of: run.id): bench.now + .seconds(20)])
        // Other actions on the request do not end it, and a new build can read it.
        try bench.act(id, "fetch")
        #expect(bench.memory.timers(of: id).count == 1)
        let table = ServiceTable(Hasty())
        let view = RequestView(request: try bench.request(id), timers: bench.memory.timers(of: id))
        #expect(try table.bringUpToDate(view) == nil)
        try bench.act(holder, "go")
        bench.restart()
        try bench.wake(after: .hours(1))
        #expect(try bench.request(id).state == "seated")
    }

    @Test("A waiting outcome ends with its request")
    func closed() throws {
        _ = try come("make-up", seated: true)
        let id = try come("seat")
        try bench.act(id, "fetch")
        let run = try #require(bench.startedRuns.first)
        try bench.decide(.end(run: run.id, attempt: 1, result: .ok))
        #expect(bench.memory.timers(of: id).keys.contains(.outcome(of: run.id)))
        try bench.act(id, "go")
        #expect(bench.memory.timers(of: id).isEmpty)
    }

    private func cancelling(_ timer: TimerKey, of request: RequestID) -> Changes {
        var changes = Changes()
        changes.timers[request] = [timer: .init(service: "toy.hasty", due: nil)]
        return changes
    }
}
