import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

@Suite("Policies of runs")
struct RunPolicyTests {
    private static func task(
        _ id: String = "toy.call", concurrency: Int? = nil, rate: RateLimit? = nil, priority: Priority = .normal,
        isUnique: Bool = false
    ) -> TaskDefinition {
        let key: @Sendable (Loan.Delivery) -> String? = { isUnique ? $0.tool : nil }
        return TaskDefinition(
            TaskName<Loan.Delivery, NoAnswer>(id, fr: "Call", en: "Call"),
            retry: RetryPolicy(attempts: 3, base: .seconds(10)), concurrency: concurrency, rate: rate,
            priority: priority, unique: key
        ) { _, _ in TaskReport(words("ok")) }
    }

    private func bench(_ tasks: [TaskDefinition], concurrency: Int = 8) throws -> Bench {
        try Bench(tasks: Loan.tasks + tasks, concurrency: concurrency)
    }

    private func call(
        _ tool: String = "saw", _ task: TaskID = "toy.call", priority: Priority? = nil, _ caller: Caller = .staff
    ) -> Command {
        .trigger(task: task, input: ["tool": .string(tool)], priority: priority, caller: caller)
    }

    // MARK: Concurrency and rate

    @Test("A task never has more concurrent runs than it allows, while the runs of another task continue")
    func concurrency() throws {
        let bench = try bench([Self.task(concurrency: 2)])
        let runs = try bench.decide((0..<4).map { _ in call() }).compactMap(\.run)
        #expect(bench.started == runs.prefix(2).map(\.id))
        try bench.decide(.trigger("toy.clean"))
        #expect(bench.started.count == 1)
        try bench.decide(.end(run: runs[0].id, attempt: 1, result: .ok))
        #expect(bench.started.count == 1)
        #expect(bench.memory.runs.values.count { $0.task == "toy.call" && $0.state == .running } == 2)
    }

    @Test("Within any period of the interval at most the allowed number of attempts begins, and the next start is due")
    func rate() throws {
        let bench = try bench([Self.task(rate: RateLimit(3, per: .minutes(1)))], concurrency: 20)
        var begun: [Instant] = []
        try bench.decide((0..<2).map { _ in call() })
        begun += bench.startedRuns.map { _ in bench.now }
        bench.now = bench.now + .seconds(7)
        try bench.decide((0..<8).map { _ in call() })
        begun += bench.startedRuns.map { _ in bench.now }
        while let due = bench.nextDue {
            bench.now = max(bench.now, due)
            try bench.decide(.wake)
            begun += bench.startedRuns.map { _ in bench.now }
        }
        #expect(begun.count == 10)
        for (index, moment) in begun.enumerated() where index >= 3 {
            #expect(moment - begun[index - 3] >= .minutes(1))
        }
        // Attempts do not begin later than necessary.
        #expect(begun[3] - begun[0] == .minutes(1))
    }

    @Test("A restart does not reset a rate")
    func rateOverRestart() throws {
        let bench = try bench([Self.task(rate: RateLimit(1, per: .minutes(1)))])
        try bench.decide(call())
        bench.restart()
        try bench.decide(call())
        #expect(bench.started.isEmpty)
        #expect(bench.nextDue == bench.now + .minutes(1))
        try bench.wake(after: .minutes(1))
        #expect(bench.started.count == 1)
    }

    @Test("A clock that is set back does not make a rate delay runs for longer than its interval")
    func rateAndClock() throws {
        let bench = try bench([Self.task(rate: RateLimit(1, per: .minutes(1)))])
        try bench.decide(call())
        bench.now = bench.now - .days(1)
        try bench.decide(call())
        #expect(bench.started.count == 1)
    }

    // MARK: Priority

