import Civil
import Foundation
import Testing

@Suite("Instants")
struct InstantTests {
    @Test(
        "An instant is written in UTC, with milliseconds if they are not zero",
        arguments: [
            (0, "1970-01-01T00:00:00Z"),
            (1, "1970-01-01T00:00:00.001Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (1_795_457_646_120, "2026-11-23T18:14:06.120Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (-62_135_596_800_000, "0001-01-01T00:00:00Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func written(milliseconds: Int64, text: String) {
        #expect(Instant(milliseconds: milliseconds).description == text)
        #expect(Instant(text) == Instant(milliseconds: milliseconds))
    }

    @Test("A written instant parses as the same instant")
    func roundTrip() {
        for _ in 0..<5000 {
            let instant = Instant(milliseconds: Int64.random(in: -62_135_596_800_000...253_402_300_799_999))
            #expect(Instant(instant.description) == instant)
        }
    }

    @Test(
        "Offsets, small letters, a space for the T, long fractions and a leap second are read",
        arguments: [
            ("2026-11-23T19:14:06+01:00", "2026-11-23T18:14:06Z"),
            ("2026-11-23T00:14:06-05:30", "2026-11-23T05:44:06Z"),
            ("2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00Z"),
            ("2026-11-23t18:14:06z", "2026-11-23T18:14:06Z"),
            ("2026-11-23 18:14:06Z", "2026-11-23T18:14:06Z"),
            ("2026-11-23T18:14:06.5Z", "2026-11-23T18:14:06.500Z"),
            ("2026-11-23T18:14:06.123999Z", "2026-11-23T18:14:06.123Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
        ])
    func read(text: String, same: String) {
        #expect(Instant(text)?.description == same)
    }

    @Test(
        "Any other text is refused",
        arguments: [
            "", "2026-11-23", "2026-11-23T18:14:06", "2026-11-23T18:14Z", "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-10T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T18:60:00Z", "2026-11-23T18:14:61Z",
            "2026-11-23T18:14:06.Z", "2026-11-23T18:14:06+1:00", "2026-11-23T18:14:06+24:00",
            "2026-11-23T18:14:06+01:60",
            "2026-11-23T18:14:06Z ", " 2026-11-23T18:14:06Z", "26-11-23T18:14:06Z", "2026-1-23T18:14:06Z",
            "0000-12-31T23:59:59Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:60Z", "9999-12-31T23:30:00-01:00",
            "٢٠٢٦-11-23T18:14:06Z", "2026-11-23T18:14:06Zé", "+026-11-23T18:14:06Z", "2026-11-23T18:14:06,5Z",
        ])
    func refused(text: String) {
        #expect(Instant(text) == nil)
    }

    @Test("Instants are encoded as their text, and an invalid text is a decoding error")
    func coded() throws {
        let instant = Instant(milliseconds: 1_795_457_646_120)
        let bytes = try JSONEncoder().encode([instant])
        #expect(String(decoding: bytes, as: UTF8.self) == #"["2026-11-23T18:14:06.120Z"]"#)
        #expect(try JSONDecoder().decode([Instant].self, from: bytes) == [instant])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Instant].self, from: Data(#"["soon"]"#.utf8)) }
    }

    @Test("Durations can be added and subtracted, and the difference of instants is a duration")
    func arithmetic() {
        let instant = Instant(milliseconds: 1000)
        #expect(instant + .days(1) == Instant(milliseconds: 86_401_000))
        #expect(instant - .minutes(1) == Instant(milliseconds: -59_000))
        #expect(instant + .hours(2) - instant == .seconds(7200))
        #expect(instant + .nanoseconds(1_999_999) == Instant(milliseconds: 1001))
        #expect(instant < instant + .milliseconds(1))
    }

    @Test(
        "However much is added or subtracted, the resulting instant can be written and read",
        arguments: [
            .zero, .days(36_525), .days(500_000 * 7), .days(3_000_000), .seconds(Int64.max), .seconds(Int64.min),
            .milliseconds(Int64.max), .milliseconds(Int64.min), .seconds(-1), .days(-800_000),
        ] as [Duration])
    func bounded(length: Duration) {
        for start in [0, 1_795_457_646_120, .max, .min, -62_135_596_800_000] as [Int64] {
            let start = Instant(milliseconds: start)
            for instant in [start, start + length, start - length] {
                #expect(Instant(instant.description) == instant)
                #expect((Instant.earliest...Instant.latest).contains(instant))
            }
        }
        #expect(Instant.latest.description == "9999-12-31T23:59:59.999Z")
        #expect(Instant.earliest + .seconds(Int64.max) == .latest)
        #expect(Instant.latest - .seconds(Int64.max) == .earliest)
    }
}
