import ConciergeKit

// Visits: planned within a contractor's time, moved, cancelled, without access, and what follows from that.
extension Repair {
    @LifecycleBuilder<Repair> var visitLines: Lifecycle {
        on(PlanVisit.self, from: .assigned, .unreachable, to: .assigned) { plan, repair in
            try planVisit(from: plan.start, to: plan.end, isOutsideHours: plan.outsideHours, for: &repair)
        }
        on(CancelVisit.self, in: .assigned) { _, repair in
            guard let contractor = repair.record.contractor, let visit = repair.record.visit else {
                throw noVisit
            }
            endVisit(&repair)
            repair.notify(.resident, VisitCancelled(what: repair.record.what, phone: phone(for: repair)))
            repair.notify(
                .partner(contractor),
                AppointmentCancelled(order: order(of: repair), what: repair.record.what, start: visit.lowerBound))
        }
        on(NoAccess.self, in: .assigned, or: .unreachable) { _, repair in try noteNoAccess(on: &repair) }
        on(NobodyCame.self, from: .assigned, .unreachable, to: .assigned) { _, repair in
            try noteNobodyCame(on: &repair)
        }
        after(.visitReminder, in: .assigned) { repair in
            guard let visit = repair.record.visit, let contractor = repair.record.contractor else { return }
            repair.notify(
                .resident,
                VisitReminder(
                    what: repair.record.what, who: contractors.name(of: contractor), start: visit.lowerBound,
                    end: visit.upperBound, phone: phone(for: repair)),
                usefulUntil: visit.lowerBound, onlyInState: true)
        }
        after(.visitNews, in: .assigned) { repair in
            guard let contractor = repair.record.contractor else { return }
            repair.notify(
                .staff, "visit-news",
                Text(
                    fr: "\(title(of: repair)) : comment s'est passée la visite de \(contractorToCall(contractor)) ?",
                    en: "\(title(of: repair)): how was the visit of \(contractorToCall(contractor))?"))
        }
        after(.decision, in: .unreachable) { repair in
            repair.start(.decision, after: settings.decisionReminder)
            askForDecision(on: &repair)
        }
    }

    private var noVisit: Refusal {
        Refusal(
            fr: "Aucune visite n'est prévue : prévoyez-la d'abord.", en: "No visit is planned: plan it first.")
    }

    /// Plans a visit in place of the one that was planned. The contractor makes no other visit in that time.
    func planVisit(
        from start: Instant, to end: Instant?, isOutsideHours: Bool, for repair: inout Draft
    ) throws(Refusal) {
        guard let contractor = repair.record.contractor else {
            throw Refusal(fr: "Confiez d'abord la réparation.", en: "Assign the repair first.")
        }
        guard start >= repair.now else {
            throw Refusal(fr: "La visite doit être à venir.", en: "The visit must be in the future.")
        }
        let end = end ?? start + settings.visitLength
        guard end > start else {
            throw Refusal(fr: "La fin doit être après le début.", en: "The end must be after the beginning.")
        }
        let (visit, entry) = (start..<end, contractors[contractor])
        let name = contractors.name(of: contractor)
        if let entry, !isOutsideHours, !isDangerous(repair.record),
            !entry.terms.works(for: visit, in: repair.moment.place?.zone ?? zone)
        {
            throw Refusal(
                fr: "\(name) ne travaille pas à ces heures. Si c'est convenu, ajoutez-le.",
                en: "\(name) does not work at these hours. If it is agreed, say so.")
        }
        let isMoved = repair.record.visit != nil
        endVisit(&repair)
        try repair.claim(visit, of: Self.visits(of: contractor), units: entry?.terms.crews ?? 1) { free in
            let times = free.map { Text(fr: "\($0)", en: "\($0)") }
            return times.isEmpty
                ? Text(fr: "\(name) a déjà une visite à cette heure.", en: "\(name) has another visit at that time.")
                : Text(
                    fr: "\(name) a déjà une visite à cette heure. Libre : \(times).",
                    en: "\(name) has another visit at that time. Free: \(times).")
        }
        repair.record.visit = visit
        repair.record.visits += 1
        repair.start(.visitNews, at: end + settings.visitNews)
        let reminder = start - settings.visitReminder
        if reminder > repair.now { repair.start(.visitReminder, at: reminder) }
        repair.notify(
            .resident,
            VisitPlanned(
                what: repair.record.what, who: name, start: start, end: end, isMoved: isMoved,
                phone: phone(for: repair)),
            usefulUntil: end, urgent: isDangerous(repair.record))
        repair.notify(
            .partner(contractor),
            Appointment(order: order(of: repair), what: repair.record.what, start: start, end: end), usefulUntil: end)
    }

