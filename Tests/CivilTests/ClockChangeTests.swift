import Testing

@testable import Civil

@Suite("Calendar expressions at clock changes") struct ClockChangeTests {
    /// Elapses as local times with their offset from UTC: `2026-03-29 03:00 02:00`.
    private func elapses(
        _ expression: String, _ zone: String, after moment: String, _ count: Int = 3
    ) throws -> [String] {
        let zone = try #require(Zone(zone))
        let start = try #require(CalendarExpression("\(moment) UTC").next(after: 0, in: .utc))
        return try CalendarExpression(expression).elapses(after: start, in: zone, limit: count).map { elapse in
            let offset = Int64(zone.offset(at: Instant(milliseconds: elapse / 1000)))
            let local = WallTime(microseconds: elapse + offset * 1_000_000)
            let minutes = Int(local.microsecond / 60_000_000)
            return "\(local.date) "
                + "\((minutes / 60).padded(2)):\((minutes % 60).padded(2)) "
                + "\((Int(offset) / 3600).padded(2)):\((Int(offset) / 60 % 60).padded(2))"
        }
    }

    @Test("A daily time that is skipped in spring elapses at the first instant after the gap")
    func gap() throws {
        #expect(
            try elapses("02:30", "Europe/Paris", after: "2026-03-28 00:00") == [
                "2026-03-28 02:30 01:00", "2026-03-29 03:00 02:00", "2026-03-30 02:30 02:00",
            ])
    }

    @Test("All times that fall into one gap, and a time at its end, elapse together once")
    func gapOnce() throws {
        #expect(
            try elapses("01..04:0/30", "Europe/Paris", after: "2026-03-29 00:00", 6) == [
                "2026-03-29 01:30 01:00", "2026-03-29 03:00 02:00", "2026-03-29 03:30 02:00",
                "2026-03-29 04:00 02:00", "2026-03-29 04:30 02:00", "2026-03-30 01:00 02:00",
            ])
    }

    @Test("The elapse of a gap is found once: from just before it, but not from the elapse itself")
    func gapEdge() throws {
        let expression = try CalendarExpression("02:30")
        let paris = try #require(Zone("Europe/Paris"))
        let change: Int64 = 1_774_746_000_000_000
        #expect(expression.next(after: change - 1, in: paris) == change)
        #expect(expression.next(after: change, in: paris) == change + 84_600_000_000)
    }

    @Test("A daily time that occurs twice in autumn elapses the first time")
    func twice() throws {
        #expect(
            try elapses("02:30", "Europe/Paris", after: "2026-10-24 12:00") == [
                "2026-10-25 02:30 02:00", "2026-10-26 02:30 01:00", "2026-10-27 02:30 01:00",
            ])
        // Between the two occurrences the time has already elapsed.
        #expect(
            try elapses("02:30", "Europe/Paris", after: "2026-10-25 01:00", 1) == ["2026-10-26 02:30 01:00"])
    }

    @Test("An expression that matches every hour keeps its cadence: every real quarter in spring, both times in autumn")
    func cadence() throws {
        #expect(
            try elapses("*:0/15", "Europe/Paris", after: "2026-03-29 00:30") == [
                "2026-03-29 01:45 01:00", "2026-03-29 03:00 02:00", "2026-03-29 03:15 02:00",
            ])
        #expect(
            try elapses("hourly", "Europe/Paris", after: "2026-10-24 23:30", 4) == [
                "2026-10-25 02:00 02:00", "2026-10-25 02:00 01:00", "2026-10-25 03:00 01:00",
                "2026-10-25 04:00 01:00",
            ])
        #expect(
            try elapses("0..23:40", "Europe/Paris", after: "2026-10-24 23:50") == [
                "2026-10-25 02:40 02:00", "2026-10-25 02:40 01:00", "2026-10-25 03:40 01:00",
            ])
    }

    @Test("An expression that names hours, however many, elapses once for each of them")
    func manyHours() throws {
        #expect(
            try elapses("0..12:0/30", "Europe/Paris", after: "2026-10-24 23:45", 4) == [
                "2026-10-25 02:00 02:00", "2026-10-25 02:30 02:00", "2026-10-25 03:00 01:00",
                "2026-10-25 03:30 01:00",
            ])
        #expect(
            try elapses("0/2:00", "Europe/Paris", after: "2026-03-28 22:30") == [
                "2026-03-29 00:00 01:00", "2026-03-29 03:00 02:00", "2026-03-29 04:00 02:00",
            ])
    }

    @Test("Lord Howe's half-hour clock changes are handled")
    func halfHour() throws {
        // Forward from 02:00 to 02:30 on 4 October 2026, back from 02:00 to 01:30 on 4 April 2027.
        #expect(
            try elapses("02:15", "Australia/Lord_Howe", after: "2026-10-02 12:00") == [
                "2026-10-03 02:15 10:30", "2026-10-04 02:30 11:00", "2026-10-05 02:15 11:00",
            ])
        #expect(
            try elapses("01:45", "Australia/Lord_Howe", after: "2027-04-03 13:00", 2) == [
                "2027-04-04 01:45 11:00", "2027-04-05 01:45 10:30",
            ])
        #expect(
            try elapses("*:0/15", "Australia/Lord_Howe", after: "2027-04-03 14:20", 6) == [
                "2027-04-04 01:30 11:00", "2027-04-04 01:45 11:00", "2027-04-04 01:30 10:30",
                "2027-04-04 01:45 10:30", "2027-04-04 02:00 10:30", "2027-04-04 02:15 10:30",
            ])
        #expect(
            try elapses("*:0/15", "Australia/Lord_Howe", after: "2026-10-03 15:20", 3) == [
                "2026-10-04 02:30 11:00", "2026-10-04 02:45 11:00", "2026-10-04 03:00 11:00",
            ])
    }

    @Test("A time on 30 December 2011, the day that Samoa skipped, elapses at the start of the next day")
    func skippedDay() throws {
        let day = "2011-12-29 22:00"
        #expect(
            try elapses("08:00", "Pacific/Apia", after: day) == [
                "2011-12-31 00:00 14:00", "2011-12-31 08:00 14:00", "2012-01-01 08:00 14:00",
            ])
        #expect(try elapses("2011-12-30 08:00", "Pacific/Apia", after: day) == ["2011-12-31 00:00 14:00"])
        #expect(
            try elapses("Fri 10:00", "Pacific/Apia", after: day, 2) == [
                "2011-12-31 00:00 14:00", "2012-01-06 10:00 14:00",
            ])
        #expect(try elapses("Fri *-12-30 *:00", "Pacific/Apia", after: day, 1) == ["2016-12-30 00:00 14:00"])
        #expect(
            try elapses("hourly", "Pacific/Apia", after: "2011-12-30 08:30", 2) == [
                "2011-12-29 23:00 -10:00", "2011-12-31 00:00 14:00",
            ])
    }

    @Test("Casablanca's clocks go back for Ramadan, on dates that the zone's data list")
    func listedDates() throws {
        // Back from 03:00 to 02:00 on 15 February 2026, forward from 02:00 to 03:00 on 22 March 2026.
        #expect(
            try elapses("02:30", "Africa/Casablanca", after: "2026-02-14 12:00", 2) == [
                "2026-02-15 02:30 01:00", "2026-02-16 02:30 00:00",
            ])
        #expect(
            try elapses("02:30", "Africa/Casablanca", after: "2026-03-21 12:00", 2) == [
                "2026-03-22 03:00 01:00", "2026-03-23 02:30 01:00",
            ])
    }

    @Test("Clock changes of future years follow the zone's rule")
    func yearsToCome() throws {
        #expect(
            try elapses("02:30", "Europe/Paris", after: "2098-03-29 12:00", 1) == ["2098-03-30 03:00 02:00"])
        #expect(try elapses("*-10-* 02:30", "Europe/Dublin", after: "2150-10-24 12:00", 1).count == 1)
    }
}
