/// The periods in which a zone's distance from UTC is constant, in order, all in microseconds.
struct ZonePeriods: Sendable, Hashable {
    struct Period: Sendable, Hashable {
        /// When it begins.
        let start: Int64
        /// How far clocks are ahead of UTC.
        let offset: Int64
        /// The local time at which the period before it ended: earlier local times come a second time.
        let shown: Int64
    }

    struct Change {
        /// Seconds since 1970.
        let moment: Int64
        /// Seconds ahead of UTC from then on.
        let offset: Int
    }

    private let periods: [Period]

    /// The earliest moment that is kept; subtracting an offset from it does not overflow.
    private static let beginning: Int64 = -1 << 62

    init(offset: Int) {
        periods = [Period(start: Self.beginning, offset: Int64(offset) * 1_000_000, shown: Self.beginning)]
    }

    /// - Parameters:
    ///   - changes: From the earliest to the latest.
    ///   - before: Seconds ahead of UTC before the first change.
    ///   - rule: The rule that applies after the last change.
    init(changes: [Change], before: Int, rule: ZoneRule?) {
        let last = changes.last?.moment ?? .min
        let coming = (rule?.changes(years: 1969...2200) ?? []).filter { $0.moment > last }
        var periods = ZonePeriods(offset: before).periods
        for change in changes + coming {
            let offset = Int64(change.offset) * 1_000_000
            guard let previous = periods.last, previous.offset != offset else { continue }
            let start = change.moment * 1_000_000
            periods.append(
                Period(start: start, offset: offset, shown: max(previous.shown, start + previous.offset)))
        }
        self.periods = periods
    }

    var count: Int { periods.count }
    subscript(index: Int) -> Period { periods[index] }

    /// The period of a moment in microseconds since 1970.
    func index(at moment: Int64) -> Int {
        var (low, high) = (0, periods.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if periods[middle].start <= moment { low = middle } else { high = middle }
        }
        return low
    }

    /// When clocks show a local time, in microseconds since 1970 UTC.
    enum Moments: Hashable {
        case once(Int64)
        /// Both moments, as in autumn.
        case twice(Int64, Int64)
        /// The first moment after the gap, as in spring.
        case skipped(Int64)
    }

    /// When clocks show a local time, given in microseconds since they showed the beginning of 1970.
    func moments(of local: Int64) -> Moments {
        // No zone is further than 26 hours from UTC.
        let reach: Int64 = 26 * 3_600_000_000
        var index = index(at: local - reach)
        while index + 1 < count, local - periods[index].offset >= periods[index + 1].start { index += 1 }
        let moment = local - periods[index].offset
        guard moment >= periods[index].start else { return .skipped(periods[index].start) }
        if index + 1 < count {
            let second = local - periods[index + 1].offset
            if second >= periods[index + 1].start { return .twice(moment, second) }
        }
        return .once(moment)
    }
}
