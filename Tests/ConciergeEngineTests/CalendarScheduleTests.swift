import ConciergeEngine
import ConciergeKit
import Testing

@testable import ConciergeTesting

@Suite("Calendar schedules")
struct CalendarScheduleTests {
    private static let paris = Zone("Europe/Paris")!

    private func elapses(_ recurrence: Recurrence, after moment: String, _ count: Int = 3) throws -> [String] {
        var moment = try #require(Instant(moment))
        return (0..<count).map { _ in
            moment = recurrence.next(after: moment)
            return moment.description
        }
    }

    @Test("A calendar expression elapses in its own zone, otherwise in the schedule's, otherwise in the lodge's")
    func zones() throws {
        let monday = "2026-11-23T12:00:00Z"
        #expect(
            try elapses(.calendar("Mon..Fri 08:00", in: Self.paris), after: monday, 1) == ["2026-11-24T07:00:00Z"])
        #expect(
            try elapses(.calendar("Mon..Fri 08:00 Asia/Tokyo", in: Self.paris), after: monday, 1) == [
                "2026-11-23T23:00:00Z"
            ])
        let contents = try ProviderContents(
            ProviderManifest(id: "toy", version: "1.0.0", name: words("toy"), summary: words("toy")), services: [],
            tasks: Loan.tasks,
            schedules: [
                Schedule(Loan.clean, .calendar("08:00")),
                Schedule(Loan.clean, .calendar("08:00 UTC"), id: "toy.utc"),
                Schedule(Loan.clean, .calendar("08:00", in: .utc), id: "toy.other"),
            ], zone: Self.paris)
        #expect(
            contents.schedules.map(\.recurrence.description) == [
                "*-*-* 08:00:00 Europe/Paris", "*-*-* 08:00:00 UTC", "*-*-* 08:00:00 UTC",
            ])
    }

    @Test("Two spellings of the same expression are the same recurrence, so that a rewritten expression shifts nothing")
    func normalised() {
        let forms = ["Mon,Tue,Wed 8:0", "mon..wed *-*-* 08:00:00"].map { Recurrence.calendar($0, in: .utc).description }
        #expect(forms == ["Mon..Wed *-*-* 08:00:00 UTC", "Mon..Wed *-*-* 08:00:00 UTC"])
    }

    @Test("Over both clock changes a time of day is neither lost nor doubled, and quarters keep their cadence")
    func changes() throws {
        #expect(
            try elapses(.calendar("02:30", in: Self.paris), after: "2026-03-28T12:00:00Z", 2) == [
                "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z",
            ])
        #expect(
            try elapses(.calendar("02:30", in: Self.paris), after: "2026-10-24T12:00:00Z", 2) == [
                "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z",
            ])
        #expect(
            try elapses(.calendar("*:0/15", in: Self.paris), after: "2026-10-25T00:40:00Z") == [
                "2026-10-25T00:45:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:15:00Z",
            ])
    }

    @Test("A calendar schedule elapses on whole seconds, at most once in each")
    func seconds() throws {
        #expect(
            try elapses(.calendar("*:*:0/0.1"), after: "2026-11-23T08:00:00.250Z") == [
                "2026-11-23T08:00:01Z", "2026-11-23T08:00:02Z", "2026-11-23T08:00:03Z",
            ])
    }

    @Test("An expression that never elapses again is due in 2200, and every elapse is later than the given instant")
    func never() throws {
        #expect(try elapses(.calendar("*-02-31"), after: "2026-11-23T08:00:00Z", 1) == ["2200-01-01T00:00:00Z"])
        #expect(
            try elapses(.calendar("2026-12-01 08:00", in: Self.paris), after: "2026-11-23T08:00:00Z", 2) == [
                "2026-12-01T07:00:00Z", "2200-01-01T00:00:00Z",
            ])
        let later = try #require(Instant("2200-06-01T00:00:00Z"))
        #expect(Recurrence.calendar("daily").next(after: later) > later)
    }

    @Test("Runs are created at the elapses of the calendar expression")
    func runs() throws {
        let start = try #require(Instant("2026-11-27T08:30:00Z"))
        let bench = try Bench(schedules: [Schedule(Loan.clean, .calendar("Mon..Fri 08:00 Europe/Paris"))], at: start)
        #expect(bench.nextDue == Instant("2026-11-30T07:00:00Z"))
        bench.now = try #require(bench.nextDue)
        try bench.decide(.wake)
        #expect(bench.memory.runs.count == 1)
        #expect(bench.nextDue == Instant("2026-12-01T07:00:00Z"))
    }
}
