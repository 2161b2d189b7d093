/// A point in time: whole milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
public struct Instant: Sendable, Hashable, Comparable {
    /// Milliseconds since the epoch.
    public let milliseconds: Int64

    /// An instant so many milliseconds after (or, negative, before) the epoch.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Whether the left instant is earlier.
    public static func < (left: Instant, right: Instant) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The instant so much later; fractions of a millisecond are cut off.
    public static func + (instant: Instant, duration: Duration) -> Instant {
        Instant(milliseconds: instant.milliseconds + duration.milliseconds)
    }

    /// The instant so much earlier; fractions of a millisecond are cut off.
    public static func - (instant: Instant, duration: Duration) -> Instant {
        Instant(milliseconds: instant.milliseconds - duration.milliseconds)
    }

    /// How much later the left instant is than the right one.
    public static func - (left: Instant, right: Instant) -> Duration {
        .milliseconds(left.milliseconds - right.milliseconds)
    }
}

extension Duration {
    /// Whole milliseconds, fractions cut off.
    public var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }

    /// So many minutes of 60 seconds.
    public static func minutes(_ count: Int) -> Duration { .seconds(count * 60) }

    /// So many hours of 60 minutes.
    public static func hours(_ count: Int) -> Duration { .seconds(count * 3600) }

    /// So many days of 24 hours, whatever the calendar says of daylight saving.
    public static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }
}
