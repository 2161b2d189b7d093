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

    @Test("With skip, elapses that were missed do not run, and the next one does")
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

    @Test("An elapse that is a moment late was not missed")
    func late() throws {
        let bench = try bench(catchUp: .skip)
        try bench.wake(after: .hours(1) + .seconds(59))
        #expect(elapses(bench) == ["2026-11-23T09:00:00Z"])
    }

    @Test("With latest, the last of those that were missed runs, and what was missed is said")
    func latest() throws {
        let bench = try bench()
        try bench.wake(after: .hours(3) + .minutes(20))
        #expect(elapses(bench) == ["2026-11-23T11:00:00Z"])
        #expect(try mark(bench).skipped == Bench.start + .hours(2))
        #expect(try mark(bench).next == Bench.start + .hours(4))
    }

    @Test("With all, every elapse within the window runs, one after the other from the oldest")
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

    @Test("However many are caught up with, each runs once")
    func manyMissed() throws {
        let bench = try bench(catchUp: .all(within: .days(20)), overlap: .allow)
        try bench.wake(after: .days(19))
        while bench.last.moreIsDue { try bench.decide(.wake) }
        #expect(elapses(bench).count == 19 * 24)
        #expect(Set(elapses(bench)).count == 19 * 24)
    }

    @Test("Years of missed elapses cost no more than a few")
    func years() throws {
        let bench = try Bench(schedules: [Schedule(Loan.clean, .every(.seconds(1)))])
        let clock = ContinuousClock()
        let spent = try clock.measure { try bench.wake(after: .days(3650)) }
        #expect(bench.memory.runs.count == 1)
        #expect(spent < .seconds(2))
    }

    // MARK: Overlap

    @Test("With skip, an elapse during the run before is passed over, and the reason is kept")
    func overlapSkip() throws {
        let bench = try bench()
        try bench.wake(after: .hours(1))
        try bench.wake(after: .hours(1))
        #expect(bench.memory.runs.count == 1)
        #expect(try mark(bench).skipReason == .unfinished)
    }

    @Test("With queue, its run waits for the run before")
    func overlapQueue() throws {
        let bench = try bench(overlap: .queue)
        for _ in 0..<3 { try bench.wake(after: .hours(1)) }
        #expect(bench.memory.runs.count == 3)
        #expect(bench.memory.runs.values.count { $0.state == .running } == 1)
        try succeed(bench)
        #expect(bench.memory.runs.values.count { $0.state == .running } == 1)
        #expect(bench.memory.runs.values.count { $0.state == .succeeded } == 1)
    }

    @Test("A queue that nobody empties does not grow without end")
    func overlapQueueIsBounded() throws {
        let bench = try bench(overlap: .queue)
        for _ in 0..<150 { try bench.wake(after: .hours(1)) }
        #expect(bench.memory.runs.count == 101)
        #expect(try mark(bench).skipReason == .full)
    }

    @Test("With allow, runs go on beside each other")
    func overlapAllow() throws {
        let bench = try bench(overlap: .allow)
        for _ in 0..<3 { try bench.wake(after: .hours(1)) }
        #expect(bench.memory.runs.values.count { $0.state == .running } == 3)
    }

    // MARK: Spread

    @Test("Each elapse is put off by the same part of the spread, another one for another lodge")
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

    @Test("A paused schedule passes its elapses over, and catches up with none of them when it is resumed")
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

    @Test("Editing the recurrence never fires it at once, and keeps that it is paused")
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

    @Test("Over a clock that is put back, no elapse runs twice; over one put forward, what it jumped over is caught up")
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
