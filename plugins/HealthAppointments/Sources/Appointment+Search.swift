import ConciergeKit

extension Appointment {
    /// The maximum number of slots in an answer.
    static let shown = 3
    /// The maximum number of slots that are searched for a free one, or waited for: weeks of a full timetable.
    static let considered = 500

    func agenda(at moment: Moment) -> Agenda {
        Agenda(practice, now: moment.now, horizon: settings.horizon, daysOff: moment.daysOff)
    }

    /// Whether the practitioner is away during a slot.
    func isAway(_ slot: Slot, for appointment: Draft) -> Bool {
        !appointment.isFree(practice.time(of: slot), of: Absence.key(of: slot.practitioner))
    }

    /// The slots among these that can be taken, in order, at most `limit`.
    func free(_ slots: [Slot], for appointment: Draft, limit: Int) -> [Slot] {
        var found: [Slot] = []
        var rest = slots
        // A long absence is passed over at once, not slot by slot.
        while found.count < limit, !rest.isEmpty {
            let free = appointment.free(among: rest.map(\.key), limit: limit - found.count)
            guard let last = free.last, let index = rest.firstIndex(where: { $0.key == last }) else { break }
            rest.removeFirst(index + 1)
            for slot in free.compactMap(Slot.init(key:)) {
                guard isAway(slot, for: appointment) else {
                    found.append(slot)
                    continue
                }
                let back = appointment.free(
                    like: practice.time(of: slot), of: Absence.key(of: slot.practitioner), limit: 1)
                let start = back.first?.lowerBound ?? .latest
                rest.removeAll { $0.practitioner == slot.practitioner && $0.start < start }
            }
        }
        return found
    }

    /// A refusal that offers the next free slots after an instant.
    func refusal(
        _ why: Text, next after: Instant, of chosen: Selection, in agenda: Agenda, for appointment: Draft
    ) -> Refusal {
        let slots = agenda.slots(of: chosen.practitioners, after: after, limit: Self.considered)
        let free = free(slots, for: appointment, limit: Self.shown)
        guard !free.isEmpty else {
            return Refusal(
                fr: "\(why) Aucun créneau libre ensuite, jusqu'au \(agenda.end, .day).",
                en: "\(why) No later slot is free until \(agenda.end, .day).")
        }
        let next = offer(free, withNames: chosen.isSeveral)
        return Refusal(fr: "\(why) Prochains créneaux libres : \(next).", en: "\(why) Next free slots: \(next).")
    }

    /// A list of slots as people say them.
    func offer(_ slots: [Slot], withNames: Bool) -> Text {
        Text(
            verbatim: ", ",
            joining: slots.map { slot in
                guard withNames else { return Text(fr: "\(slot.start)", en: "\(slot.start)") }
                let who = practice.name(of: slot.practitioner)
                return Text(fr: "\(slot.start) (\(who))", en: "\(slot.start) (\(who))")
            })
    }
}
