import ConciergeKit

extension Appointment {
    /// Puts a resident on the waiting list, or holds the first slot of the days if one is free.
    func wait(_ wait: Wait, at moment: Moment) throws(Refusal) -> Draft {
        let agenda = agenda(at: moment)
        let today = practice.zone.local(moment.now).date
        let chosen = try practice.selection(named: wait.practitioner, kind: wait.kind)
        let from = max(wait.from ?? today, today)
        let until = wait.until ?? from.adding(days: 14)
        guard from <= until else {
            throw Refusal(fr: "La fin de l'attente est avant son début.", en: "The waiting ends before it begins.")
        }
        var appointment = Draft(Record(transport: wait.transport, changedAt: moment.now), at: moment)
        appointment.record.wanted = chosen.practitioners.map(\.id)
        appointment.record.wantedFrom = from
        appointment.record.wantedUntil = until
        let slots = wantedSlots(of: appointment.record, in: agenda)
        let days = Text.days(from, until)
        func none(_ reason: Text?) -> Refusal {
            let words =
                reason.map { reason in
                    Text(
                        fr: "Aucun créneau\(chosen.words) \(days) : \(reason).",
                        en: "No slot\(chosen.words) \(days): \(reason).")
                }
                ?? Text(fr: "Aucun créneau\(chosen.words) \(days).", en: "No slot\(chosen.words) \(days).")
            return refusal(words, next: moment.now, of: chosen, in: agenda, for: appointment)
        }
        guard let last = slots.last else {
            throw none(from == until ? agenda.reason(forNoneOn: from, of: chosen.practitioners) : nil)
        }
        if takeFirst(of: slots, for: &appointment) {
            keepOffer(&appointment)
            appointment.go(to: .pending)
        } else if getInLine(for: slots, &appointment) {
            appointment.start(.waitEnds, at: last.start)
            tellListed(&appointment, until: last.start)
        } else {
            throw none(Text(fr: "absence", en: "away"))
        }
        return appointment
    }

    /// Holds the slot that came free for the resident. One that nobody can use any more, because it has begun or the
    /// practitioner is away, is given back, and the resident waits on.
    func offer(_ grant: Claim, to appointment: inout Draft) {
        appointment.release(grant.key)
        let slots = wantedSlots(of: appointment.record, in: agenda(at: appointment.moment))
        let granted = slots.filter { $0.key == grant.key }
        if takeFirst(of: granted, for: &appointment) || takeFirst(of: slots, for: &appointment) {
            keepOffer(&appointment)
            return
        }
        // Those that are taken come free again; without one, the timer ends the waiting.
        if !getInLine(for: slots, &appointment) { appointment.go(to: .waitlist) }
    }

    /// The slots for which the resident waits and that have not begun.
    private func wantedSlots(of appointment: Record, in agenda: Agenda) -> [Slot] {
        guard let from = appointment.wantedFrom, let until = appointment.wantedUntil else { return [] }
        let zone = practice.zone
        let midnight = TimeOfDay(minutes: 0)
        // A slot may begin at midnight itself.
        return agenda.slots(
            of: (appointment.wanted ?? []).compactMap { practice.practitioners[$0] },
            after: zone.instant(of: from, at: midnight) - .milliseconds(1),
            through: zone.instant(of: until.adding(days: 1), at: midnight) - .milliseconds(1), limit: Self.considered)
    }

    /// Takes the first of these slots that is free. Returns whether there is one.
    private func takeFirst(of slots: [Slot], for appointment: inout Draft) -> Bool {
        guard let slot = free(slots, for: appointment, limit: 1).first, appointment.tryClaim(slot.key) else {
            return false
        }
        // Who waited for a slot is offered it also beside another appointment: that is refused, if at all, when they
        // confirm.
        if let resident = appointment.resident {
            _ = appointment.tryClaim(practice.time(of: slot), of: Self.timeKey(of: resident))
        }
        put(slot, into: &appointment)
        return true
    }

    /// Keeps an offered slot: at most for half of the time that is left, so that the next in line has some too.
    private func keepOffer(_ appointment: inout Draft) {
        guard let start = appointment.record.start else { return }
        keep(&appointment, for: min(settings.offerFor, (start - appointment.now) / 2))
    }

    /// Gets in line for those of the slots that others hold. Returns whether there are any.
    private func getInLine(for slots: [Slot], _ appointment: inout Draft) -> Bool {
        let keys = slots.map(\.key)
        let free = Set(appointment.free(among: keys))
        let taken = keys.filter { !free.contains($0) }
        return !taken.isEmpty && appointment.claim(oneOf: taken, orWait: .waitlist) == nil
    }

    /// Ends the waiting: the last slot has begun.
    func giveUp(_ appointment: inout Draft) {
        appointment.notify(.resident, NothingFree(contact: contact(.another)))
    }
}
