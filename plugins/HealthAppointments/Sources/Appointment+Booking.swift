import ConciergeKit

extension Appointment {
    /// Books a slot.
    func book(_ booking: Book, at moment: Moment) throws(Refusal) -> Draft {
        var appointment = Draft(Record(transport: booking.transport, changedAt: moment.now), at: moment)
        let chosen = try practice.selection(named: booking.practitioner, kind: booking.kind)
        try take(booking.start, of: chosen, overlap: booking.overlap, for: &appointment)
        plan(&appointment, .booked)
        return appointment
    }

    /// Holds a slot for a resident who has not decided yet.
    func hold(_ hold: Hold, at moment: Moment) throws(Refusal) -> Draft {
        var appointment = Draft(Record(transport: hold.transport, changedAt: moment.now), at: moment)
        let chosen = try practice.selection(named: hold.practitioner, kind: hold.kind)
        try take(hold.start, of: chosen, overlap: hold.overlap, for: &appointment)
        keep(&appointment, for: settings.holdFor)
        return appointment
    }

    /// Books the slot that was held.
    func confirm(_ appointment: inout Draft, overlap: Bool) throws(Refusal) {
        if let slot = Slot(of: appointment.record) { try claimTime(of: slot, overlap: overlap, for: &appointment) }
        appointment.record.heldUntil = nil
        appointment.record.changedAt = appointment.now
        plan(&appointment, .booked)
    }

    /// Takes a slot for the resident, or refuses with what is free instead.
    func take(
        _ start: Instant, of chosen: Selection, overlap: Bool, for appointment: inout Draft
    ) throws(Refusal) {
        let agenda = agenda(at: appointment.moment)
        let slots = try slots(at: start, of: chosen, in: agenda, for: appointment)
        guard let slot = appointment.tryClaim(oneOf: slots.map(\.key)).flatMap(Slot.init(key:)) else {
            throw refusal(
                Text(fr: "Le créneau du \(start) est pris.", en: "The slot on \(start) is taken."),
                next: start, of: chosen, in: agenda, for: appointment)
        }
        try claimTime(of: slot, overlap: overlap, for: &appointment)
        put(slot, into: &appointment)
    }

    /// The slots that begin at an instant and that the timetables have, taken or not. Refuses if there are none.
    private func slots(
        at start: Instant, of chosen: Selection, in agenda: Agenda, for appointment: Draft
    ) throws(Refusal) -> [Slot] {
        guard start > appointment.now else {
            throw refusal(
                Text(fr: "Ce moment est passé.", en: "That time is past."), next: appointment.now, of: chosen,
                in: agenda,
                for: appointment)
        }
        guard start <= agenda.end else {
            throw Refusal(
                fr: "On ne réserve pas plus loin que le \(agenda.end).",
                en: "Bookings go no further than \(agenda.end).")
        }
        let slots = chosen.practitioners.filter { agenda.hasSlot(at: start, with: $0) }
            .map { Slot($0.id, at: start) }
        let present = slots.filter { !isAway($0, for: appointment) }
        guard present.isEmpty else { return present }
        let day = practice.zone.local(start).date
        let reason =
            if !slots.isEmpty {
                Text(fr: "absence", en: "away")
            } else {
                agenda.reason(forNoneOn: day, of: chosen.practitioners)
            }
        let words =
            if let reason {
                Text(
                    fr: "Aucun créneau\(chosen.words) le \(day) : \(reason).",
                    en: "No slot\(chosen.words) on \(day): \(reason).")
            } else {
                Text(
                    fr: "Aucun créneau\(chosen.words) ne commence le \(start).",
                    en: "No slot\(chosen.words) begins on \(start).")
            }
        throw refusal(words, next: start, of: chosen, in: agenda, for: appointment)
    }

    /// Takes the time of a slot for the resident, so that two of their appointments do not overlap unless staff say so.
    private func claimTime(of slot: Slot, overlap: Bool, for appointment: inout Draft) throws(Refusal) {
        guard let resident = appointment.resident else { return }
        let time = practice.time(of: slot)
        guard appointment.tryClaim(time, of: Self.timeKey(of: resident), units: overlap ? Self.atOnce : 1) == nil
        else { return }
        let other = appointment.request(holding: time, of: Self.timeKey(of: resident)).map { headline($0.record) }
        let named = other.map { Text(fr: " : \($0)", en: ": \($0)") } ?? Text(verbatim: "")
        throw Refusal(
            fr: """
                Ce locataire a déjà un rendez-vous qui chevauche ce créneau\(named). Pour en prendre un autre quand même : \
                même=oui.
                """,
            en: """
                The resident has an appointment at that time already\(named). To take another one all the same: \
                overlap=yes.
                """)
    }

    /// As many appointments of one resident as staff may book for the same time.
    static let atOnce = 8

    static func timeKey(of resident: String) -> String { "time:\(Folding.text(resident))" }

    /// Gives back the slot and the resident's time.
    func giveBack(_ appointment: inout Draft) {
        for claim in appointment.claims { appointment.release(claim.key) }
    }

    func put(_ slot: Slot, into appointment: inout Draft) {
        appointment.record.practitioner = slot.practitioner
        appointment.record.practitionerName = practice.name(of: slot.practitioner)
        appointment.record.start = slot.start
        appointment.record.end = practice.time(of: slot).upperBound
        appointment.record.changedAt = appointment.now
    }

    /// Keeps a slot for a while, and tells the resident until when.
    func keep(_ appointment: inout Draft, for span: Duration) {
        guard let start = appointment.record.start else { return }
        let until = min(appointment.now + span, start)
        appointment.record.heldUntil = until
        appointment.start(.holdEnds, at: until)
        tellHeld(&appointment)
        appointment.run(HealthAppointments.calendars)
    }

    /// Starts what a booked appointment needs, and tells the resident.
    func plan(_ appointment: inout Draft, _ news: News) {
        guard let start = appointment.record.start, let end = appointment.record.end else { return }
        let evening = practice.zone.instant(of: practice.zone.local(start).date, at: settings.settleAt)
        appointment.start(.settle, at: max(evening, end))
        startReminder(of: &appointment)
        tell(&appointment, news)
        appointment.run(HealthAppointments.calendars)
    }
}
