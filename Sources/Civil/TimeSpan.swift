/// A length of time as people write it in a configuration: `30s`, `15min`, `4h`, `3 days`, `1d 12h`.
///
/// The units and their spellings are those of systemd.time(7), "Parsing Time Spans", up to weeks. Months and years are
/// missing, because their length varies. A number without a unit counts seconds. A span is 100 years long at most, so
/// that an instant that much later can be written.
public struct TimeSpan: Sendable, Hashable, Codable, CustomStringConvertible {
    /// How long it is; a day counts as 24 hours, a week as seven days.
    public let duration: Duration

    /// Takes a length as it is, a negative one too.
    public init(_ duration: Duration) {
        self.duration = duration
    }

    /// The longest span that is read: 100 years of 365.25 days.
    public static let longest = TimeSpan(.days(36_525))

    /// Reads a span, which is never negative; nil if a part is not a number with a known unit, or the span is longer
    /// than ``longest``.
    public init?(_ text: String) {
        var total = Int64(0)
        var rest = text.drop { $0 == " " }
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest[digits.endIndex...].drop { $0 == " " }
            let unit = rest.prefix { $0.isLetter }
            rest = rest[unit.endIndex...].drop { $0 == " " }
            guard let count = Int64(digits), let length = Self.seconds(of: unit) else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: length)
            guard !overflow, product <= Self.longestSeconds, total + product <= Self.longestSeconds else { return nil }
            total += product
        }
        duration = .seconds(total)
    }

    /// The span in the greatest units that fit: `1d 12h`.
    public var description: String {
        var seconds = duration.components.seconds
        guard seconds > 0 else { return "0s" }
        var parts: [String] = []
        for (unit, length) in [("d", Int64(86_400)), ("h", 3600), ("min", 60), ("s", 1)] where seconds >= length {
            parts.append("\(seconds / length)\(unit)")
            seconds %= length
        }
        return parts.joined(separator: " ")
    }

    /// Reads the text of a span or a whole number of seconds.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let seconds = try? container.decode(Int64.self), (0...Self.longestSeconds).contains(seconds) {
            duration = .seconds(seconds)
            return
        }
        let expected = "a length of time like 30s, 4h or \"3 days\", 100 years at most"
        guard (try? container.decode(Int64.self)) == nil else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "it is not \(expected)")
        }
        self = try decoder.value(expected) { TimeSpan($0) }
    }

    /// Writes the text of the span.
    public func encode(to encoder: any Encoder) throws { try encoder.write(description) }

    private static let longestSeconds = longest.duration.components.seconds

    private static func seconds(of unit: Substring) -> Int64? {
        switch unit {
        case "", "s", "sec", "second", "seconds": 1
        case "m", "min", "minute", "minutes": 60
        case "h", "hr", "hour", "hours": 3600
        case "d", "day", "days": 86_400
        case "w", "week", "weeks": 604_800
        default: nil
        }
    }
}
