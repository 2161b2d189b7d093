/// A range of hours of a day, by the wall clock: `09:00-12:00`. The end is not included.
public struct Hours: Sendable, Hashable, CustomStringConvertible {
    /// The first minute of the hours, which is included.
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

    /// Reads hours as people type them: `09:00-12:00`, `9h-12h`, `9 h 30 – 12 h`. Nil for anything else, and if the end is
    /// not after the start.
    public init?(typed text: String) {
        let ends = text.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "\u{2013}" }
        guard ends.count == 2, let start = TimeOfDay(typed: String(ends[0])),
            let end = TimeOfDay(typed: String(ends[1]))
        else { return nil }
        self.init(start, end)
    }

    /// The length in minutes, on a day without a change of clocks.
    public var minutes: Int { end.minutes - start.minutes }

    /// `09:00-12:00`.
    public var description: String { "\(start)-\(end)" }

    /// Whether the two ranges share a moment.
    public func overlaps(_ other: Hours) -> Bool { start < other.end && other.start < end }

    /// Whether a time is within the hours.
    public func contains(_ time: TimeOfDay) -> Bool { start <= time && time < end }

    /// Whether other hours are within these.
    public func contains(_ other: Hours) -> Bool { start <= other.start && other.end <= end }

    /// The instants of these hours on a day, by the zone's clocks: longer or shorter where the clocks change within
    /// them, and empty where the clocks skip all of them.
    public func range(on day: LocalDate, in zone: Zone) -> Range<Instant> {
        zone.instant(of: day, at: start)..<zone.instant(of: day, at: end)
    }
}

extension Hours: Codable {
    /// Reads `09:00-12:00`.
    public init(from decoder: any Decoder) throws {
        self = try decoder.value("hours like 09:00-12:00") { Hours($0) }
    }

    /// Writes `09:00-12:00`.
    public func encode(to encoder: any Encoder) throws { try encoder.write(description) }
}
