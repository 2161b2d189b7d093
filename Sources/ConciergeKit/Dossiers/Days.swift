/// From one day to another, both included, or without an end.
public struct Days: Sendable, Hashable, Codable {
    /// The first of the days, which counts as well.
    public let from: LocalDate
    /// The last day that still counts; nil if there is no end, or nobody knows it.
    public let until: LocalDate?

    /// Days from the first to the last one.
    public init(from: LocalDate, until: LocalDate? = nil) {
        self.from = from
        self.until = until
    }

    /// Whether a day is one of them.
    public func contains(_ day: LocalDate) -> Bool { from <= day && !isOver(by: day) }

    /// Whether all of them are before a day.
    package func isOver(by day: LocalDate) -> Bool { until.map { $0 < day } ?? false }

    /// Whether they have a day in common with others.
    package func overlap(_ other: Days) -> Bool { !isOver(by: other.from) && !other.isOver(by: from) }

    /// These days as far as they are before another day; nil if none is.
    package func ending(before day: LocalDate) -> Days? {
        guard from < day else { return nil }
        let last = day.adding(days: -1)
        return Days(from: from, until: until.map { min($0, last) } ?? last)
    }
}
