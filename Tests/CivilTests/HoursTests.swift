import Civil
import Foundation
import Testing

@Suite("Hours of a day")
struct HoursTests {
    private let day = LocalDate("2026-11-27") ?? LocalDate(daysSinceEpoch: 0)

    private func hours(_ text: String) throws -> Hours { try #require(Hours(text)) }

    private func paris() throws -> Zone { try #require(Zone("Europe/Paris")) }

    @Test(
        "Hours are read as people type them in either language",
        arguments: [
            ("07:00-22:00", "07:00-22:00"), ("7h-22h", "07:00-22:00"), ("7h30-12h", "07:30-12:00"),
            ("7:30-12:00", "07:30-12:00"), ("7 h 30 \u{2013} 12 h", "07:30-12:00"), (" 07H00 - 22H15 ", "07:00-22:15"),
            ("7\u{A0}h\u{A0}30\u{A0}\u{2013} 12\u{A0}h", "07:30-12:00"), ("0h-23h59", "00:00-23:59"),
        ])
    func typed(_ text: String, _ written: String) {
        #expect(Hours(typed: text)?.description == written)
    }

    @Test(
        "Anything else is refused, and an end that is not after the start",
        arguments: [
            "7-22", "7h", "7h-", "-7h", "7:-22:", "7h5-8h", "7h-25h", "7h60-8h", "22h-7h", "7h-7h", "7h-8h-9h", "",
            "7:30:00-8:00", "a7h-8h", "7h+5-8h", "123h-124h", "٧h-٨h",
        ])
    func refused(_ text: String) {
        #expect(Hours(typed: text) == nil)
    }

    @Test("What is stored has one form")
    func stored() throws {
        let bytes = try JSONEncoder().encode([try hours("07:00-22:00")])
        #expect(String(decoding: bytes, as: UTF8.self) == #"["07:00-22:00"]"#)
        #expect(try JSONDecoder().decode([Hours].self, from: bytes) == [try hours("07:00-22:00")])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Hours].self, from: Data(#"["7h-22h"]"#.utf8)) }
    }

    @Test("Hours contain their start, not their end, and other hours within them")
    func contains() throws {
        let lodge = try hours("07:00-22:00")
        for (time, isWithin) in [("06:59", false), ("07:00", true), ("21:59", true), ("22:00", false)] {
            #expect(lodge.contains(try #require(TimeOfDay(time))) == isWithin)
        }
        #expect(lodge.contains(lodge))
        #expect(lodge.contains(try hours("09:00-12:00")))
        #expect(!lodge.contains(try hours("06:00-12:00")))
        #expect(!lodge.contains(try hours("21:00-22:01")))
    }

    @Test("On a day without a change of clocks, the range is as long as the hours")
    func range() throws {
        let range = try hours("09:00-12:00").range(on: day, in: paris())
        #expect(range.lowerBound.description == "2026-11-27T08:00:00Z")
        #expect(range.length == .hours(3))
    }

    @Test(
        "On a day on which the clocks change, the range is as long as the hours last",
        arguments: [
            ("2026-03-29", "01:00-04:00", Duration.hours(2)), ("2026-03-29", "02:10-02:50", .zero),
            ("2026-03-29", "02:30-03:30", .minutes(30)), ("2026-03-29", "07:00-22:00", .hours(15)),
            ("2026-10-25", "01:00-04:00", .hours(4)), ("2026-10-25", "02:00-03:00", .hours(2)),
            ("2026-10-25", "07:00-22:00", .hours(15)),
        ])
    func clockChange(_ day: String, _ text: String, _ length: Duration) throws {
        let range = try hours(text).range(on: try #require(LocalDate(day)), in: paris())
        #expect(range.length == length)
    }
}
