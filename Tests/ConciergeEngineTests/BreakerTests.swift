import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

@Suite("Circuit breaker")
struct BreakerTests {
    private let bench: Bench
    private static let policy = BreakerPolicy(failures: 3, pause: .seconds(30), ceiling: .minutes(2))

    init() throws {
        let calls = TaskDefinition(
            TaskName<NoInput, NoAnswer>("toy.call", fr: "Call", en: "Call"),
            retry: RetryPolicy(attempts: 20, base: .seconds(1))
        ) { _, _ in TaskReport(words("ok")) }
        bench = try Bench(tasks: Loan.tasks + [calls], concurrency: 4, breaker: Self.policy)
    }

    private func trigger() throws -> RunID { try #require(try bench.decide(.trigger("toy.call")).run).id }

    private func fail(_ id: RunID) throws {
        let attempt = try bench.run(id).attempt
        try bench.decide(.end(run: id, attempt: attempt, result: .failed(reason: "no line", retryAfter: nil)))
    }

    private func succeed(_ id: RunID) throws {
        try bench.decide(.end(run: id, attempt: try bench.run(id).attempt, result: .ok))
    }

    /// One attempt of each of three runs fails. Returns the runs and until when the provider is held back.
    private func trip() throws -> (runs: [RunID], until: Instant) {
        let runs = try [trigger(), trigger(), trigger()]
        for run in runs { try fail(run) }
        let until = try #require(bench.engine.holds.breakers["toy"]?.openUntil)
        #expect(bench.events == [.tripped(provider: "toy", until: until, reason: "no line")])
        return (runs, until)
    }

    @Test("After a number of consecutive failures no run begins, and the waiting runs lose no attempt")
    func opens() throws {
        let (runs, until) = try trip()
        #expect(until == bench.now + .seconds(30))
        bench.now = until - .milliseconds(1)
        try bench.decide(.wake)
        #expect(bench.started.isEmpty)
        #expect(try runs.allSatisfy { try bench.run($0).attempt == 1 })
        #expect(bench.nextDue == until)
    }

    @Test("After the pause one run begins as a probe, and after its success all runs continue")
    func recovers() throws {
        let (runs, until) = try trip()
        bench.now = until
        try bench.decide(.wake)
        #expect(bench.started.count == 1)
        try bench.decide(.wake)
        #expect(bench.started.isEmpty)
        try succeed(try #require(runs.first { try bench.run($0).state == .running }))
        #expect(bench.events == [.recovered(provider: "toy")])
        #expect(bench.started.count == 2)
        #expect(bench.engine.holds.breakers.isEmpty)
    }

    @Test("If the probe fails, the pause doubles each time, up to the ceiling")
    func doubles() throws {
        var (runs, until) = try trip()
        for pause in [Duration.minutes(1), .minutes(2), .minutes(2)] {
            bench.now = until
            try bench.decide(.wake)
            try fail(try #require(bench.started.first))
            until = try #require(bench.engine.holds.breakers["toy"]?.openUntil)
            #expect(until - bench.now == pause)
        }
        #expect(try runs.allSatisfy { try !bench.run($0).state.isFinished })
    }

    @Test("A single failing run does not hold back the other runs")
    func alone() throws {
        let run = try trigger()
        for _ in 0..<6 {
            try fail(run)
            bench.now = try bench.run(run).due
            try bench.decide(.wake)
        }
        #expect(bench.engine.holds.breakers["toy"]?.openUntil == nil)
        _ = try trigger()
        #expect(bench.started.count == 1)
    }

    @Test("A permanent failure, whose cause is the run's input, resets the count of failures")
    func inARow() throws {
        for _ in 0..<3 {
            let runs = try [trigger(), trigger(), trigger()]
            try fail(runs[0])
            try fail(runs[1])
            try bench.decide(.end(run: runs[2], attempt: 1, result: .failedForGood(reason: "no such flat")))
            for run in runs.prefix(2) { try bench.decide(.cancel(run: run, caller: .staff)) }
        }
        #expect(bench.engine.holds.breakers.isEmpty)
    }

    @Test("If the probe is cancelled, another run becomes the probe")
    func cancelledProbe() throws {
        let (_, until) = try trip()
        bench.now = until
        try bench.decide(.wake)
        let probe = try #require(bench.started.first)
        try bench.decide(.cancel(run: probe, caller: .staff))
        #expect(bench.started.count == 1)
        #expect(bench.started.first != probe)
    }

    @Test("A clock that is set back does not hold a provider back for longer than the ceiling")
    func clock() throws {
        _ = try trip()
        bench.now = bench.now - .days(1)
        _ = try trigger()
        #expect(bench.started.count == 1)
    }
}
