import ConciergeKit

/// When a practitioner receives, cut into slots.
struct Timetable: Hashable, Sendable {
    /// Minutes that a slot lasts.
    let slot: Int
    /// In the order of the day, without overlap.
    let week: [Weekday: [Hours]]

    var length: Duration { .minutes(slot) }

    /// The starts of a day's slots.
    ///
    /// They are counted from the first instant of each opening in time as it passes, not on the wall clock, so that a
    /// slot is as long as any other on the days when daylight saving begins and ends: the lost hour has no slots, the
    /// repeated one has twice as many.
    func slots(on date: LocalDate, in zone: Zone) -> [Instant] {
        (week[date.weekday] ?? []).flatMap { opening in
            let start = zone.instant(of: date, at: opening.start)
            let last = zone.instant(of: date, at: opening.end) - length
            return stride(from: start.milliseconds, through: last.milliseconds, by: Int(length.milliseconds))
                .map { Instant(milliseconds: $0) }
        }
    }

    /// The starts of slots after an instant, up to another and in their order: `limit` at most.
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
