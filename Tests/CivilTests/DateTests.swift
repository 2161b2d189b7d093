import Civil
import Foundation
import Testing

@Suite("Days and times of day")
struct DateTests {
    @Test("Every day from 1600 to 2400 follows the one before it and has its number of days since 1970")
    func days() throws {
        let first = try #require(LocalDate(year: 1600, month: 1, day: 1))
        // 1600-01-01 was a Saturday.
        var weekday = 5
        var (year, month, day) = (1600, 1, 1)
        for number in first.daysSinceEpoch..<(first.daysSinceEpoch + 292_194) {
            let date = LocalDate(daysSinceEpoch: number)
            guard (date.year, date.month, date.day) == (year, month, day), date.daysSinceEpoch == number,
                date.weekday == Weekday.allCases[weekday], LocalDate(date.description) == date
            else {
                Issue.record("\(year)-\(month)-\(day) came out as \(date), \(date.weekday)")
                return
            }
            weekday = (weekday + 1) % 7
            // The leap year rule, written differently from the code under test.
            let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
            let length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
            (day, month) = day == length ? (1, month + 1) : (day + 1, month)
            if month == 13 { (month, year) = (1, year + 1) }
        }
        #expect((year, month, day) == (2400, 1, 1))
    }

    @Test(
        "Known days have their weekdays",
        arguments: [
            ("1970-01-01", Weekday.thursday), ("2026-11-23", .monday), ("2000-02-29", .tuesday),
            ("1969-12-31", .wednesday),
        ])
    func weekdays(text: String, weekday: Weekday) throws {
        #expect(try #require(LocalDate(text)).weekday == weekday)
    }

    @Test(
        "A day is typed in ISO or day first, and never month first",
        arguments: [
            ("2026-12-24", "2026-12-24"), ("24/12/2026", "2026-12-24"), ("1.6.2026", "2026-06-01"),
            ("01-06-2026", "2026-06-01"), ("12/24/2026", nil), ("31/06/2026", nil), ("24/12/26", nil),
            ("24/12-2026", nil), ("", nil), ("24/12/2026 ", nil), ("+4/12/2026", nil),
        ] as [(String, String?)])
    func typed(_ text: String, _ day: String?) {
        #expect(LocalDate(typed: text)?.description == day)
    }

    @Test("The epoch is day 0")
    func epoch() {
        #expect(LocalDate("1970-01-01")?.daysSinceEpoch == 0)
        #expect(LocalDate(daysSinceEpoch: -1).description == "1969-12-31")
        #expect(LocalDate("2026-12-31")?.adding(days: 1).description == "2027-01-01")
        #expect(LocalDate("2026-03-01")?.adding(days: -1).description == "2026-02-28")
    }

    @Test(
        "A text that is not an existing day is refused",
        arguments: [
            "2026-02-29", "1900-02-29", "2026-04-31", "2026-00-01", "2026-13-01", "2026-01-00", "2026-1-1", "20260101",
            "2026-01-01 ", "", "x", "2026/01/01", "-2026-01-01",
        ])
    func badDate(text: String) {
        #expect(LocalDate(text) == nil)
    }

    @Test("Days are ordered")
    func order() throws {
        let days = ["2025-12-31", "2026-01-01", "2026-01-02", "2026-02-01"].compactMap { LocalDate($0) }
        #expect(days.count == 4)
        #expect(days.shuffled().sorted() == days)
    }

    @Test("Every time of day parses as it was written")
    func times() {
        for minutes in 0..<1440 {
            let time = TimeOfDay(minutes: minutes)
            #expect(TimeOfDay(time.description) == time)
            #expect(TimeOfDay(hour: minutes / 60, minute: minutes % 60) == time)
            #expect(time.minutes == minutes)
        }
        #expect(TimeOfDay("07:30")?.minutes == 450)
        #expect(TimeOfDay(minutes: -1).description == "23:59")
        #expect(TimeOfDay(minutes: 1441).description == "00:01")
        #expect(TimeOfDay(minutes: 0) < TimeOfDay(minutes: 1))
    }

