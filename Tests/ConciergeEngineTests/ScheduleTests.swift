import ConciergeEngine
import ConciergeKit
import Testing

@testable import ConciergeTesting

@Suite("Schedules")
struct ScheduleTests {
    private static let paris = Zone("Europe/Paris")!

    private func bench(_ recurrence: Recurrence, at start: String = "2026-11-23T08:00:00Z") throws -> Bench {
        try Bench(schedules: [Schedule(Loan.clean, recurrence)], at: #require(Instant(start)))
    }

    /// Wakes the engine at each due time up to `end` and ends all runs; returns when the runs were created.
    private func walk(_ bench: Bench, to end: String) throws -> [String] {
        let end = try #require(Instant(end))
        while let due = bench.nextDue, due <= end {
            bench.now = due
            try bench.decide(.wake)
            for run in bench.startedRuns {
                try bench.decide(.end(run: run.id, attempt: run.attempt, result: .ok))
            }
        }
        return bench.memory.runs.values.map(\.createdAt).sorted().map(\.description)
    }

    @Test("An interval elapses at its whole multiples since 1970, whenever it was started")
    func every() throws {
        let bench = try bench(.every(.minutes(15)), at: "2026-11-23T08:07:12Z")
        #expect(
            try walk(bench, to: "2026-11-23T08:50:00Z") == [
                "2026-11-23T08:15:00Z", "2026-11-23T08:30:00Z", "2026-11-23T08:45:00Z",
            ])
        #expect(bench.memory.runs.values.allSatisfy { $0.schedule == "toy.clean" && $0.actor == "schedule" })
    }

