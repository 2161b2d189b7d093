/// A day of the proleptic Gregorian calendar, in no particular zone, of the years 1 to 9999.
public struct LocalDate: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The year, as on a calendar: 1 to 9999.
    public let year: Int
    /// The month of the year: 1 (January) to 12.
    public let month: Int
    /// The day of the month: 1 to 31, never more than the month has.
    public let day: Int

    /// Makes a day; nil if the calendar has no such day, and beyond the years 1 to 9999.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.length(ofMonth: month, year: year)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// Reads `2026-11-23`; nil for anything else and for a day that does not exist.
    public init?(_ text: String) {
        var reader = DigitReader(text)
        guard let date = reader.date(), reader.isAtEnd else { return nil }
        self = date
    }

    /// The first and the last day, in days after 1970-01-01.
    private static let days = -719_162...2_932_896

    /// The day that is `days` days after 1970-01-01, clamped to the years 1 to 9999.
    ///
    /// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
    public init(daysSinceEpoch days: Int) {
        let days = min(max(days, Self.days.lowerBound), Self.days.upperBound)
        let (era, dayOfEra) = (days + 719_468).quotientAndRemainder(flooringBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shifted + 2) / 5 + 1
        month = shifted < 10 ? shifted + 3 : shifted - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days after 1970-01-01: the inverse of ``init(daysSinceEpoch:)``.
    public var daysSinceEpoch: Int { Self.days(year: year, month: month, day: day) }

    /// Days from 1970-01-01 to a date: `days_from_civil` of the same source.
    static func days(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shiftedYear.quotientAndRemainder(flooringBy: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// On which day of the week it falls, by the Gregorian calendar.
    public var weekday: Weekday {
        // 1970-01-01 was a Thursday, the fourth of the week.
        Weekday.allCases[(daysSinceEpoch + 3).quotientAndRemainder(flooringBy: 7).remainder]
    }

    /// The Monday of the day's week (ISO 8601).
    public var monday: LocalDate { adding(days: -(daysSinceEpoch + 3).quotientAndRemainder(flooringBy: 7).remainder) }

    /// The day that is `days` days later, or earlier if negative.
    public func adding(days: Int) -> LocalDate {
        let (sum, overflow) = daysSinceEpoch.addingReportingOverflow(days)
        return LocalDate(daysSinceEpoch: overflow ? (days < 0 ? .min : .max) : sum)
    }

    /// `2026-11-23`.
    public var description: String { DigitWriter.text(10) { $0.put(self) } }

    /// Whether the left day is earlier.
    public static func < (left: LocalDate, right: LocalDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    static func isLeap(_ year: Int) -> Bool { (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 }
}

extension LocalDate: Codable {
    /// Reads `2026-11-23`.
    public init(from decoder: any Decoder) throws {
        self = try decoder.value("a day like 2026-11-23") { LocalDate($0) }
    }

    /// Writes `2026-11-23`.
    public func encode(to encoder: any Encoder) throws { try encoder.write(description) }
}

/// A day of the week, Monday first (ISO 8601).
public enum Weekday: String, Sendable, CaseIterable, Codable {
    // The names are the documentation.
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday

    /// As calendar expressions write it: `Mon`.
    package var abbreviation: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst().prefix(2) }
}
