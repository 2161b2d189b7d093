import ConciergeKit

extension Appointment {
    /// The maximum number of slots in an answer.
    private static let shown = 3
    /// The maximum number of later slots that are searched for a free one: weeks of a full timetable.
    private static let considered = 500

    /// Books a slot of the practitioner's timetable.
    func book(_ booking: Book, at moment: Moment) throws(Refusal) -> Draft {
        let practitioner = try practice.practitioner(booking.practitioner)
        let timetable = practitioner.timetable
        let zone = practice.zone
        let end = moment.now + settings.horizon
        guard booking.start > moment.now else {
            throw refusal(
                Text(fr: "Ce moment est passé.", en: "That time is past."),
                next: timetable.slots(after: moment.now, through: end, in: zone, limit: Self.shown))
        }
        guard booking.start <= end else {
            throw Refusal(
                fr: "On ne réserve pas plus loin que le \(end).",
                en: "Bookings go no further than \(end).")
        }
        guard timetable.slots(on: zone.local(booking.start).date, in: zone).contains(booking.start) else {
            throw refusal(
                Text(
                    fr: "\(practitioner.name) n'a pas de créneau le \(booking.start).",
                    en: "\(practitioner.name) has no slot on \(booking.start)."),
                next: timetable.slots(after: booking.start, through: end, in: zone, limit: Self.shown))
        }
        var appointment = Draft(
            Record(
                practitioner: practitioner.id, start: booking.start, end: booking.start + timetable.length,
                transport: booking.transport),
            at: moment)
        guard appointment.tryClaim(Slot(practitioner: practitioner.id, start: booking.start).key) else {
            let later = timetable.slots(after: booking.start, through: end, in: zone, limit: Self.considered)
                .map { Slot(practitioner: practitioner.id, start: $0).key }
            let free = appointment.free(among: later, limit: Self.shown)
            throw Refusal(taken(booking.start, free: free.compactMap { Slot(key: $0)?.start }))
        }
        let reminder = booking.start - settings.reminder
        if reminder > moment.now, reminder < booking.start { appointment.start(.reminder, at: reminder) }
        return appointment
    }

    func checkCutOff(of appointment: Draft) throws(Refusal) {
        let cutOff = settings.cancelCutOff
        let last = appointment.record.start - cutOff
        guard cutOff > .zero, appointment.now > last else { return }
        throw Refusal(
            fr: "On n'annule plus à moins de \(cutOff) du rendez-vous.",
            en: "It cannot be cancelled less than \(cutOff) before the appointment.")
    }

    func remind(of appointment: inout Draft) {
        // After downtime the appointment may already have begun.
        guard appointment.now < appointment.record.start else { return }
        let start = appointment.record.start
        let who = practice.name(of: appointment.record.practitioner)
        appointment.notify(.resident, Reminder(who: who, start: start), usefulUntil: start, onlyInState: true)
    }

    private func taken(_ start: Instant, free: [Instant]) -> Text {
        let next =
            free.isEmpty
            ? Text(fr: "Aucun créneau libre après.", en: "No later slot is free.")
            : Text(
                fr: "Prochains créneaux libres : \(practice.offer(free)).",
                en: "Next free slots: \(practice.offer(free)).")
        return Text(
            fr: "Le créneau du \(start) est pris. \(next)", en: "The slot on \(start) is taken. \(next)")
    }

    private func refusal(_ why: Text, next slots: [Instant]) -> Refusal {
        let next =
            slots.isEmpty
            ? Text(fr: "Aucun créneau après.", en: "There is no later slot.")
            : Text(fr: "Prochains créneaux : \(practice.offer(slots)).", en: "Next slots: \(practice.offer(slots)).")
        return Refusal(fr: "\(why) \(next)", en: "\(why) \(next)")
    }
}

/// A practitioner's slot, as a key that at most one appointment holds.
struct Slot: Hashable, Sendable {
    let practitioner: String
    let start: Instant

    init(practitioner: String, start: Instant) {
        (self.practitioner, self.start) = (practitioner, start)
    }

    /// Parses a key; nil if it is not the key of a slot.
    init?(key: String) {
        // A practitioner's id has no "@".
        let parts = key.split(separator: "@")
        guard parts.count == 2, parts[0].hasPrefix("slot:"), let start = Instant(parts[1]) else { return nil }
        self.init(practitioner: String(parts[0].dropFirst(5)), start: start)
    }

    /// `slot:dr-martin@2026-11-24T08:20:00Z`.
    var key: String { "slot:\(practitioner)@\(start)" }
}
