import ConciergeKit

// What is promised: by the triage, by a change of the urgency, and what happens when the deadline is near or missed.
extension Repair {
    @LifecycleBuilder<Repair> var promiseLines: Lifecycle {
        on(Triage.self, from: .reported, to: .triaged) { triage, repair in
            repair.record.urgency = triage.urgency
            noteProbablySame(&repair)
            let due = promise(&repair)
            tell(
                &repair, .promised, Promised(what: repair.record.what, due: due, phone: phone(for: repair)), until: due)
            alarm(about: &repair)
        }
        on(Reprioritise.self, in: .triaged, .assigned, .waitingForParts) { change, repair in
            try reprioritise(&repair, to: change.urgency, because: change.reason)
        }
        on(AgreeToWait.self, in: .triaged, .assigned) { consent, repair in
            try stretch(&repair, by: consent.agreement)
        }
        on(approaching: .repaired, in: .triaged, .assigned) { warn(of: &$0) }
        on(missed: .repaired, in: .triaged, .assigned) { miss(&$0) }
        on(missed: .workDone, in: .assigned) { missWork(of: &$0) }
    }

    /// What is promised of a repair that is triaged.
    private func promised(for record: Record) -> RepairSettings.Promised { settings[record.urgency ?? .u3] }

    /// The time until it is repaired.
    private func term(for record: Record) -> SeasonalTerm {
        record.isOnDampLadder
            ? SeasonalTerm(settings.damp.repaired) : promised(for: record).term(for: record.category)
    }

    /// Promises that it is repaired, or changes what is promised already: without a reason never to a later deadline.
    @discardableResult
    private func promise(_ repair: inout Draft, because reason: Text? = nil) -> Instant {
        let promised = promised(for: repair.record)
        let due = repair.promise(
            .repaired, in: term(for: repair.record), warningOf: promised.lead(of:), escalation: promised.escalation,
            safety: promised.safety, because: reason)
        if repair.record.isOnDampLadder {
            if !repair.isOpen(.madeSafe), repair.record.finding == nil {
                repair.promise(.investigated, in: settings.damp.investigated, warning: settings.damp.warning)
            }
        } else {
            repair.withdraw(.investigated)
        }
        return due
    }

    /// Promises anew what depends on the category, after a correction. The deadline does not become later by it.
    func promiseAgain(for repair: inout Draft) {
        guard repair.record.urgency != nil, repair.isOpen(.repaired) else { return }
        promise(&repair)
    }

    /// Notes what a contractor owes from the order on, or changes it.
    func oblige(_ contractor: String, to repair: inout Draft, because reason: Text? = nil) {
        guard repair.record.urgency != nil else { return }
        let promised = promised(for: repair.record)
        repair.oblige(
            contractor, .workDone, in: promised.contractor.map { SeasonalTerm($0) } ?? term(for: repair.record),
            safety: promised.safety, because: reason)
    }

    private func reprioritise(
        _ repair: inout Draft, to urgency: Urgency, because reason: String
    ) throws(Refusal) {
        guard let before = repair.record.urgency, urgency != before else {
            throw Refusal(fr: "C'est déjà son urgence.", en: "That is its urgency already.")
        }
        repair.record.urgency = urgency
        repair.record.urgencyReason = reason
        let words =
            urgency.isBelow(before) ? Text(fr: "urgence revue : \(reason)", en: "urgency changed: \(reason)") : nil
        promise(&repair, because: words)
        if let contractor = repair.record.contractor, repair.isOpen(.workDone) {
            oblige(contractor, to: &repair, because: words)
            repair.notify(
                .partner(contractor),
                UrgencyChanged(
                    order: order(of: repair), what: repair.record.what, urgency: urgency.words,
                    due: repair.due(.workDone)),
                urgent: isDangerous(repair.record))
        }
        if let due = repair.due(.repaired) {
            tell(
                &repair, .promised, NewDue(what: repair.record.what, due: due, phone: phone(for: repair)), until: due)
        }
        alarm(about: &repair)
    }

    private func stretch(_ repair: inout Draft, by agreement: String) throws(Refusal) {
        guard let stretched = promised(for: repair.record).stretched, !repair.record.isOnDampLadder,
            !needsAccess(repair)
        else {
            throw Refusal(
                fr:
                    "Ce délai ne s'allonge pas : il n'y a pas de délai plus long pour cette urgence, ou la sécurité est "
                    + "en jeu.",
                en: "This deadline cannot be moved: there is no longer term for this urgency, or safety is at stake.")
        }
        repair.record.agreement = agreement
        let due = repair.promise(
            .repaired, in: stretched,
            because: Text(fr: "avec l'accord du locataire", en: "with the resident's consent"))
        tell(&repair, .promised, NewDue(what: repair.record.what, due: due, phone: phone(for: repair)), until: due)
    }

    /// Tells the emergency line and a contractor on call of a danger, while the lodge is closed.
    private func alarm(about repair: inout Draft) {
        guard isDangerous(repair.record), repair.nextOpening(from: repair.now) > repair.now else { return }
        let alarm = Alarm(
            what: repair.record.what, description: repair.record.description,
            site: repair.moment.place.map(Self.site), due: repair.due(.repaired),
            phone: settings.emergency.phone ?? settings.phone)
        if let line = settings.emergency.partner { repair.notify(.partner(line), alarm, urgent: true) }
        guard repair.record.contractor == nil, let onCall = fitting(repair).first(where: \.terms.onCall) else { return }
        repair.notify(.partner(onCall.id), alarm, urgent: true)
    }

    private func warn(of repair: inout Draft) {
        guard let due = repair.due(.repaired) else { return }
        repair.notify(
            .staff, "warning",
            Text(
                fr: "\(title(of: repair)) doit être terminée le \(due). \(whoRepairs(repair))",
                en: "\(title(of: repair)) is due by \(due). \(whoRepairs(repair))"))
    }

    private func miss(_ repair: inout Draft) {
        let step = repair.escalation(.repaired)
        guard step == 0 else {
            return repair.notify(
                .staff, "still-missed",
                Text(
                    fr: "\(title(of: repair)) n'est toujours pas terminée : rappel \(step). \(whoRepairs(repair))",
                    en: "\(title(of: repair)) is still not completed: reminder \(step). \(whoRepairs(repair))"))
        }
        repair.notify(
            .staff, "missed",
            Text(
                fr: "\(title(of: repair)) : l'échéance est passée. \(whoRepairs(repair))",
                en: "\(title(of: repair)): the deadline has passed. \(whoRepairs(repair))"))
        let visit = repair.record.visit.flatMap { $0.lowerBound > repair.now ? $0.lowerBound : nil }
        tell(&repair, .missed, Missed(what: repair.record.what, visit: visit, phone: phone(for: repair)))
    }

    private func missWork(of repair: inout Draft) {
        let contractor = contractorToCall(repair.record.contractor ?? "")
        repair.notify(
            .staff, "contractor-late",
            Text(
                fr: "\(contractor) n'a pas terminé à temps. \(title(of: repair)) attend.",
                en: "\(contractor) has not completed the work in time. \(title(of: repair)) is waiting."))
    }

    private func whoRepairs(_ repair: Draft) -> Text {
        guard let contractor = repair.record.contractor else {
            return Text(fr: "Personne n'en est chargé.", en: "Nobody is charged with it.")
        }
        return Text(
            fr: "Entreprise : \(contractorToCall(contractor)).", en: "Contractor: \(contractorToCall(contractor)).")
    }
}