    @Test(
        "A time that the wall clock never shows is refused",
        arguments: [
            "24:00", "7:30", "07:60", "0730", "", "07:30:00", "07h30", " 07:30",
        ])
    func badTime(text: String) throws {
        #expect(TimeOfDay(text) == nil)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([TimeOfDay].self, from: JSONEncoder().encode([text]))
        }
    }

    @Test(
        "Spans are read in systemd's units and summed",
        arguments: [
            ("30s", 30), ("15min", 900), ("4h", 14_400), ("3 days", 259_200), ("1d 12h", 129_600), ("1h30m", 5400),
            ("90", 90),
            ("2weeks", 1_209_600), ("0", 0), (" 5 sec ", 5), ("1 hour", 3600), ("36525 days", 3_155_760_000),
            ("36524 days 24h", 3_155_760_000),
        ])
    func spans(text: String, seconds: Int) throws {
        #expect(TimeSpan(text)?.duration == .seconds(seconds))
        let decoded = try JSONDecoder().decode([TimeSpan].self, from: JSONEncoder().encode([text]))
        #expect(decoded == [TimeSpan(.seconds(seconds))])
    }

    @Test(
        "A text that is not a span is refused, and so is a span of more than 100 years",
        arguments: [
            "", " ", "h", "-1s", "3 months", "1.5h", "1y", "s30", "1h!", "99999999999999999999s", "9999999999999", "٣s",
            "500000 weeks", "36526 days", "36525 days 1s", "3155760001",
        ])
    func badSpan(text: String) {
        #expect(TimeSpan(text) == nil)
    }

    @Test("A bare number in a configuration is in seconds; a negative or too large number is refused")
    func spanNumbers() throws {
        func decode(_ text: String) throws -> [TimeSpan] {
            try JSONDecoder().decode([TimeSpan].self, from: Data(text.utf8))
        }
        #expect(try decode("[90]") == [TimeSpan(.seconds(90))])
        #expect(throws: DecodingError.self) { try decode("[-1]") }
        #expect(throws: DecodingError.self) { try decode("[9223372036854775807]") }
        #expect(try decode("[3155760000]") == [.longest])
        let error = #expect(throws: DecodingError.self) { try decode("[3155760001]") }
        #expect("\(try #require(error))".contains("100 years at most"))
    }

    @Test("A span of thousands of parts is their sum, or is refused if the sum is too long")
    func manyParts() {
        #expect(TimeSpan(String(repeating: "1h ", count: 9_500))?.duration == .hours(9_500))
        #expect(TimeSpan(String(repeating: "1000000000s ", count: 9_500)) == nil)
        #expect(TimeSpan(String(repeating: "1099511627775s ", count: 9_500)) == nil)
    }

    @Test("Days outside the years 1 to 9999 are refused, and adding days stays within them")
    func boundedDays() throws {
        #expect(LocalDate("0000-12-31") == nil)
        #expect(LocalDate(year: 10_000, month: 1, day: 1) == nil)
        let (first, last) = (try #require(LocalDate("0001-01-01")), try #require(LocalDate("9999-12-31")))
        for days in [Int.max, Int.min, 4_000_000, -4_000_000] {
            #expect(first.adding(days: days) == (days < 0 ? first : last))
            #expect(last.adding(days: days) == (days < 0 ? first : last))
        }
        #expect(last.adding(days: -1).adding(days: 1) == last)
    }

    @Test("A span is written in the largest units and parses as the same span")
    func writtenSpan() {
        #expect(TimeSpan(.seconds(131_405)).description == "1d 12h 30min 5s")
        #expect(TimeSpan(.zero).description == "0s")
        for _ in 0..<500 {
            let span = TimeSpan(.seconds(Int.random(in: 0...10_000_000)))
            #expect(TimeSpan(span.description) == span)
        }
    }
}
