/// A range of hours of a day, by the wall clock: `09:00-12:00`. The end is not included.
public struct Hours: Sendable, Hashable, CustomStringConvertible {
    /// When they begin.
    public let start: TimeOfDay
    /// When they end, later on the same day.
    public let end: TimeOfDay

    /// Hours from one time to another; nil if the end is not after the start.
    public init?(_ start: TimeOfDay, _ end: TimeOfDay) {
        guard start < end else { return nil }
        (self.start, self.end) = (start, end)
    }

    /// Reads `09:00-12:00`; nil for anything else, and if the end is not after the start.
    public init?(_ text: String) {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let start = TimeOfDay(String(ends[0])), let end = TimeOfDay(String(ends[1])) else {
            return nil
        }
        self.init(start, end)
    }

    /// The length in minutes, on a day without a change of clocks.
    public var minutes: Int { end.minutes - start.minutes }

    /// `09:00-12:00`.
    public var description: String { "\(start)-\(end)" }

    /// Whether the two ranges share a moment.
    public func overlaps(_ other: Hours) -> Bool { start < other.end && other.start < end }

    /// Whether the other hours lie within these.
    public func contains(_ other: Hours) -> Bool { start <= other.start && other.end <= end }

    /// The time between the two instants at which the wall clock shows the start and the end on a day. On a day on which
    /// the clocks change it may be an hour shorter or longer, and empty if the wall clock skips it.
    public func range(on day: LocalDate, in zone: Zone) -> Range<Instant> {
        zone.instant(of: day, at: start)..<zone.instant(of: day, at: end)
    }
}
