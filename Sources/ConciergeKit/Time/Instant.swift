/// A point in time: whole milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// All instants lie within the years 1 to 9999, which are those that RFC 3339 can write: what would lie beyond is the
/// ``earliest`` or the ``latest`` of them.
public struct Instant: Sendable, Hashable, Comparable {
    /// Milliseconds since the epoch.
    public let milliseconds: Int64

    /// 0001-01-01T00:00:00Z.
    public static let earliest = Instant(milliseconds: -62_135_596_800_000)
    /// 9999-12-31T23:59:59.999Z.
    public static let latest = Instant(milliseconds: 253_402_300_799_999)

    /// An instant so many milliseconds after (or, negative, before) the epoch.
    public init(milliseconds: Int64) {
        self.milliseconds = min(max(milliseconds, -62_135_596_800_000), 253_402_300_799_999)
    }

    /// Whether the left instant is earlier.
    public static func < (left: Instant, right: Instant) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The instant so much later; fractions of a millisecond are cut off.
    public static func + (instant: Instant, duration: Duration) -> Instant {
        Instant(milliseconds: instant.milliseconds.addingWithoutOverflow(duration.milliseconds))
    }

    /// The instant so much earlier; fractions of a millisecond are cut off.
    public static func - (instant: Instant, duration: Duration) -> Instant {
        // The greatest negative length has no counterpart; a millisecond less is as far.
        Instant(milliseconds: instant.milliseconds.addingWithoutOverflow(-max(duration.milliseconds, -.max)))
    }

    /// How much later the left instant is than the right one.
    public static func - (left: Instant, right: Instant) -> Duration {
        .milliseconds(left.milliseconds - right.milliseconds)
    }
}

extension Int64 {
    /// The sum, or the greatest or least number where that is beyond it.
    fileprivate func addingWithoutOverflow(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}

extension Duration {
    /// Whole milliseconds, fractions cut off; the greatest or least number where there are more.
    public var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        return whole.addingWithoutOverflow(attoseconds / 1_000_000_000_000_000)
    }

    /// So many minutes of 60 seconds.
    public static func minutes(_ count: Int) -> Duration { .seconds(count * 60) }

    /// So many hours of 60 minutes.
    public static func hours(_ count: Int) -> Duration { .seconds(count * 3600) }

    /// So many days of 24 hours, whatever the calendar says of daylight saving.
    public static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }
}