    @Test("The most urgent of the waiting runs begins first, and among equals the oldest")
    func priority() throws {
        let bench = try bench([Self.task(), Self.task("toy.nightly", priority: .low)], concurrency: 1)
        let first = try #require(try bench.decide(call()).run)
        var ids: [RunID: String] = [:]
        for (name, command) in [
            ("low", call("a", "toy.nightly")), ("normal", call("b")), ("later", call("c")),
            ("high", call("d", priority: .high)), ("raised", call("e", "toy.nightly", priority: .high)),
        ] {
            bench.now = bench.now + .seconds(1)
            ids[try #require(try bench.decide(command).run).id] = name
        }
        var order: [String] = []
        var last = first.id
        while try bench.decide(.end(run: last, attempt: 1, result: .ok)).run != nil, let next = bench.started.first {
            order.append(ids[next] ?? "?")
            last = next
        }
        #expect(order == ["high", "raised", "normal", "later", "low"])
    }

    // MARK: Unique runs

    @Test("A repeat of an unfinished unique run returns that run; once it has ended, a new run is created")
    func unique() throws {
        let bench = try bench([Self.task(isUnique: true)])
        let first = try #require(try bench.decide(call("saw")).run)
        let answers = try bench.decide([call("saw"), call("drill"), call("drill")]).compactMap(\.run?.id)
        #expect(answers[0] == first.id)
        #expect(answers[1] != first.id)
        #expect(answers[2] == answers[1])
        try bench.decide(.end(run: first.id, attempt: 1, result: .failed(reason: "busy", retryAfter: nil)))
        #expect(try bench.decide(call("saw")).run?.id == first.id)
        bench.now = bench.now + .minutes(1)
        try bench.decide(.wake)
        try bench.decide(.end(run: first.id, attempt: 2, result: .ok))
        #expect(try bench.decide(call("saw")).run?.id != first.id)
    }

    @Test("A failed unique run cannot be retried while another run with its key is unfinished")
    func uniqueRetry() throws {
        let bench = try bench([Self.task(isUnique: true)])
        let first = try #require(try bench.decide(call()).run)
        try bench.decide(.end(run: first.id, attempt: 1, result: .failedForGood(reason: "no")))
        let second = try #require(try bench.decide(call()).run)
        #expect(try bench.decide(.retry(run: first.id, caller: .staff)).isRefused)
        try bench.decide(.end(run: second.id, attempt: 1, result: .ok))
        #expect(try bench.decide(.retry(run: first.id, caller: .staff)).run?.state == .queued)
    }

    @Test("Retrying and cancelling with an idempotency key happens once")
    func idempotent() throws {
        let bench = try bench([Self.task()])
        let run = try #require(try bench.decide(call()).run)
        try bench.decide(.cancel(run: run.id, caller: .key("c")))
        #expect(bench.stopped.count == 1)
        try bench.decide(.retry(run: run.id, caller: .key("r")))
        #expect(try bench.decide(.cancel(run: run.id, caller: .key("c"))).repeated != nil)
        #expect(try bench.run(run.id).state == .running)
        #expect(try bench.decide(.retry(run: run.id, caller: .key("r"))).repeated != nil)
        #expect(try bench.run(run.id).attempt == 2)
    }

    // MARK: Handlers that exceed their time

    @Test("A handler that exceeds its time counts towards its provider's concurrency until it returns")
    func lingering() throws {
        let bench = try bench([Self.task()], concurrency: 1)
        let run = try #require(try bench.decide(call()).run)
        try bench.decide(
            .end(run: run.id, attempt: 1, result: .failedForGood(reason: "timed out"), handlerReturned: false))
        let second = try #require(try bench.decide(call()).run)
        #expect(second.state == .queued)
        try bench.decide(.returned(task: "toy.call", provider: "toy"))
        #expect(bench.started == [second.id])
    }

    // MARK: Pause

    @Test("The runs of a paused provider wait, also across a restart, and continue when it is resumed")
    func pause() throws {
        let bench = try bench([Self.task()])
        try bench.decide(.pause(.provider("toy"), actor: "anne"))
        #expect(bench.events == [.paused(.provider("toy"), by: "anne")])
        let run = try #require(try bench.decide(call()).run)
        try bench.wake(after: .hours(1))
        #expect(bench.started.isEmpty)
        bench.restart()
        try bench.wake(after: .hours(1))
        #expect(bench.started.isEmpty)
        #expect(bench.engine.holds.pauses["toy"]?.actor == "anne")
        try bench.decide(.pause(.provider("toy"), actor: "paul"))
        #expect(bench.engine.holds.pauses["toy"]?.actor == "anne")
        try bench.decide(.resume(.provider("toy"), actor: "paul"))
        #expect(bench.started == [run.id])
        #expect(bench.memory.pauses.isEmpty)
    }

    @Test("An unknown provider or schedule cannot be paused or resumed")
    func pauseUnknown() throws {
        let bench = try bench([])
        for command in [
            Command.pause(.provider("x"), actor: "anne"), .resume(.provider("x"), actor: "anne"),
            .pause(.schedule("x"), actor: "anne"), .resume(.schedule("x"), actor: "anne"),
        ] {
            #expect(try bench.decide(command).rejection == .notFound("x"))
            #expect(bench.last.changes.isEmpty)
        }
    }
}
