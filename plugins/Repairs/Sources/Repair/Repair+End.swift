import ConciergeKit

// How a repair ends: in part, done, confirmed, contested, or cancelled.
extension Repair {
    @LifecycleBuilder<Repair> var endLines: Lifecycle {
        on(CompleteInPart.self, in: .assigned) { part, repair in
            repair.record.note(work: part.workDone)
            repair.record.remains = part.remains
            letIn(&repair)
            endVisit(&repair)
            if let start = part.start {
                try planVisit(from: start, to: part.end, isOutsideHours: false, for: &repair)
            }
            repair.notify(
                .resident,
                DoneInPart(
                    what: repair.record.what, done: part.workDone, remains: part.remains, visit: part.start,
                    phone: phone(for: repair)))
        }
        on(Complete.self, from: .triaged, .assigned, to: .completed) { complete, repair in
            for commitment in [Commitment.repaired, .workDone, .investigated, .summarised, .madeSafe] {
                repair.keep(commitment)
            }
            repair.record.note(work: complete.workDone)
            repair.record.remains = nil
            repair.record.completedAt = repair.now
            letIn(&repair)
            recallOrderNews(&repair)
            giveBack(&repair)
            let until = repair.now + settings.lastWord
            repair.start(.silence, at: until)
            tell(
                &repair, .completed,
                Completed(what: repair.record.what, done: complete.workDone, until: until, phone: phone(for: repair)),
                until: until)
        }
        on(Confirm.self, from: .completed, to: .confirmed) { confirm, repair in
            repair.record.score = confirm.score
            if let score = confirm.score { repair.rate(.repaired, score) }
            repair.start(.contestOver, after: settings.contest)
        }
        after(.silence, from: .completed, to: .confirmed) { repair in
            repair.record.confirmedBySilence = true
            repair.start(.contestOver, after: settings.contest)
        }
        on(Reopen.self, from: .completed, .confirmed, to: .triaged, .assigned) { reopen, repair in
            try contest(&repair, because: reopen.reason)
        }
        after(.contestOver, from: .confirmed, to: .closed)
        on(OrderFollowOn.self, in: .assigned, .completed) { work, repair in
            repair.raise(
                FollowOn(
                    repair: repair.id, category: work.trade ?? repair.record.category,
                    location: repair.record.location, description: work.description))
        }
        on(
            Cancel.self, from: .reported, .triaged, .assigned, .waitingForParts, .unreachable, to: .cancelled
        ) { cancel, repair in
            if cancel.reason == .noAccess { try checkNoAccess(of: repair) }
            repair.record.cancelReason = cancel.reason
            repair.record.cancelNote = cancel.note
            withdrawOrder(&repair)
            giveBack(&repair)
            tell(
                &repair, .cancelled,
                Cancelled(what: repair.record.what, reason: cancel.reason.said, phone: phone(for: repair)))
        }
    }

    /// Somebody was let in: the visits that found nobody count no more.
    private func letIn(_ repair: inout Draft) {
        repair.record.noAccess = 0
        repair.record.lastNoAccess = nil
    }

    /// The resident says that it is not fixed. What was done stays noted, and the contractor comes again.
    private func contest(_ repair: inout Draft, because reason: String) throws(Refusal) {
        repair.reopen(.repaired)
        repair.reopen(.workDone)
        repair.record.completedAt = nil
        repair.record.score = nil
        repair.record.confirmedBySilence = nil
        repair.record.reopened += 1
        repair.record.note(complaint: reason)
        let contractor = repair.record.contractor
        repair.notify(
            .resident,
            Reopened(
                what: repair.record.what, who: contractor.map(contractors.name(of:)), due: repair.due(.repaired),
                phone: phone(for: repair)))
        guard let contractor else { return }
        repair.go(to: .assigned)
        try takeShareAgain(for: &repair)
        dispatchOrder(for: &repair)
        repair.notify(
            .partner(contractor),
            Contested(
                order: order(of: repair), what: repair.record.what, reason: reason, due: repair.due(.workDone)),
            urgent: isDangerous(repair.record))
    }

    /// Whether a person may cancel because nobody opens.
    private func checkNoAccess(of repair: Draft) throws(Refusal) {
        guard !needsAccess(repair) else {
            throw Refusal(
                fr:
                    "Cette réparation ne s'annule pas faute d'accès : elle touche à la sécurité, à l'eau, à l'humidité ou "
                    + "au chauffage.",
                en: "This repair is not cancelled for want of access: it is about safety, water, damp or heating.")
        }
        guard repair.record.noAccess >= settings.noAccessLimit else {
            throw Refusal(
                fr: "Il faut \(settings.noAccessLimit, "visite", "visites") sans accès avant d'annuler pour ce motif.",
                en: "It takes \(settings.noAccessLimit, "visit", "visits") without access to cancel for that.")
        }
    }
}

/// Work that is left to do after a repair, or that a maintenance visit has found: a repair is opened for it.
struct FollowOn: Signal {
    let repair: String
    let category: Category
    let location: String
    let description: String
}
