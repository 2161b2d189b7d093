import Testing

@testable import conciergectl

@Suite struct TimeTests {
    @Test(
        "A time is sent as UTC, and one without a zone is the caller's",
        arguments: [
            ("2026-11-24T09:00", "2026-11-24T08:00:00Z"),
            ("2026-11-24 09:00", "2026-11-24T08:00:00Z"),
            ("2026-07-14 09:00:30", "2026-07-14T07:00:30Z"),
            ("2026-11-24T09:00:00Z", "2026-11-24T09:00:00Z"),
            ("2026-11-24T09:00:00.25+05:30", "2026-11-24T03:30:00.25Z"),
            ("2026-01-01T00:30", "2025-12-31T23:30:00Z"),
            ("2028-02-29T12:00:00-01:00", "2028-02-29T13:00:00Z"),
            ("2026-10-25 02:30", "2026-10-25T00:30:00Z"),
        ])
    func toUTC(_ text: String, _ utc: String) {
        #expect(WrittenTime(text)?.utcText(from: .paris) == utc)
    }

    @Test("A local time that the clocks skip in spring is no moment")
    func gap() throws {
        let time = try #require(WrittenTime("2026-03-29T02:30"))
        #expect(time.utcText(from: .paris) == nil)
        #expect(time.utcText(from: .utc) == "2026-03-29T02:30:00Z")
    }

    @Test(
        "What is no date or time is not read",
        arguments: [
            "", "tomorrow", "2026-02-29", "2026-13-01", "2026-11-24T", "2026-11-24T9:00", "2026-11-24T24:00",
            "2026-11-24T09:60", "2026-11-24T09:00:00.Z", "2026-11-24T09:00+1", "2026-11-24T09:00Zulu", "26-11-24",
            "2026-11-24T09:00:00+25:00",
        ])
    func unreadable(_ text: String) {
        #expect(WrittenTime(text) == nil)
    }

    @Test("Days before 1970 and in leap years count right, there and back")
    func days() {
        let days: [(Int64, String)] = [(-1, "1969-12-31"), (951_782_400, "2000-02-29"), (4_107_542_400, "2100-03-01")]
        for (seconds, date) in days {
            #expect(CivilTime(seconds: seconds).dateText == date)
            #expect(CivilTime(seconds: seconds).seconds == seconds)
        }
    }

    @Test("The daemon's times are shown in the caller's zone")
    func short() {
        let times = TimeFormat(zone: .paris, language: .en, now: 0)
        #expect(times.short("2026-11-24T08:00:00Z") == "2026-11-24 09:00")
        #expect(times.short("2026-06-30T23:30:00.5Z") == "2026-07-01 01:30")
        #expect(times.short("soon") == "soon")
        #expect(times.short(nil) == "")
    }

    @Test(
        "A distance is in the nearest whole unit, in both languages",
        arguments: [
            (0, "now", "maintenant"), (40, "in 40 s", "dans 40 s"), (-120, "2 min ago", "il y a 2 min"),
            (3_590, "in 1 h", "dans 1 h"), (3 * 3_600 - 60, "in 3 h", "dans 3 h"),
            (-3 * 86_400, "3 d ago", "il y a 3 j"),
        ] as [(Int64, String, String)])
    func distance(_ seconds: Int64, _ english: String, _ french: String) {
        let words = TimeFormat(zone: .utc, language: .en, now: 0).distance(seconds)
        #expect(words == Words(fr: french, en: english))
    }

    @Test("The system's zone is the one that the C library uses")
    func systemZone() {
        #expect((-50_400...50_400).contains(Zone.system.offset(1_795_507_200)))
    }
}
