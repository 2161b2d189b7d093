import ConciergeKit
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

@Suite("Policies of schedules")
struct SchedulePolicyTests {
    private func bench(
        catchUp: CatchUp = .latest, overlap: Overlap = .skip, spread: Duration = .zero, lodge: String = "",
        concurrency: Int = 200
    ) throws -> Bench {
        try Bench(
            schedules: [
                Schedule(Loan.clean, .every(.hours(1)), catchUp: catchUp, overlap: overlap, spread: spread)
            ],
            concurrency: concurrency, lodge: lodge)
    }

    private func elapses(_ bench: Bench) -> [String] {
        bench.memory.runs.values.compactMap(\.elapse).sorted().map(\.description)
    }

    private func mark(_ bench: Bench) throws -> ScheduleMark { try #require(bench.engine.schedules["toy.clean"]) }

    private func succeed(_ bench: Bench) throws {
        for run in bench.memory.runs.values where run.state == .running {
            try bench.decide(.end(run: run.id, attempt: run.attempt, result: .ok))
        }
    }

    // MARK: Catching up

    @Test("With skip, missed elapses do not run, and the next elapse does")
    func skip() throws {
        let bench = try bench(catchUp: .skip)
        try bench.wake(after: .hours(3) + .minutes(20))
        #expect(bench.memory.runs.isEmpty)
        #expect(try mark(bench).skipReason == .missed)
        #expect(try mark(bench).skipped == Bench.start + .hours(3))
        #expect(
            bench.events == [
                .skipped(schedule: "toy.clean", at: Bench.start + .hours(3), reason: .missed)
            ])
        try bench.wake(after: .minutes(40))
        #expect(elapses(bench) == ["2026-11-23T12:00:00Z"])
    }

    @Test("An elapse that is less than a minute late does not count as missed")
    func late() throws {
        let bench = try bench(catchUp: .skip)
        try bench.wake(after: .hours(1) + .seconds(59))
        #expect(elapses(bench) == ["2026-11-23T09:00:00Z"])
    }

    @Test("With latest, the last missed elapse runs, and the ones before it are recorded as skipped")
    func latest() throws {
        let bench = try bench()
        try bench.wake(after: .hours(3) + .minutes(20))
        #expect(elapses(bench) == ["2026-11-23T11:00:00Z"])
        #expect(try mark(bench).skipped == Bench.start + .hours(2))
        #expect(try mark(bench).next == Bench.start + .hours(4))
    }

