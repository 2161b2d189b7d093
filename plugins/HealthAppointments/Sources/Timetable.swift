import ConciergeKit

/// A practitioner's hours, divided into slots.
struct Timetable: Hashable, Sendable {
    /// The length of a slot, in minutes.
    let slot: Int
    /// The hours of each weekday, in order and without overlap.
    let week: [Weekday: [Hours]]

    var length: Duration { .minutes(slot) }

    /// The starts of the slots of a day.
    ///
    /// They are counted from the first instant of each range of hours in elapsed time, not on the wall clock, so that
    /// all slots have the same length on the days when daylight saving begins and ends: the lost hour has no slots, the
    /// repeated hour has twice as many.
    func slots(on date: LocalDate, in zone: Zone) -> [Instant] {
        (week[date.weekday] ?? []).flatMap { opening in
            let start = zone.instant(of: date, at: opening.start)
            let last = zone.instant(of: date, at: opening.end) - length
            return stride(from: start.milliseconds, through: last.milliseconds, by: Int(length.milliseconds))
                .map { Instant(milliseconds: $0) }
        }
    }

    /// The starts of the slots after an instant and up to another, in order, at most `limit`.
    func slots(after: Instant, through end: Instant, in zone: Zone, limit: Int) -> [Instant] {
        var found: [Instant] = []
        var date = zone.local(after).date
        let last = zone.local(end).date
        while date <= last, found.count < limit {
            found += slots(on: date, in: zone).filter { $0 > after && $0 <= end }
            date = date.adding(days: 1)
        }
        return Array(found.prefix(limit))
    }
}
