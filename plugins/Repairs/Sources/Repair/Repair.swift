import ConciergeKit

/// Something broken that is repaired within a promised time.
///
/// Its table is in ``Repair/lifecycle``, and in extensions by subject: what is promised, who does the work and when,
/// and how it ends.
struct Repair: Service {
    static let id = "repairs.repair"
    static let name = Text(fr: "Réparation", en: "Repair")
    static let summary = Text(
        fr: "Une panne est qualifiée, confiée, réparée dans le délai promis, et close par le locataire.",
        en: "Something broken is triaged, assigned, repaired in the promised time, and closed by the resident.")
    /// A lift has no resident, and a tap has.
    static let resident = Need.orPlace
    /// What is broken is the landlord's.
    static let movingOut = MovingOut.stays
    static let signals: [any Signal.Type] = [FollowOn.self]

    static let notices: [any Notice.Type] = [
        Promised.self, NewDue.self, Missed.self, Findings.self, MadeSafe.self,
        ContractorComes.self, VisitPlanned.self, VisitCancelled.self, VisitReminder.self,
        NobodyIn.self, NobodyCameNoted.self, PartsAwaited.self, PartsHere.self,
        DoneInPart.self, Completed.self, Reopened.self, Cancelled.self, AlreadyReported.self,
        Ordered.self, OrderWithdrawn.self, Contested.self, UrgencyChanged.self, Appointment.self,
        AppointmentCancelled.self, Alarm.self,
    ]

    let settings: RepairSettings
    /// The zone of the lodge, for places that have none of their own.
    let zone: Zone
    let contractors: ContractorBook

    init(settings: RepairSettings, zone: Zone = .utc) {
        self.settings = settings
        self.zone = zone
        contractors = ContractorBook(settings.contractors)
    }

    func headline(_ repair: Record) -> Text {
        let line = repair.description.split(separator: "\n").first.map(String.init) ?? repair.description
        return Text(verbatim: "\(line) · \(repair.location)")
    }

    /// Repairs of one category in one place are probably the same.
    func likeness(_ repair: Record) -> String? { repair.category.rawValue }

    var knownNames: [KnownNames] { [known(\Assign.$contractor, contractors.entries.map(\.name))] }

    var members: Members {
        shown(\.urgencyReason, as: \Reprioritise.$reason)
        shown(\.agreement, as: \AgreeToWait.$agreement)
        hidden(\.contractor, \.declined)
        shown(\.contractorName, fr: "Entreprise", en: "Contractor")
        shown(\.contractorPhone, fr: "Téléphone de l'entreprise", en: "Telephone of the contractor")
        shown(\.declinedNames, fr: "Entreprises qui ont refusé", en: "Contractors that have declined")
        shown(\.site, fr: "Adresse", en: "Address")
        shown(\.orders, fr: "Bons de travaux demandés", en: "Work orders asked for")
        shown(\.orderSentAt, fr: "Dernier bon envoyé le", en: "Last order sent on")
        shown(\.orderError, fr: "Bon non envoyé", en: "Order not sent")
        shown(\.visit, fr: "Visite prévue", en: "Planned visit")
        shown(\.visits, fr: "Visites prévues jusqu'ici", en: "Visits planned so far")
        shown(\.noAccess, fr: "Visites sans accès", en: "Visits that found nobody")
        hidden(\.lastNoAccess)
        shown(\.partsExpected, as: \WaitForParts.$expected)
        shown(\.work, fr: "Travaux faits", en: "Work done")
        shown(\.completedAt, fr: "Travaux terminés le", en: "Work completed on")
        shown(\.confirmedBySilence, fr: "Confirmée par silence", en: "Confirmed by silence")
        shown(\.complaints, fr: "Ce qui n'allait toujours pas", en: "What was still wrong")
        shown(\.reopened, fr: "Réouvertures", en: "Times reopened")
        shown(\.cancelReason, as: \Cancel.$reason)
        shown(\.cancelNote, as: \Cancel.$note)
        shown(\.probablySame, fr: "Probablement la même panne que", en: "Probably the same as")
        shown(\.duplicateOf, as: \Duplicate.$of)
        shown(\.duplicates, fr: "Signalements rattachés", en: "Reports that were attached")
        shown(\.follows, fr: "Suite de la réparation", en: "Follows the repair")
    }