    /// Ends what is planned of a visit, whether or not it was made.
    func endVisit(_ repair: inout Draft) {
        if let visit = repair.record.visit, let contractor = repair.record.contractor {
            repair.release(visit, of: Self.visits(of: contractor))
        }
        repair.record.visit = nil
        repair.cancel(.visitReminder)
        repair.cancel(.visitNews)
    }

    /// Counts a visit that found nobody, once. After too many, staff decide.
    private func noteNoAccess(on repair: inout Draft) throws(Refusal) {
        guard let visit = repair.record.visit else { throw noVisit }
        guard repair.now >= visit.lowerBound else {
            throw Refusal(
                fr: "La visite ne commence que le \(visit.lowerBound).", en: "The visit begins on \(visit.lowerBound).")
        }
        let who = contractors.name(of: repair.record.contractor ?? "")
        endVisit(&repair)
        repair.record.noAccess += 1
        repair.record.lastNoAccess = visit.lowerBound
        let isLast = repair.record.noAccess >= settings.noAccessLimit
        repair.notify(
            .resident,
            NobodyIn(
                what: repair.record.what, who: who, visit: visit.lowerBound, isLast: isLast,
                isNeeded: needsAccess(repair), phone: phone(for: repair)))
        guard isLast else { return }
        repair.go(to: .unreachable)
        repair.start(.decision, after: settings.decisionReminder)
        askForDecision(on: &repair)
    }

    private func askForDecision(on repair: inout Draft) {
        let visits = repair.record.noAccess
        let way =
            needsAccess(repair)
            ? Text(
                fr: "Elle ne peut pas être annulée pour ce motif : il faut entrer autrement.",
                en: "It cannot be cancelled for that: another way in is needed.")
            : Text(
                fr: "Prévoyez une autre visite, ou annulez-la pour ce motif.",
                en: "Plan another visit, or cancel it for that.")
        repair.notify(
            .staff, "no-access",
            Text(
                fr: "\(title(of: repair)) : \(visits, "visite", "visites") sans accès. \(way)",
                en: "\(title(of: repair)): \(visits, "visit", "visits") found nobody. \(way)"))
    }

    /// Takes back a visit that found nobody, because the resident says that nobody came.
    private func noteNobodyCame(on repair: inout Draft) throws(Refusal) {
        guard let visit = repair.record.lastNoAccess, repair.record.noAccess > 0 else {
            throw Refusal(
                fr: "Aucune visite sans accès n'est à retirer.", en: "There is no visit without access to take back.")
        }
        repair.record.noAccess -= 1
        repair.record.lastNoAccess = nil
        repair.notify(.resident, NobodyCameNoted(what: repair.record.what, phone: phone(for: repair)))
        let who = contractorToCall(repair.record.contractor ?? "")
        repair.notify(
            .staff, "nobody-came",
            Text(
                fr: "\(title(of: repair)) : selon le locataire, personne n'est venu le \(visit). À voir avec \(who).",
                en: "\(title(of: repair)): the resident says that nobody came on \(visit). Ask \(who)."))
    }
}
