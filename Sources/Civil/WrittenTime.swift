/// A date, with or without a time of day and an offset, as a person or a program wrote it.
///
/// It reads RFC 3339 (`2026-11-24T08:00:00Z`), the same without seconds, without an offset, or with a space instead of
/// `T`, and a date alone.
public struct WrittenTime: Sendable, Hashable {
    /// The day as it was written, before any zone is applied.
    public let date: LocalDate
    /// Microseconds since midnight; nil for a date alone. Digits past the sixth place are cut off.
    public let microsecond: Int64?
    /// Whether seconds were written.
    let hasSeconds: Bool
    /// Seconds ahead of UTC; nil without an offset.
    public let offset: Int?

    /// Reads a text; nil if it is no such date or time.
    public init?(_ text: some StringProtocol) {
        var reader = DigitReader(text)
        guard let date = reader.date() else { return nil }
        self.date = date
        if reader.isAtEnd {
            (microsecond, hasSeconds, offset) = (nil, false, nil)
            return
        }
        guard reader.skip("T", "t", " "), let hour = reader.number(2), hour < 24, reader.skip(":"),
            let minute = reader.number(2), minute < 60
        else { return nil }
        var time = Int64(hour * 60 + minute) * 60_000_000
        hasSeconds = reader.skip(":")
        if hasSeconds {
            // A leap second counts as the second after it.
            guard let second = reader.number(2), second <= 60 else { return nil }
            time += Int64(second) * 1_000_000
            if reader.skip(".") {
                guard let fraction = reader.microseconds() else { return nil }
                time += Int64(fraction)
            }
        }
        microsecond = time
        if reader.isAtEnd {
            offset = nil
        } else if reader.skip("Z", "z") {
            offset = 0
        } else {
            guard let sign = reader.sign(), let hours = reader.number(2), hours < 24, reader.skip(":"),
                let minutes = reader.number(2), minutes < 60
            else { return nil }
            offset = sign * (hours * 60 + minutes) * 60
        }
        guard reader.isAtEnd else { return nil }
    }

    /// Microseconds since 1970-01-01T00:00:00 on the clock that shows this time; at midnight if no time was written.
    var localMicroseconds: Int64 { Int64(date.daysSinceEpoch) * WallTime.dayLength + (microsecond ?? 0) }

    /// Microseconds since 1970 UTC. Without an offset it is a local time of the zone: the first of two equal ones, and
    /// nil if the zone's clocks never show it.
    public func microseconds(in zone: Zone) -> Int64? {
        if let offset { return localMicroseconds - Int64(offset) * 1_000_000 }
        return switch zone.periods.moments(of: localMicroseconds) {
        case .once(let moment), .twice(let moment, _): moment
        case .skipped: nil
        }
    }

    /// The instant, to the millisecond; nil as for ``microseconds(in:)``.
    public func instant(in zone: Zone) -> Instant? {
        microseconds(in: zone).map {
            Instant(milliseconds: $0.quotientAndRemainder(flooringBy: 1000).quotient)
        }
    }
}
