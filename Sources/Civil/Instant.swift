/// A point in time: whole milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// All instants are in the years 1 to 9999, which RFC 3339 can write. Results beyond them are clamped to ``earliest``
/// and ``latest``.
public struct Instant: Sendable, Hashable, Comparable {
    /// Whole milliseconds since 1970-01-01T00:00:00Z; negative before it.
    public let milliseconds: Int64

    /// 0001-01-01T00:00:00Z.
    public static let earliest = Instant(milliseconds: -62_135_596_800_000)
    /// 9999-12-31T23:59:59.999Z.
    public static let latest = Instant(milliseconds: 253_402_300_799_999)

    /// The instant that is `milliseconds` after (or, if negative, before) the epoch.
    public init(milliseconds: Int64) {
        self.milliseconds = min(max(milliseconds, -62_135_596_800_000), 253_402_300_799_999)
    }

    /// Whether the left instant is earlier.
    public static func < (left: Instant, right: Instant) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The instant later by the duration; fractions of a millisecond are cut off.
    public static func + (instant: Instant, duration: Duration) -> Instant {
        Instant(milliseconds: instant.milliseconds.addingWithoutOverflow(duration.milliseconds))
    }

    /// The instant earlier by the duration; fractions of a millisecond are cut off.
    public static func - (instant: Instant, duration: Duration) -> Instant {
        // The least number has no positive counterpart; a millisecond more gives the same clamped result.
        Instant(milliseconds: instant.milliseconds.addingWithoutOverflow(-max(duration.milliseconds, -.max)))
    }

    /// How much later the left instant is than the right one.
    public static func - (left: Instant, right: Instant) -> Duration {
        .milliseconds(left.milliseconds - right.milliseconds)
    }
}

extension Int64 {
    /// The sum, clamped to 64 bits.
    fileprivate func addingWithoutOverflow(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}

extension Duration {
    /// Whole milliseconds, with fractions cut off, clamped to 64 bits.
    public var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        return whole.addingWithoutOverflow(attoseconds / 1_000_000_000_000_000)
    }

    /// So many minutes of 60 seconds each; leap seconds do not count.
    public static func minutes(_ count: Int) -> Duration { .seconds(count * 60) }

    /// So many hours of 60 minutes, whatever wall clocks do meanwhile.
    public static func hours(_ count: Int) -> Duration { .seconds(count * 3600) }

    /// A duration in days of 24 hours, without regard to daylight saving.
    public static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }
}

extension Instant: CustomStringConvertible {
    /// RFC 3339 in UTC: `2026-11-23T18:14:06Z`, with milliseconds if they are not zero.
    public var description: String {
        let (days, rest) = milliseconds.quotientAndRemainder(flooringBy: 86_400_000)
        let date = LocalDate(daysSinceEpoch: Int(days))
        let (seconds, fraction) = (Int(rest) / 1000, Int(rest) % 1000)
        return DigitWriter.text(24) { writer in
            writer.put(date)
            writer.put("T")
            writer.put(minutes: seconds / 60)
            writer.put(":")
            writer.put(seconds % 60, 2)
            if fraction != 0 {
                writer.put(".")
                writer.put(fraction, 3)
            }
            writer.put("Z")
        }
    }

    /// Reads RFC 3339 with any offset; nil for anything else, and beyond the years 1 to 9999. Digits past the
    /// millisecond are cut off. A leap second is read as the second after it.
    public init?(_ text: some StringProtocol) {
        guard let written = WrittenTime(text), written.hasSeconds, let offset = written.offset else { return nil }
        let milliseconds = (written.localMicroseconds - Int64(offset) * 1_000_000)
            .quotientAndRemainder(flooringBy: 1000).quotient
        self.init(milliseconds: milliseconds)
        // An offset or a leap second may lead beyond the first or the last year.
        guard self.milliseconds == milliseconds else { return nil }
    }
}

extension Instant: Codable {
    /// Reads the RFC 3339 text.
    public init(from decoder: any Decoder) throws {
        self = try decoder.value("a time like 2026-11-23T18:14:06Z") { Instant($0) }
    }

    /// Writes the RFC 3339 text.
    public func encode(to encoder: any Encoder) throws { try encoder.write(description) }
}

extension Decoder {
    /// Reads a text that `read` accepts; `expected` describes the expected form in the error.
    package func value<Value>(_ expected: String, _ read: (String) -> Value?) throws -> Value {
        let container = try singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = read(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(text)\" is not \(expected)")
        }
        return value
    }
}

extension Encoder {
    /// Writes one text.
    package func write(_ text: String) throws {
        var container = singleValueContainer()
        try container.encode(text)
    }
}
