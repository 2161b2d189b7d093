extension Instant {
    /// The time from one instant to another, without the second. A range that would end before it begins is empty: it
    /// begins and ends at `start`. Bounds that people type must not stop the program.
    public static func ..< (start: Instant, end: Instant) -> Range<Instant> {
        Range(uncheckedBounds: (start, max(start, end)))
    }
}

extension Range<Instant> {
    /// The time from the beginning to the end, across changes of clocks; zero for an empty range.
    public var length: Duration { upperBound - lowerBound }
}
