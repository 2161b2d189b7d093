import ConciergeKit

/// A practitioner's hours, divided into slots.
struct Timetable: Hashable, Sendable {
    /// The length of a slot, in minutes.
    let slot: Int
    /// The hours of each weekday, in order and without overlap.
    let week: [Weekday: [Hours]]
    /// The hours of single days, in order and without overlap, in place of those of the weekday; also on days off.
    /// Without hours the practitioner does not receive.
    let exceptions: [LocalDate: [Hours]]

    init(slot: Int, week: [Weekday: [Hours]], exceptions: [LocalDate: [Hours]] = [:]) {
        (self.slot, self.week, self.exceptions) = (slot, week, exceptions)
    }

    var length: Duration { .minutes(slot) }

    /// The hours of a day.
    func hours(on date: LocalDate, _ daysOff: [LocalDate: DayOff] = [:]) -> [Hours] {
        if let own = exceptions[date] { return own }
        return daysOff[date] == nil ? week[date.weekday] ?? [] : []
    }

    /// The starts of the slots of a day.
    ///
    /// They are counted from the first instant of each range of hours in elapsed time, not on the wall clock, so that
    /// all slots have the same length on the days when daylight saving begins and ends: the lost hour has no slots, the
    /// repeated hour has twice as many.
    func slots(on date: LocalDate, in zone: Zone, _ daysOff: [LocalDate: DayOff] = [:]) -> [Instant] {
        hours(on: date, daysOff).flatMap { opening in
            let time = opening.range(on: date, in: zone)
            let last = time.upperBound - length
            return stride(from: time.lowerBound.milliseconds, through: last.milliseconds, by: Int(length.milliseconds))
                .map { Instant(milliseconds: $0) }
        }
    }

    /// Why there are no hours on a day on which one might expect some; nil if there are hours.
    func reason(forNoneOn date: LocalDate, _ daysOff: [LocalDate: DayOff]) -> Text? {
        guard hours(on: date, daysOff).isEmpty else { return nil }
        if exceptions[date] == nil {
            if week[date.weekday]?.isEmpty ?? true {
                let day = date.weekday.words
                return Text(fr: "pas de consultation le \(day)", en: "no hours on a \(day)")
            }
            if let off = daysOff[date] { return off.words }
        }
        return Text(fr: "pas de consultation ce jour-là", en: "no hours on that day")
    }
}
