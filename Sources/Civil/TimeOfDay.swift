/// A time on the wall clock, to the minute: `07:30`.
public struct TimeOfDay: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Minutes since midnight, 0 to 1439.
    public let minutes: Int

    /// Makes a time; nil if a wall clock never shows it.
    public init?(hour: Int, minute: Int) {
        guard (0..<24).contains(hour), (0..<60).contains(minute) else { return nil }
        minutes = hour * 60 + minute
    }

    /// Reads `07:30`; nil for anything else.
    public init?(_ text: String) {
        var reader = DigitReader(text)
        guard let hour = reader.number(2), reader.skip(":"), let minute = reader.number(2), reader.isAtEnd else {
            return nil
        }
        self.init(hour: hour, minute: minute)
    }

    /// Reads a time as people type it: `07:30`, `7:30`, `7h30`, `7 h 30`, `7h`. Nil for anything else.
    public init?(typed text: String) {
        let parts = text.split(omittingEmptySubsequences: false) { ":hH".contains($0) }.map { part in
            String(part.filter { !$0.isWhitespace })
        }
        let isDigits = parts.allSatisfy { part in part.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        guard parts.count == 2, isDigits, (1...2).contains(parts[0].count), let hour = Int(parts[0]) else { return nil }
        switch parts[1].count {
        case 0 where !text.contains(":"): self.init(hour: hour, minute: 0)
        case 2: self.init(hour: hour, minute: Int(parts[1]) ?? 60)
        default: return nil
        }
    }

    /// The time that is `minutes` minutes after midnight, modulo a day.
    public init(minutes: Int) {
        self.minutes = minutes.quotientAndRemainder(flooringBy: 1440).remainder
    }

    /// `07:30`.
    public var description: String { DigitWriter.text(5) { $0.put(minutes: minutes) } }

    /// Whether the left time is earlier in the day.
    public static func < (left: TimeOfDay, right: TimeOfDay) -> Bool {
        left.minutes < right.minutes
    }
}

extension TimeOfDay: Codable {
    /// Reads `07:30`.
    public init(from decoder: any Decoder) throws {
        self = try decoder.value("a time of day like 07:30") { TimeOfDay($0) }
    }

    /// Writes `07:30`.
    public func encode(to encoder: any Encoder) throws { try encoder.write(description) }
}
