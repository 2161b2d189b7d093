extension CalendarExpression {
    /// The first elapse strictly after a moment, both in microseconds since 1970-01-01T00:00:00Z; nil where there is
    /// none until the end of the year 2199. `zone` is for expressions without a zone of their own.
    ///
    /// What happens where clocks change depends on the hour:
    ///
    /// - An expression **that names hours** (`02:30`, `8..18:00`, `0/2:00`) elapses once for each matching time of each
    ///   day. Where clocks skip the time, it elapses at the first instant after the gap, once for all that fell into
    ///   the gap; where the time comes twice, it elapses the first time.
    /// - An expression **that takes every hour** (`*:00`, `*:0/15`, `hourly`, `0..23:30`) keeps its cadence: it elapses
    ///   whenever clocks show a matching time, both times in an hour that comes twice, and nothing is added for a gap.
    ///
    /// The work is bounded whatever the expression.
    public func next(after moment: Int64, in zone: CalendarZone) -> Int64? {
        // In the year 2201 no zone's clock shows 2199.
        guard moment < 7_290_000_000_000_000 else { return nil }
        let plan = LocalPlan(self)
        let repeats = plan.isEveryHour
        let periods = (self.zone ?? zone).periods
        let start = max(moment, -1) + 1
        // A gap that ends at the start itself is yet to be seen.
        var index = periods.index(at: start - 1)
        var lower = start + periods[index].offset
        if !repeats { lower = max(lower, periods[index].shown) }
        var found = plan.first(from: lower)
        while true {
            let period = periods[index]
            guard index + 1 < periods.count else { return found.map { $0 - period.offset } }
            let next = periods[index + 1]
            if let found, found < next.start + period.offset { return found - period.offset }
            if repeats {
                // Back in time, what was passed matches again.
                let begin = next.start + next.offset
                if begin < lower || found.map({ $0 < begin }) == true { found = plan.first(from: begin) }
                lower = begin
            } else {
                guard let passed = found else { return nil }
                if passed < next.shown { found = plan.first(from: next.shown) }
                if let local = found, local < next.start + next.offset { return next.start }
            }
            index += 1
        }
    }

    /// The elapses strictly after a moment, at most that many; see ``next(after:in:)``.
    public func elapses(after moment: Int64, in zone: CalendarZone, limit: Int) -> [Int64] {
        var elapses: [Int64] = []
        var last = moment
        while elapses.count < limit, let next = next(after: last, in: zone) {
            elapses.append(next)
            last = next
        }
        return elapses
    }
}
