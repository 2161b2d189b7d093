extension Instant {
    /// The time from one instant to another, without the second. A range that would end before it begins is empty: it
    /// begins and ends at `start`. Bounds that people type must not stop the program.
    public static func ..< (start: Instant, end: Instant) -> Range<Instant> {
        Range(uncheckedBounds: (start, max(start, end)))
    }
}

extension Range<Instant> {
    /// How long the range is.
    public var length: Duration { upperBound - lowerBound }
}
