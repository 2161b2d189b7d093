import ConciergeKit

/// Hours on the wall clock in which a practitioner receives: `09:00-12:00`.
struct Opening: Hashable, Sendable, CustomStringConvertible {
    let start: TimeOfDay
    let end: TimeOfDay

    /// Reads `09:00-12:00`; nil for anything else, and where the end is not after the start.
    init?(_ text: String) {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let start = TimeOfDay(String(ends[0])), let end = TimeOfDay(String(ends[1])), start < end
        else { return nil }
        (self.start, self.end) = (start, end)
    }

    /// As the wall clock counts them on most days.
    var minutes: Int { end.minutes - start.minutes }

    var description: String { "\(start)-\(end)" }

    func overlaps(_ other: Opening) -> Bool { start < other.end && other.start < end }
}

/// When a practitioner receives, cut into slots.
struct Timetable: Hashable, Sendable {
    /// Minutes that a slot lasts.
    let slot: Int
    /// In the order of the day, without overlap.
    let week: [Weekday: [Opening]]

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
