import ConciergeKit

/// The slots that can be booked from now on, free or not: those of the timetables until the horizon.
struct Agenda {
    let practice: Practice
    let now: Instant
    /// The last instant at which a slot may begin.
    let end: Instant
    /// The days off from today to the last day.
    let daysOff: [LocalDate: DayOff]

    /// - Parameter daysOff: Answers which of some days are days off.
    init(
        _ practice: Practice, now: Instant, horizon: Duration,
        daysOff: (ClosedRange<LocalDate>) -> [LocalDate: DayOff]
    ) {
        self.practice = practice
        self.now = now
        end = now + horizon
        let zone = practice.zone
        self.daysOff = daysOff(zone.local(now).date...zone.local(end).date)
    }

    private var zone: Zone { practice.zone }

    func hasSlot(at start: Instant, with practitioner: Practitioner) -> Bool {
        practitioner.timetable.slots(on: zone.local(start).date, in: zone, daysOff).contains(start)
    }

    /// Whether a day begins after the last slot that can be booked.
    func isBeyond(_ day: LocalDate) -> Bool { day > zone.local(end).date }

    /// The slots after an instant and up to another, in the order of their starts, at most `limit`.
    func slots(
        of practitioners: [Practitioner], after: Instant, through last: Instant? = nil, limit: Int
    ) -> [Slot] {
        let (after, last) = (max(after, now), min(last ?? end, end))
        var found: [Slot] = []
        var date = zone.local(after).date
        let lastDate = zone.local(last).date
        while date <= lastDate, found.count < limit {
            let slots = practitioners.flatMap { practitioner in
                practitioner.timetable.slots(on: date, in: zone, daysOff).filter { $0 > after && $0 <= last }
                    .map { Slot(practitioner.id, at: $0) }
            }
            found +=
                practitioners.count > 1
                ? slots.sorted { ($0.start, $0.practitioner) < ($1.start, $1.practitioner) } : slots
            date = date.adding(days: 1)
        }
        return Array(found.prefix(limit))
    }

    /// Why none of the practitioners has hours on a day: the reason that all of them have in common, else one for each.
    /// Nil if one of them has hours.
    func reason(forNoneOn date: LocalDate, of practitioners: [Practitioner]) -> Text? {
        let reasons = practitioners.map { $0.timetable.reason(forNoneOn: date, daysOff) }
        let known = reasons.compactMap(\.self)
        guard known.count == practitioners.count, let first = known.first else { return nil }
        if known.allSatisfy({ $0 == first }) { return first }
        return Text(
            verbatim: ", ",
            joining: zip(practitioners, known).map { Text(fr: "\($0.name) : \($1)", en: "\($0.name): \($1)") })
    }
}
