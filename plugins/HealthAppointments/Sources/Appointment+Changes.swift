import ConciergeKit

extension Appointment {
    /// Moves an appointment to another slot, in one step: nobody can take either slot in between.
    func move(_ appointment: inout Draft, by move: Move) throws(Refusal) {
        guard let old = appointment.record.start, let practitioner = appointment.record.practitioner else { return }
        try requireChangeable(appointment, by: move.by)
        let isSame = move.practitioner == nil && move.kind == nil
        let chosen = try practice.selection(named: isSame ? practitioner : move.practitioner, kind: move.kind)
        giveBack(&appointment)
        try take(move.start, of: chosen, overlap: move.overlap, for: &appointment)
        guard appointment.record.start != old || appointment.record.practitioner != practitioner else {
            throw Refusal(fr: "Le rendez-vous est déjà à ce moment.", en: "The appointment is at that time already.")
        }
        appointment.record.sequence += 1
        if let until = appointment.record.heldUntil {
            keep(&appointment, for: max(.zero, until - appointment.now))
        } else {
            plan(&appointment, .moved(from: old, by: move.by))
        }
    }

    func cancel(_ appointment: inout Draft, by origin: Origin) throws(Refusal) {
        appointment.record.cancelledBy = origin
        guard let start = appointment.record.start else {
            appointment.notify(.resident, Released(start: nil, contact: contact(.another)))
            return
        }
        if appointment.state == .booked {
            try requireChangeable(appointment, by: origin)
        }
        close(&appointment)
        let offers = origin == .practice ? alternatives(to: appointment) : []
        let notice = Cancelled(
            start: start, byPractice: origin == .practice,
            offers: offers.isEmpty ? nil : offer(offers, withNames: false), contact: contact(.another))
        // After the visit nobody is told any more.
        if appointment.now < start { appointment.notify(.resident, notice, usefulUntil: start) }
    }

    /// Ends a hold that nobody has confirmed.
    func release(_ appointment: inout Draft) {
        close(&appointment)
        guard let start = appointment.record.start, appointment.now < start else { return }
        appointment.notify(.resident, Released(start: start, contact: contact(.another)), usefulUntil: start)
    }

    private func close(_ appointment: inout Draft) {
        appointment.record.sequence += 1
        appointment.record.changedAt = appointment.now
        appointment.run(HealthAppointments.calendars)
    }

    /// What is offered begins later than this, so that it is still to come for who is told by hand.
    private static let untilTold = Duration.hours(4)

    /// Other free slots with the same practitioner, else with the others of the kind.
    private func alternatives(to appointment: Draft) -> [Slot] {
        guard let id = appointment.record.practitioner, let practitioner = practice.practitioners[id] else { return [] }
        let agenda = agenda(at: appointment.moment)
        let others = practice.all.filter { $0.kind != nil && $0.kind == practitioner.kind && $0.id != id }
        for group in [[practitioner], others] where !group.isEmpty {
            let slots = agenda.slots(of: group, after: appointment.now + Self.untilTold, limit: Self.considered)
                .filter { $0.practitioner != id || $0.start != appointment.record.start }
            let free = free(slots, for: appointment, limit: Self.shown)
            if !free.isEmpty { return free }
        }
        return []
    }

    /// Refuses what comes too late: after the start, or for a resident after the cut-off.
    private func requireChangeable(_ appointment: Draft, by origin: Origin) throws(Refusal) {
        guard let start = appointment.record.start else { return }
        guard appointment.now < start else {
            throw Refusal(
                fr: "Le rendez-vous a commencé : notez l'arrivée ou l'absence.",
                en: "The appointment has begun: note the arrival, or that nobody came.")
        }
        let cutOff = settings.cancelCutOff
        let last = start - cutOff
        guard origin == .resident, cutOff > .zero, appointment.now > last else { return }
        throw Refusal(
            fr: """
                Le locataire annule ou déplace jusqu'à \(cutOff) avant, donc jusqu'au \(last). Si cela vient du \
                cabinet : by=cabinet.
                """,
            en: """
                A resident cancels or moves until \(cutOff) before, so until \(last). If it comes from the practice: \
                by=practice.
                """)
    }

    func checkIn(_ appointment: inout Draft) throws(Refusal) {
        guard let start = appointment.record.start else { return }
        let zone = practice.zone
        guard zone.local(appointment.now).date >= zone.local(start).date else {
            throw Refusal(
                fr: "Le rendez-vous n'est que le \(start).", en: "The appointment is not before \(start).")
        }
        appointment.record.arrivedAt = appointment.now
    }

    func requireBegun(_ appointment: Draft) throws(Refusal) {
        guard let start = appointment.record.start, appointment.now < start else { return }
        throw Refusal(
            fr: "Le rendez-vous ne commence que le \(start).", en: "The appointment does not begin before \(start).")
    }

    // MARK: Reminders

    /// Starts the timer of the next reminder, if one is to come.
    func startReminder(of appointment: inout Draft) {
        appointment.cancel(.reminder)
        guard let start = appointment.record.start else { return }
        let now = appointment.now
        if let next = settings.reminders.map({ start - $0 }).filter({ $0 > now && $0 < start }).min() {
            appointment.start(.reminder, at: next)
        }
    }

    func remind(of appointment: inout Draft) {
        // After downtime the appointment may already have begun.
        guard let start = appointment.record.start, appointment.now < start else { return }
        tell(&appointment, .reminder)
        startReminder(of: &appointment)
    }
}