    @Test("A daily time follows the wall clock over the end of summer time, and the hour that comes twice counts once")
    func autumn() throws {
        let bench = try bench(.daily(at: TimeOfDay("02:30")!, in: Self.paris), at: "2026-10-23T12:00:00Z")
        #expect(
            try walk(bench, to: "2026-10-26T12:00:00Z") == [
                "2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z",
            ])
    }

    @Test("A daily time in the spring gap elapses at the first instant after the gap")
    func spring() throws {
        let bench = try bench(.daily(at: TimeOfDay("02:30")!, in: Self.paris), at: "2026-03-27T12:00:00Z")
        #expect(
            try walk(bench, to: "2026-03-30T12:00:00Z") == [
                "2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z",
            ])
    }

    @Test("An hourly interval keeps its cadence over both clock changes")
    func hourly() throws {
        #expect(
            try walk(bench(.every(.hours(1)), at: "2026-10-24T23:10:00Z"), to: "2026-10-25T03:00:00Z") == [
                "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z", "2026-10-25T03:00:00Z",
            ])
        #expect(try walk(bench(.every(.hours(1)), at: "2026-03-28T23:10:00Z"), to: "2026-03-29T03:00:00Z").count == 4)
    }

    @Test("Missed elapses count as one, and the next elapse is in the future")
    func missed() throws {
        let bench = try bench(.every(.hours(1)))
        try bench.wake(after: .days(3) + .minutes(20))
        #expect(bench.memory.runs.count == 1)
        let mark = try #require(bench.engine.schedules["toy.clean"])
        #expect(mark.last == bench.now)
        #expect(mark.next == bench.now + .minutes(40))
        #expect(bench.last.changes.schedules["toy.clean"] == mark)
    }

    @Test("An elapse while the previous run is unfinished is skipped", arguments: [false, true])
    func unfinished(endsInBatch: Bool) throws {
        let bench = try bench(.every(.hours(1)))
        try bench.wake(after: .hours(1))
        let run = try #require(bench.startedRuns.first)
        try bench.wake(after: .hours(1))
        #expect(bench.memory.runs.count == 1)
        #expect(bench.engine.schedules["toy.clean"]?.next == bench.now + .hours(1))
        bench.now = bench.now + .hours(1)
        let end = Command.end(run: run.id, attempt: 1, result: .ok)
        if endsInBatch {
            try bench.decide([end, .wake])
        } else {
            try bench.decide(end)
            try bench.decide(.wake)
        }
        #expect(bench.memory.runs.count == 2)
    }

    @Test("A run that is retried in the batch of the elapse counts as unfinished")
    func retriedInBatch() throws {
        let bench = try bench(.every(.hours(1)))
        try bench.wake(after: .hours(1))
        let run = try #require(bench.startedRuns.first)
        try bench.decide(.end(run: run.id, attempt: 1, result: .failedForGood(reason: "no")))
        bench.now = bench.now + .hours(1)
        try bench.decide([.retry(run: run.id, caller: .staff), .wake])
        #expect(bench.memory.runs.count == 1)
    }

    @Test("A new or changed schedule does not fire at once, and an unchanged one keeps its next elapse")
    func changed() throws {
        let now = Bench.start
        let hourly = Schedule(Loan.clean, .every(.hours(1)))
        let past = ScheduleMark(
            id: "toy.clean", recurrence: "every 1h", last: now - .hours(5), next: now - .hours(4))
        #expect(marks(of: hourly, stored: [past], now: now) == [past])
        let changed = ScheduleMark(id: "toy.clean", recurrence: "every 2h", last: past.last, next: past.next)
        #expect(
            marks(of: hourly, stored: [changed], now: now) == [
                ScheduleMark(id: "toy.clean", recurrence: "every 1h", last: past.last, next: now + .hours(1))
            ])
        #expect(
            marks(of: hourly, stored: [], now: now) == [
                ScheduleMark(id: "toy.clean", recurrence: "every 1h", last: nil, next: now + .hours(1))
            ])
    }

    @Test(
        "A next elapse computed by a clock that was ahead is computed again; a small correction changes nothing"
    )
    func clockAhead() throws {
        let now = Bench.start
        func next(_ recurrence: Recurrence, _ mark: ScheduleMark) throws -> Instant {
            let schedule = Schedule(Loan.clean, recurrence)
            let set = marks(of: schedule, stored: [mark], now: now)
            // A corrected mark does not change again.
            #expect(marks(of: schedule, stored: set, now: now) == set)
            return try #require(set.first).next
        }
        func mark(_ recurrence: Recurrence, last: Instant?, next: Instant) -> ScheduleMark {
            ScheduleMark(id: "toy.clean", recurrence: recurrence.description, last: last, next: next)
        }
        let daily = Recurrence.daily(at: try #require(TimeOfDay("07:00")), in: .utc)
        let tomorrow = try #require(Instant("2026-11-24T07:00:00Z"))
        let farAhead = mark(daily, last: now + .days(400), next: tomorrow + .days(401))
        #expect(try next(daily, farAhead) == tomorrow)
        #expect(try next(daily, mark(daily, last: nil, next: tomorrow + .days(2))) == tomorrow)
        // This elapse has already run, by a clock that has been set back since.
        #expect(try next(daily, mark(daily, last: now + .hours(2), next: tomorrow + .days(1))) == tomorrow + .days(1))
        #expect(try next(daily, mark(daily, last: now - .days(1), next: tomorrow)) == tomorrow)
        let yearly = Recurrence.calendar("*-01-01 00:00", in: .utc)
        let newYear = try #require(Instant("2027-01-01T00:00:00Z"))
        let later = try #require(Instant("2028-01-01T00:00:00Z"))
        #expect(try next(yearly, mark(yearly, last: now + .days(300), next: later)) == newYear)
        var skipped = mark(yearly, last: nil, next: later)
        (skipped.skipped, skipped.skipReason) = (newYear, .missed)
        #expect(try next(yearly, skipped) == newYear)
        // A paused schedule remains paused.
        var paused = farAhead
        (paused.pausedAt, paused.pausedBy) = (now, "anne")
        let set = marks(of: Schedule(Loan.clean, daily), stored: [paused], now: now).first
        #expect(set?.pausedBy == "anne")
        #expect(set?.next == tomorrow)
    }

    @Test("Two schedules of one task elapse independently of each other")
    func two() throws {
        let bench = try Bench(schedules: [
            Schedule(Loan.clean, .every(.hours(1))), Schedule(Loan.clean, .every(.hours(2)), id: "toy.often"),
        ])
        try bench.wake(after: .hours(2))
        #expect(Set(bench.memory.runs.values.compactMap(\.schedule)) == ["toy.clean", "toy.often"])
    }

    @Test(
        "A daily elapse is always later than the given instant, and at the time that the wall clock shows",
        arguments: [
            "Europe/Paris", "America/Sao_Paulo", "Pacific/Apia", "Australia/Lord_Howe", "UTC",
        ])
    func property(name: String) throws {
        let zone = try #require(Zone(name))
        var generator = SplitMix64(seed: 7)
        for _ in 0..<2000 {
            let time = TimeOfDay(minutes: Int.random(in: 0..<1440, using: &generator))
            let from = Instant(milliseconds: Int64.random(in: 1_200_000_000_000..<1_900_000_000_000, using: &generator))
            let next = Recurrence.daily(at: time, in: zone).next(after: from)
            #expect(next > from)
            // A day with a clock change may be an hour longer, and the first instant after a gap another hour later.
            #expect(next - from <= .hours(26))
            let shown = zone.local(next).time
            let inGap = zone.local(next - .milliseconds(1)).time.minutes != (shown.minutes + 1439) % 1440
            #expect(shown == time || inGap, "\(name) \(time) after \(from): \(next)")
        }
    }
}
