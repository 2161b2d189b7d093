/// A day that comes every year, such as 1 November. 29 February is one of them, and comes in leap years alone.
public struct DayOfYear: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The month of the year: 1 (January) to 12.
    public let month: Int
    /// The day of the month: 1 to 31, never more than the month has in a leap year.
    public let day: Int

    /// Makes a day; nil if no year has it, such as 30 February.
    public init?(month: Int, day: Int) {
        guard (1...12).contains(month), day >= 1, day <= LocalDate.length(ofMonth: month, year: 2000) else {
            return nil
        }
        (self.month, self.day) = (month, day)
    }

    /// The day on which a date falls, whatever its year.
    public init(_ date: LocalDate) { (month, day) = (date.month, date.day) }

    /// Reads `1/11` or `01/11`, the day before the month; nil for anything else and for a day that no year has.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ (1...2).contains($0.utf8.count) && $0.utf8.allSatisfy(Self.isDigit) }),
            let day = Int(parts[0]), let month = Int(parts[1])
        else { return nil }
        self.init(month: month, day: day)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// `1/11`: the day before the month.
    public var description: String { "\(day)/\(month)" }

    /// Whether the left day comes earlier in a year.
    public static func < (left: DayOfYear, right: DayOfYear) -> Bool {
        (left.month, left.day) < (right.month, right.day)
    }
}
