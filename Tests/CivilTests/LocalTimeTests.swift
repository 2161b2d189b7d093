import Civil
import Foundation
import Testing

@Suite("Local times")
struct LocalTimeTests {
    private func instant(_ zone: String, _ day: String, _ time: String) throws -> String {
        try #require(Zone(zone)).instant(of: #require(LocalDate(day)), at: #require(TimeOfDay(time))).description
    }

    @Test(
        "A local time is converted to the instant at which the wall clock shows it",
        arguments: [
            ("Europe/Paris", "2026-11-23", "09:00", "2026-11-23T08:00:00Z"),
            ("Europe/Paris", "2026-07-01", "09:00", "2026-07-01T07:00:00Z"),
            ("UTC", "2026-07-01", "09:00", "2026-07-01T09:00:00Z"),
            ("Asia/Kolkata", "2026-07-01", "00:10", "2026-06-30T18:40:00Z"),
            ("Pacific/Kiritimati", "2026-07-01", "13:00", "2026-06-30T23:00:00Z"),
        ])
    func plain(zone: String, day: String, time: String, expected: String) throws {
        #expect(try instant(zone, day, time) == expected)
    }

    @Test(
        "A time in a gap is converted to the first instant after the gap",
        arguments: [
            ("Europe/Paris", "2026-03-29", "01:59", "2026-03-29T00:59:00Z"),
            ("Europe/Paris", "2026-03-29", "02:00", "2026-03-29T01:00:00Z"),
            ("Europe/Paris", "2026-03-29", "02:59", "2026-03-29T01:00:00Z"),
            ("Europe/Paris", "2026-03-29", "03:00", "2026-03-29T01:00:00Z"),
            // A gap of half an hour.
            ("Australia/Lord_Howe", "2026-10-04", "01:59", "2026-10-03T15:29:00Z"),
            ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30:00Z"),
            ("Australia/Lord_Howe", "2026-10-04", "02:30", "2026-10-03T15:30:00Z"),
            // A whole day that Samoa skipped.
            ("Pacific/Apia", "2011-12-29", "23:59", "2011-12-30T09:59:00Z"),
            ("Pacific/Apia", "2011-12-30", "00:00", "2011-12-30T10:00:00Z"),
            ("Pacific/Apia", "2011-12-30", "12:00", "2011-12-30T10:00:00Z"),
            ("Pacific/Apia", "2011-12-30", "23:59", "2011-12-30T10:00:00Z"),
            ("Pacific/Apia", "2011-12-31", "00:00", "2011-12-30T10:00:00Z"),
            ("Pacific/Apia", "2011-12-31", "12:00", "2011-12-30T22:00:00Z"),
        ])
    func gap(zone: String, day: String, time: String, expected: String) throws {
        #expect(try instant(zone, day, time) == expected)
    }

    @Test(
        "A time that occurs twice is converted to the first instant",
        arguments: [
            ("Europe/Paris", "2026-10-25", "01:59", "2026-10-24T23:59:00Z"),
            ("Europe/Paris", "2026-10-25", "02:00", "2026-10-25T00:00:00Z"),
            ("Europe/Paris", "2026-10-25", "02:59", "2026-10-25T00:59:00Z"),
            ("Europe/Paris", "2026-10-25", "03:00", "2026-10-25T02:00:00Z"),
            ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45:00Z"),
            ("Australia/Lord_Howe", "2026-04-05", "02:00", "2026-04-04T15:30:00Z"),
            // The clock went back over midnight.
            ("America/Sao_Paulo", "2018-02-17", "23:30", "2018-02-18T01:30:00Z"),
            ("America/Sao_Paulo", "2018-02-18", "00:00", "2018-02-18T03:00:00Z"),
        ])
    func twice(zone: String, day: String, time: String, expected: String) throws {
        #expect(try instant(zone, day, time) == expected)
    }

    @Test(
        "The local time of an instant converts back to that instant, or to the first of two with the same local time",
        arguments: [
            "Europe/Paris", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo", "UTC", "Africa/Casablanca",
        ])
    func roundTrip(name: String) throws {
        let zone = try #require(Zone(name))
        for _ in 0..<3000 {
            let instant = Instant(milliseconds: Int64.random(in: 15_000_000..<33_000_000) * 60_000)
            let local = zone.local(instant)
            let back = zone.instant(of: local.date, at: local.time)
            #expect(back <= instant)
            #expect(zone.local(back) == local)
        }
    }

    @Test("The local time of an instant before 1970 is correct")
    func early() throws {
        let local = Zone.utc.local(Instant(milliseconds: -1))
        #expect(local.date.description == "1969-12-31")
        #expect(local.time.description == "23:59")
    }

    @Test("Zones have their names, and an unknown name is refused")
    func names() throws {
        #expect(Zone("Europe/Paris")?.description == "Europe/Paris")
        #expect(Zone("UTC")?.description == "UTC")
        #expect(Zone("UTC") == .utc)
        #expect(Zone("Europe/Lutetia") == nil)
        #expect(Zone("") == nil)
        let decoded = try JSONDecoder().decode([Zone].self, from: Data(#"["Europe/Paris"]"#.utf8))
        #expect(decoded == [try #require(Zone("Europe/Paris"))])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Zone].self, from: Data(#"["Mars"]"#.utf8)) }
    }

    @Test("The offset is how far the wall clock is ahead of UTC, in seconds")
    func offset() throws {
        let paris = try #require(Zone("Europe/Paris"))
        #expect(paris.offset(at: try #require(Instant("2026-03-29T00:59:59Z"))) == 3600)
        #expect(paris.offset(at: try #require(Instant("2026-03-29T01:00:00Z"))) == 7200)
        #expect(Zone.utc.offset(at: Instant(milliseconds: 0)) == 0)
    }
}
