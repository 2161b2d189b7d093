public import Civil

extension WorkingCalendar {
    /// The days that are looked at for an opening: 20 years.
    private static let reach = 7305

    /// The first instant from this one on at which it is open; nil if it is not open within 20 years.
    public func nextOpening(from instant: Instant) -> Instant? {
        var days = WorkingDays(self)
        let first = zone.local(instant).date.daysSinceEpoch
        for day in first...(first + Self.reach) {
            guard case .open(let stretches) = days.state(of: day) else { continue }
            if let stretch = stretches.first(where: { $0.upperBound > instant }) {
                return max(stretch.lowerBound, instant)
            }
        }
        return nil
    }

    /// When the last opening began that was before an instant; nil if it was not open in the 20 years before.
    public func lastOpening(before instant: Instant) -> Instant? {
        var days = WorkingDays(self)
        let last = zone.local(instant).date.daysSinceEpoch
        for day in stride(from: last, through: last - Self.reach, by: -1) {
            guard case .open(let stretches) = days.state(of: day) else { continue }
            if let stretch = stretches.last(where: { $0.lowerBound < instant }) { return stretch.lowerBound }
        }
        return nil
    }
}
