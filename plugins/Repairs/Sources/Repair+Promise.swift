import ConciergeKit

extension Repair {
    /// Starts the timers of the promise at its original deadline, so that a reopened repair gets no new one. If one of
    /// the instants is past, its timer fires at once.
    func watchDeadline(of repair: inout Draft) {
        guard let due = repair.record.due, let urgency = repair.record.urgency, repair.record.missedAt == nil else {
            return
        }
        repair.start(.warning, at: due - settings[urgency].lead)
        repair.start(.deadline, at: due)
    }

    /// Records whether work that is completed now keeps the promise. The deadline's timer may not have fired yet, so
    /// the time decides.
    func settlePromise(of repair: inout Draft) {
        if let due = repair.record.due, repair.record.missedAt == nil, repair.now > due {
            repair.record.missedAt = repair.now
        }
        repair.record.kept = repair.record.missedAt == nil
    }

    func warn(of repair: inout Draft) {
        // After a late reopening, or after downtime, the deadline may already have passed.
        guard let due = repair.record.due, repair.now < due else { return }
        repair.notify(
            .staff, "warning",
            Text(
                fr: "La réparation \(repair.id) doit être terminée le \(due).",
                en: "Repair \(repair.id) is due by \(due)."))
    }

    func miss(_ repair: inout Draft) {
        repair.record.missedAt = repair.now
        repair.notify(
            .staff, "missed",
            Text(
                fr: "L'échéance de la réparation \(repair.id) est passée.",
                en: "The deadline of repair \(repair.id) has passed."))
    }
}
