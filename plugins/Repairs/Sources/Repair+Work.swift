import ConciergeKit

extension Repair {
    /// Assigns the repair to a contractor and asks for the work order to be sent.
    func send(orderTo contractor: String, for repair: inout Draft) {
        if repair.record.contractor != contractor { withdrawOrder(&repair) }
        repair.record.contractor = contractor
        repair.record.orders += 1
        repair.record.orderSentAt = nil
        repair.record.orderError = nil
        if let urgency = repair.record.urgency {
            let promised = settings[urgency]
            let same = promised.term(for: repair.record.category)
            repair.oblige(
                contractor, .workDone, in: promised.contractor.map { SeasonalTerm($0) } ?? same, safety: promised.safety
            )
        }
        repair.notify(
            .partner(contractor),
            Ordered(
                number: repair.record.orders, category: repair.record.category.words, due: repair.due(.workDone)),
            onlyInState: true)
        repair.run(
            Repairs.dispatch,
            .init { order in
                (order.repair, order.order, order.contractor) = (repair.id, repair.record.orders, contractor)
            })
    }

    /// Records how the sending of an order ended. The end of an earlier order does not concern the current contractor
    /// and is ignored.
    func note(_ outcome: RunOutcome<Repairs.OrderInput, NoAnswer>, on repair: inout Draft) {
        guard outcome.given.order == repair.record.orders else { return }
        repair.record.orderError = outcome.failure
        guard let reason = outcome.failure else {
            repair.record.orderSentAt = repair.now
            return
        }
        repair.notify(
            .staff, "order-failed",
            Text(
                fr: "Le bon de travaux de \(repair.id) n'a pas pu être envoyé : \(reason)",
                en: "The work order of \(repair.id) could not be sent: \(reason)"))
    }

    /// Counts a visit that found nobody. After too many, the repair is cancelled if its category allows that.
    func noteNoAccess(on repair: inout Draft) {
        repair.record.noAccess += 1
        let visits = repair.record.noAccess
        guard visits >= settings.noAccessLimit else { return }
        if repair.record.category.endsWithoutAccess {
            repair.go(to: .cancelled)
            end(
                &repair,
                because: Text(fr: "personne n'a ouvert (\(visits) fois)", en: "nobody opened (\(visits) times)"))
        } else {
            let (id, category) = (repair.id, repair.record.category)
            repair.notify(
                .staff, "no-access",
                Text(
                    fr: "\(visits) visites sans accès pour \(id) (\(category.words)) : la réparation reste ouverte, "
                        + "il faut entrer autrement.",
                    en: "\(visits) visits found nobody for \(id) (\(category.words)): the repair stays open, "
                        + "and another way in is needed."))
        }
    }

    func warn(of repair: inout Draft) {
        guard let due = repair.due(.repaired) else { return }
        repair.notify(
            .staff, "warning",
            Text(
                fr: "La réparation \(repair.id) doit être terminée le \(due).",
                en: "Repair \(repair.id) is due by \(due)."))
    }

    func miss(_ repair: inout Draft) {
        let step = repair.escalation(.repaired)
        guard step == 0 else {
            return repair.notify(
                .staff, "still-missed",
                Text(
                    fr: "La réparation \(repair.id) n'est toujours pas terminée : rappel \(step).",
                    en: "Repair \(repair.id) is still not completed: reminder \(step)."))
        }
        repair.notify(
            .staff, "missed",
            Text(
                fr: "L'échéance de la réparation \(repair.id) est passée.",
                en: "The deadline of repair \(repair.id) has passed."))
    }

    func missWork(of repair: inout Draft) {
        let contractor = repair.record.contractor ?? ""
        repair.notify(
            .staff, "contractor-late",
            Text(
                fr: "\(contractor) n'a pas terminé à temps les travaux de \(repair.id).",
                en: "\(contractor) has not completed the work of \(repair.id) in time."))
    }

    /// Tells the contractor, if there is one, that the order holds no more.
    private func withdrawOrder(_ repair: inout Draft) {
        guard let contractor = repair.record.contractor else { return }
        repair.notify(.partner(contractor), OrderWithdrawn(number: repair.record.orders))
    }

    /// Tells the contractor and the resident that the repair is cancelled, and the resident why.
    func end(_ repair: inout Draft, because reason: Text) {
        withdrawOrder(&repair)
        repair.notify(.resident, Cancelled(reason: reason))
    }
}