    var lifecycle: Lifecycle {
        opening(Report.self, to: .reported) { report, moment in
            try open(
                Record(
                    category: report.category, location: report.location, description: report.description,
                    access: report.access), at: moment)
        }
        opening(on: "repairs.follow-on", as: FollowOnReport.self, to: .reported) { report, moment in
            try open(
                Record(
                    category: report.category, location: report.location, description: report.description,
                    follows: report.repair), at: moment)
        }
        after(.untriaged, in: .reported) { askForTriage(of: &$0) }
        for line in promiseLines { line }
        for line in dampLines { line }
        for line in contractorLines { line }
        for line in visitLines { line }
        for line in partsLines { line }
        for line in endLines { line }
        for line in duplicateLines { line }
        correctable(\.category, as: \Report.$category) { promiseAgain(for: &$0) }
        correctable(\.location, as: \Report.$location)
        correctable(\.description, as: \Report.$description)
        correctable(\.access, as: \Report.$access)
    }

    private func open(_ record: Record, at moment: Moment) throws(Refusal) -> Draft {
        var repair = Draft(record, at: moment)
        // The key says to others that this repair is open. It is the repair's own, so that nobody else holds it.
        try repair.claim(
            Self.key(of: moment.request),
            otherwise: Text(fr: "Ce numéro est déjà pris.", en: "This number is taken already."))
        noteProbablySame(&repair)
        repair.start(.untriaged, after: settings.triageReminder)
        return repair
    }

    private func askForTriage(of repair: inout Draft) {
        repair.start(.untriaged, after: settings.triageReminder)
        repair.notify(
            .staff, "untriaged",
            Text(
                fr: "\(title(of: repair)) n'est pas encore qualifiée.",
                en: "\(title(of: repair)) is not triaged yet."))
    }
}

extension StateOf<Repair> {
    static var reported: Self { open(fr: "signalée", en: "reported", turn: .staff, next: [Repair.Triage.self]) }
    static var triaged: Self {
        open(fr: "qualifiée", en: "triaged", turn: .staff, next: [Repair.Assign.self, Repair.Complete.self])
    }
    static var assigned: Self {
        open(fr: "confiée", en: "assigned", turn: .partner, next: [Repair.Complete.self, Repair.NoAccess.self])
    }
    static var waitingForParts: Self {
        open(fr: "en attente de pièces", en: "waiting for parts", turn: .partner, next: [Repair.PartsArrived.self])
    }
    /// Nobody opened so often that staff decide.
    static var unreachable: Self {
        open(fr: "sans accès", en: "without access", turn: .staff, next: [Repair.PlanVisit.self])
    }
    static var completed: Self {
        open(fr: "terminée", en: "completed", turn: .resident, next: [Repair.Confirm.self, Repair.Reopen.self])
    }
    /// The resident can still contest it.
    static var confirmed: Self { open(fr: "confirmée", en: "confirmed", turn: .clock) }
    static var closed: Self { closed(fr: "close", en: "closed") }
    static var cancelled: Self { closed(fr: "annulée", en: "cancelled") }
}

extension TimerOf<Repair> {
    static var untriaged: Self { timer(fr: "à qualifier", en: "it is not triaged") }
    static var visitReminder: Self { timer(fr: "rappel de la visite", en: "the visit is near") }
    static var visitNews: Self { timer(fr: "comment s'est passée la visite ?", en: "how was the visit?") }
    static var decision: Self { timer(fr: "décision à prendre", en: "a decision is due") }
    static var partsReminder: Self { timer(fr: "où en sont les pièces ?", en: "how are the parts?") }
    static var silence: Self { timer(fr: "sans nouvelles, c'est réparé", en: "no news means that it is fixed") }
    static var contestOver: Self { timer(fr: "fin du délai de contestation", en: "it can be contested no more") }
}

extension CommitmentOf<Repair> {
    /// To the resident, from the triage on.
    static var repaired: Self { promise(fr: "réparée", en: "repaired") }
    /// Of the contractor, from the order on.
    static var workDone: Self { obligation(fr: "travaux faits", en: "work done") }
    /// Of damp, from the triage on: its cause is known.
    static var investigated: Self { promise(fr: "cause recherchée", en: "investigated") }
    /// Of damp, from the investigation on: the resident has read what was found.
    static var summarised: Self { promise(fr: "bilan envoyé", en: "summary sent") }
    /// Of damp, from the investigation on.
    static var madeSafe: Self { promise(fr: "mise en sécurité", en: "made safe") }
}

extension PauseOf<Repair> {
    static var parts: Self { reason(fr: "pièces en commande", en: "waiting for parts") }
}
