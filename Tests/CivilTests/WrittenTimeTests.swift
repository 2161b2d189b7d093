import Civil
import Testing

@Suite("Written times")
struct WrittenTimeTests {
    private let paris = Zone("Europe/Paris") ?? .utc

    @Test(
        "A time with an offset is that instant, and a time without one is read in the zone",
        arguments: [
            ("2026-11-24T09:00", "2026-11-24T08:00:00Z"),
            ("2026-11-24 09:00", "2026-11-24T08:00:00Z"),
            ("2026-07-14 09:00:30", "2026-07-14T07:00:30Z"),
            ("2026-11-24T09:00:00Z", "2026-11-24T09:00:00Z"),
            ("2026-11-24T09:00:00.25+05:30", "2026-11-24T03:30:00.250Z"),
            ("2026-01-01T00:30", "2025-12-31T23:30:00Z"),
            ("2028-02-29T12:00:00-01:00", "2028-02-29T13:00:00Z"),
            ("2026-10-25 02:30", "2026-10-25T00:30:00Z"),
            ("2026-11-24", "2026-11-23T23:00:00Z"),
        ])
    func instant(_ text: String, _ utc: String) {
        #expect(WrittenTime(text)?.instant(in: paris)?.description == utc)
    }

    @Test("A local time that the clocks skip in spring has no instant")
    func gap() throws {
        let time = try #require(WrittenTime("2026-03-29T02:30"))
        #expect(time.instant(in: paris) == nil)
        #expect(time.instant(in: .utc)?.description == "2026-03-29T02:30:00Z")
    }

    @Test(
        "A text that is not a date or a time is refused",
        arguments: [
            "", "tomorrow", "2026-02-29", "2026-13-01", "2026-11-24T", "2026-11-24T9:00", "2026-11-24T24:00",
            "2026-11-24T09:60", "2026-11-24T09:00:00.Z", "2026-11-24T09:00+1", "2026-11-24T09:00Zulu", "26-11-24",
            "2026-11-24T09:00:00+25:00",
        ])
    func unreadable(_ text: String) {
        #expect(WrittenTime(text) == nil)
    }

    @Test("A missing time of day or offset is nil, and a fraction is kept to the microsecond")
    func parts() throws {
        #expect(try #require(WrittenTime("2026-11-24")).microsecond == nil)
        #expect(try #require(WrittenTime("2026-11-24T09:00")).offset == nil)
        #expect(try #require(WrittenTime("1970-01-01T00:00:00.1234567Z")).microseconds(in: .utc) == 123_456)
    }
}