    @Test("With all, every missed elapse within the window runs, one after the other from the oldest")
    func all() throws {
        let bench = try bench(catchUp: .all(within: .hours(3)))
        try bench.wake(after: .hours(6) + .minutes(20))
        let expected = ["2026-11-23T12:00:00Z", "2026-11-23T13:00:00Z", "2026-11-23T14:00:00Z"]
        #expect(elapses(bench) == expected)
        #expect(try mark(bench).skipped == Bench.start + .hours(3))
        var order: [String] = []
        while let run = bench.memory.runs.values.first(where: { $0.state == .running }) {
            #expect(bench.memory.runs.values.count { $0.state == .running } == 1)
            order.append(try #require(run.elapse).description)
            try succeed(bench)
        }
        #expect(order == expected)
    }

    @Test("However many missed elapses there are, each runs once")
    func manyMissed() throws {
        let bench = try bench(catchUp: .all(within: .days(20)), overlap: .allow)
        try bench.wake(after: .days(19))
        while bench.last.moreIsDue { try bench.decide(.wake) }
        #expect(elapses(bench).count == 19 * 24)
        #expect(Set(elapses(bench)).count == 19 * 24)
    }

    @Test("Catching up with years of missed elapses takes little time")
    func years() throws {
        let bench = try Bench(schedules: [Schedule(Loan.clean, .every(.seconds(1)))])
        let clock = ContinuousClock()
        let spent = try clock.measure { try bench.wake(after: .days(3650)) }
        #expect(bench.memory.runs.count == 1)
        #expect(spent < .seconds(2))
    }

    // MARK: Overlap

    @Test("With skip, an elapse during the previous run is skipped, and the reason is recorded")
    func overlapSkip() throws {
        let bench = try bench()
        try bench.wake(after: .hours(1))
        try bench.wake(after: .hours(1))
        #expect(bench.memory.runs.count == 1)
        #expect(try mark(bench).skipReason == .unfinished)
    }

    @Test("With queue, the run of an elapse waits for the previous run")
    func overlapQueue() throws {
        let bench = try bench(overlap: .queue)
        for _ in 0..<3 { try bench.wake(after: .hours(1)) }
        #expect(bench.memory.runs.count == 3)
        #expect(bench.memory.runs.values.count { $0.state == .running } == 1)
        try succeed(bench)
        #expect(bench.memory.runs.values.count { $0.state == .running } == 1)
        #expect(bench.memory.runs.values.count { $0.state == .succeeded } == 1)
    }

    @Test("The queue of a schedule is limited")
    func overlapQueueIsBounded() throws {
        let bench = try bench(overlap: .queue)
        for _ in 0..<150 { try bench.wake(after: .hours(1)) }
        #expect(bench.memory.runs.count == 101)
        #expect(try mark(bench).skipReason == .full)
    }

    @Test("With allow, runs of a schedule run concurrently")
    func overlapAllow() throws {
        let bench = try bench(overlap: .allow)
        for _ in 0..<3 { try bench.wake(after: .hours(1)) }
        #expect(bench.memory.runs.values.count { $0.state == .running } == 3)
    }

    // MARK: Spread

    @Test("Each elapse is delayed by the same part of the spread, which differs between lodges")
    func spread() throws {
        let spread = Duration.minutes(30)
        var delays: Set<Duration> = []
        for lodge in 0..<40 {
            let bench = try bench(spread: spread, lodge: "lodge-\(lodge)")
            let delay = try #require(bench.nextDue) - (Bench.start + .hours(1))
            #expect(delay >= .zero && delay < spread)
            delays.insert(delay)
            for hour in 1...3 {
                bench.now = try #require(bench.nextDue)
                #expect(bench.now == Bench.start + .hours(hour) + delay)
                try bench.decide(.wake)
                try succeed(bench)
            }
            #expect(elapses(bench) == ["2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z", "2026-11-23T11:00:00Z"])
        }
        #expect(delays.count > 30)
    }

    // MARK: Pausing and editing

    @Test("A paused schedule skips its elapses, and does not catch up with them when it is resumed")
    func pause() throws {
        let bench = try bench(catchUp: .all(within: .days(7)))
        try bench.decide(.pause(.schedule("toy.clean"), actor: "anne"))
        try bench.wake(after: .hours(5))
        #expect(bench.memory.runs.isEmpty)
        #expect(try mark(bench).skipReason == .paused)
        bench.now = bench.now + .minutes(90)
        try bench.decide(.resume(.schedule("toy.clean"), actor: "anne"))
        try bench.decide(.wake)
        #expect(bench.memory.runs.isEmpty)
        try bench.wake(after: .minutes(30))
        #expect(elapses(bench) == ["2026-11-23T15:00:00Z"])
    }

    @Test("A changed recurrence never fires at once, and a paused schedule remains paused")
    func edit() throws {
        let bench = try bench()
        try bench.decide(.pause(.schedule("toy.clean"), actor: "anne"))
        let stored = try mark(bench)
        let now = bench.now + .days(2)
        let edited = Schedule(Loan.clean, .every(.minutes(10)))
        let mark = try #require(marks(of: edited, stored: [stored], now: now).first)
        #expect(mark.next == now + .minutes(10))
        #expect(mark.pausedBy == "anne")
    }

    @Test("After the clock is set back no elapse runs twice; after it is set forward the missed elapse is caught up")
    func clock() throws {
        let bench = try bench()
        try bench.wake(after: .hours(1))
        try succeed(bench)
        bench.now = bench.now - .hours(2)
        for _ in 0..<3 {
            try bench.wake(after: .hours(1))
            try succeed(bench)
        }
        #expect(elapses(bench) == ["2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z"])
        bench.now = bench.now + .hours(6)
        try bench.decide(.wake)
        #expect(elapses(bench).last == "2026-11-23T16:00:00Z")
    }
}
