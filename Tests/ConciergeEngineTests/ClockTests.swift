import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

@Suite("A wall clock that is set forward and back")
struct ClockTests {
    /// Does what the shell does, and records it.
    private final class Shell {
        let bench: Bench
        var dice: SplitMix64
        /// The due time of each loan's timer when it was started.
        var due: [RequestID: Instant] = [:]
        var begun: Set<String> = []
        var underWay: [RunID: Int] = [:]

        init(seed: UInt64) throws {
            bench = try Bench(
                tasks: Loan.tasks + [
                    TaskDefinition(
                        TaskName<NoInput, NoAnswer>("toy.call", fr: "Call", en: "Call"),
                        retry: RetryPolicy(attempts: 3, base: .seconds(10)), rate: RateLimit(2, per: .minutes(1))
                    ) { _, _ in TaskReport(words("ok")) }
                ],
                schedules: [
                    Schedule(Loan.clean, .every(.hours(1)), catchUp: .all(within: .days(3650)), overlap: .allow)
                ], concurrency: 6, seed: seed)
            dice = SplitMix64(seed: seed)
        }

        func decide(_ command: Command) throws {
            try bench.decide(command)
            for run in bench.startedRuns {
                #expect(begun.insert("\(run.id)/\(run.attempt)").inserted, "an attempt began twice")
                underWay[run.id] = run.attempt
            }
        }

        /// The only timer sleeps on the wall clock: it wakes the engine once the clock shows the next due time or a
        /// later one.
        func wakeIfDue() throws {
            guard let due = bench.nextDue, due <= bench.now else { return }
            repeat { try decide(.wake) } while bench.last.moreIsDue
        }

        func end(_ id: RunID, _ result: AttemptResult) throws {
            guard let attempt = underWay.removeValue(forKey: id) else { return }
            try decide(.end(run: id, attempt: attempt, result: result))
        }

        /// SIGKILL and the next start.
        func restart() throws {
            var changes = Changes()
            for id in underWay.keys {
                var run = try bench.run(id)
                (run.state, run.due) = (.queued, bench.now)
                changes.runs.changed[id] = run
            }
            underWay = [:]
            try bench.put(changes)
            bench.restart()
            try decide(.wake)
        }

        func step(_ number: Int) throws {
            switch Int.random(in: 0..<10, using: &dice) {
            case 0...2:
                let jumps: [Duration] = [
                    .days(-2), .hours(-1), .seconds(-7), .milliseconds(-1), .milliseconds(1), .seconds(7), .hours(1),
                    .days(2),
                ]
                bench.now = bench.now + (jumps.randomElement(using: &dice) ?? .zero)
            case 3...4:
                let id = try bench.open("tool-\(number)")
                due[id] = bench.memory.timers(of: id)["expire"]
            case 5: try decide(.trigger("toy.deliver", ["tool": "saw"]))
            case 6: try decide(.trigger("toy.call"))
            case 7: if Int.random(in: 0..<4, using: &dice) == 0 { try restart() }
            default:
                if let id = underWay.keys.sorted().randomElement(using: &dice) {
                    let isDone = Bool.random(using: &dice)
                    try end(id, isDone ? .ok : .failed(reason: "busy", retryAfter: nil))
                }
            }
            try wakeIfDue()
        }
    }

    @Test(
        "Whatever the clock does, a timer fires once and not early, an attempt begins once, and every elapse runs once",
        arguments: 0..<12 as Range<UInt64>)
    func jumps(seed: UInt64) throws {
        let shell = try Shell(seed: seed)
        let bench = shell.bench
        for number in 0..<300 { try shell.step(number) }
        // Then the clock runs normally until nothing is left to do.
        for _ in 0..<5000 where !bench.memory.runs.values.allSatisfy(\.state.isFinished) || !isQuiet(bench) {
            for id in shell.underWay.keys.sorted() { try shell.end(id, .ok) }
            bench.now = max(bench.now, try #require(bench.nextDue))
            try shell.wakeIfDue()
            for id in shell.underWay.keys.sorted() { try shell.end(id, .ok) }
        }
        #expect(bench.memory.runs.values.count { !$0.state.isFinished } == 0)
        #expect(isQuiet(bench))
        #expect(shell.due.count > 20)
        for (id, due) in shell.due {
            let fired = bench.memory.entries.filter { $0.request == id && $0.event == "timer:expire" }
            #expect(fired.count == 1)
            #expect(fired.allSatisfy { $0.at >= due })
        }
        let elapses = bench.memory.runs.values.compactMap(\.elapse).sorted()
        #expect(elapses.first == Bench.start + .hours(1))
        for (earlier, later) in zip(elapses, elapses.dropFirst()) { #expect(later - earlier == .hours(1)) }
        #expect(elapses.last.map { $0 + .hours(1) } == bench.engine.schedules["toy.clean"]?.next)
    }

    private func isQuiet(_ bench: Bench) -> Bool { bench.memory.timers.values.allSatisfy(\.isEmpty) }

    @Test("A timer that a backward step has moved into the future fires at its own due time")
    func putBack() throws {
        let bench = try Bench()
        let id = try bench.open()
        let due = try #require(bench.nextDue)
        bench.now = bench.now - .days(1)
        try bench.decide(.wake)
        #expect(bench.nextDue == due)
        #expect(try bench.request(id).isOpen)
        bench.now = due
        try bench.decide(.wake)
        #expect(try !bench.request(id).isOpen)
    }

    @Test("A retry whose due time the clock has jumped over begins at once and counts as one attempt")
    func retryJumpedOver() throws {
        let bench = try Bench()
        let run = try #require(try bench.decide(.trigger("toy.deliver", ["tool": "saw"])).run)
        try bench.decide(.end(run: run.id, attempt: 1, result: .failed(reason: "busy", retryAfter: .minutes(5))))
        try bench.wake(after: .days(30))
        #expect(bench.started == [run.id])
        #expect(try bench.run(run.id).attempt == 2)
    }
}
