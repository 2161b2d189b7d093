import ConciergeKit

/// One visit of planned maintenance: it is asked for before the interval ends, and its evidence is kept.
struct Maintenance: Service {
    static let id = "repairs.maintenance"
    static let name = Text(fr: "Entretien", en: "Maintenance")
    static let summary = Text(
        fr: "Un équipement est entretenu avant la fin de son intervalle, et la preuve en est gardée.",
        en: "Equipment is maintained before its interval ends, and the evidence of it is kept.")
    static let resident = Need.none
    static let signals: [any Signal.Type] = [FollowOn.self]
    static let notices: [any Notice.Type] = [VisitAsked.self, VisitOverdue.self]

    struct Record: Codable {
        /// The key of the equipment in the configuration.
        var equipment: String
        var what: String
        var residence: String
        var contractor: String?
        /// The day of the visit before.
        var last: LocalDate?
        /// The last day of the interval.
        var dueOn: LocalDate
        var on: LocalDate?
        var by: String?
        var report: String?
        var defects: String?
        var stopped: String?
    }

    struct Plan: Input {
        static let name = Text(fr: "Prévoir l'entretien", en: "Plan the maintenance")
        @Field(fr: "Équipement", en: "Equipment", example: "lift-tilleuls") var equipment: String
        @Field(fr: "Dernière visite le", en: "Last visit on", example: LocalDate("2026-11-16")) var last: LocalDate?
    }

    struct RecordVisit: Input {
        static let name = Text(fr: "Noter la visite d'entretien", en: "Record the maintenance visit")
        @Field(fr: "Visite faite le", en: "Visit made on", example: LocalDate("2026-11-23")) var on: LocalDate
        @Field(fr: "Par qui", en: "By whom", example: "Ascenseurs Durand, M. Petit") var by: String
        @Field(fr: "Numéro du rapport", en: "Number of the report", example: "R-2026-118") var report: String
        @Field(fr: "Défauts constatés", en: "Defects found", example: "Porte palière du 3e lente", .lines)
        var defects: String?
    }

    struct Stop: Input {
        static let name = Text(fr: "Arrêter l'entretien", en: "Stop the maintenance")
        @Field(fr: "Motif", en: "Reason", example: "Équipement déposé") var reason: String
    }

    let settings: RepairSettings
    /// The zone in which days begin, for places that have none of their own.
    let zone: Zone
    let contractors: ContractorBook

    init(settings: RepairSettings, zone: Zone = .utc) {
        self.settings = settings
        self.zone = zone
        contractors = ContractorBook(settings.contractors)
    }

    func headline(_ maintenance: Record) -> Text {
        Text(verbatim: "\(maintenance.what) · \(maintenance.residence)")
    }

    /// One for each piece of equipment.
    func likeness(_ maintenance: Record) -> String? { maintenance.equipment }

    var members: Members {
        shown(\.what, fr: "Ce qui est entretenu", en: "What is maintained")
        shown(\.residence, fr: "Résidence", en: "Residence")
        shown(\.contractor, fr: "Entreprise", en: "Contractor")
        shown(\.dueOn, fr: "À faire au plus tard le", en: "To be done by")
        shown(\.stopped, as: \Stop.$reason)
    }

    var lifecycle: Lifecycle {
        opening(Plan.self, to: .planned) { plan, moment in try open(plan, at: moment) }
        on(approaching: .maintained, in: .planned, or: .due) { maintenance in
            maintenance.go(to: .due)
            askForVisit(of: &maintenance)
        }
        on(missed: .maintained, in: .due) { noteOverdue(&$0) }
        on(RecordVisit.self, from: .planned, .due, to: .done) { visit, maintenance in
            try record(visit, of: &maintenance)
        }
        on(Stop.self, from: .planned, .due, to: .stopped) { stop, maintenance in
            maintenance.record.stopped = stop.reason
        }
        correctable(\.last, as: \Plan.$last)
    }

    private func open(_ plan: Plan, at moment: Moment) throws(Refusal) -> Draft {
        guard let equipment = settings.equipment[plan.equipment] else {
            let hint =
                NearestName.suggestion(for: plan.equipment, among: settings.equipment.keys.sorted())
                ?? Text(
                    fr: "ajoutez-le à la configuration (equipment)", en: "add it to the configuration (equipment)")
            throw Refusal(
                fr: "L'équipement « \(plan.equipment) » n'est pas connu ; \(hint)",
                en: "The equipment \"\(plan.equipment)\" is not known; \(hint)")
        }
        let last = plan.last ?? equipment.lastVisit
        let days = Int(equipment.every.components.seconds / 86_400)
        let dueOn = last?.adding(days: days) ?? moment.today
        var maintenance = Draft(
            Record(
                equipment: plan.equipment, what: equipment.what, residence: equipment.residence,
                contractor: equipment.contractor, last: last, dueOn: dueOn), at: moment)
        try maintenance.claim(
            "equipment:\(plan.equipment)",
            otherwise: Text(
                fr: "L'entretien de \(equipment.what) est déjà prévu.",
                en: "The maintenance of \(equipment.what) is planned already."))
        let end = (moment.place?.zone ?? zone).instant(of: dueOn.adding(days: 1), at: TimeOfDay(minutes: 0))
        let hours = max(1, Int((end - moment.now).components.seconds / 3600))
        maintenance.oblige(
            equipment.contractor ?? equipment.what, .maintained, in: .hours(min(hours, Term.counts.upperBound)),
            warning: equipment.warning, escalation: [.days(7), .days(14), .days(28)])
        return maintenance
    }

    private func askForVisit(of maintenance: inout Draft) {
        let record = maintenance.record
        if let contractor = record.contractor {
            maintenance.notify(
                .partner(contractor),
                VisitAsked(what: record.what, residence: record.residence, dueOn: record.dueOn), onlyInState: true)
        }
        let who = record.contractor.map(contractors.name(of:)) ?? "-"
        maintenance.notify(
            .staff, "maintenance-due",
            Text(
                fr: "\(record.what), \(record.residence) : entretien à faire au plus tard le \(record.dueOn). "
                    + "Entreprise : \(who).",
                en: "\(record.what), \(record.residence): maintenance due by \(record.dueOn). Contractor: \(who)."))
    }

    private func noteOverdue(_ maintenance: inout Draft) {
        let record = maintenance.record
        if let contractor = record.contractor {
            maintenance.notify(
                .partner(contractor),
                VisitOverdue(what: record.what, residence: record.residence, dueOn: record.dueOn), onlyInState: true)
        }
        maintenance.notify(
            .staff, "maintenance-overdue",
            Text(
                fr:
                    "\(record.what), \(record.residence) : l'entretien n'a pas été fait le \(record.dueOn) au plus tard.",
                en: "\(record.what), \(record.residence): the maintenance was not done by \(record.dueOn)."))
    }

    private func record(_ visit: RecordVisit, of maintenance: inout Draft) throws(Refusal) {
        guard visit.on <= maintenance.moment.today else {
            throw Refusal(fr: "La visite n'a pas encore eu lieu.", en: "The visit has not taken place yet.")
        }
        if let last = maintenance.record.last, visit.on < last {
            throw Refusal(
                fr: "La visite d'avant date du \(last) : celle-ci ne peut pas la précéder.",
                en: "The visit before was on \(last): this one cannot be before it.")
        }
        maintenance.keep(.maintained)
        maintenance.record.on = visit.on
        maintenance.record.by = visit.by
        maintenance.record.report = visit.report
        maintenance.record.defects = visit.defects
        maintenance.run(Repairs.planMaintenance)
        guard let defects = visit.defects else { return }
        // A repair is for somebody or about a place.
        if maintenance.moment.place != nil {
            maintenance.raise(
                FollowOn(
                    repair: maintenance.id,
                    category: settings.equipment[maintenance.record.equipment]?.category ?? .other,
                    location: maintenance.record.what, description: defects))
        } else {
            maintenance.notify(
                .staff, "defects",
                Text(
                    fr: "\(maintenance.record.what), \(maintenance.record.residence) : défauts à faire réparer : "
                        + "\(phrase(defects)).",
                    en: "\(maintenance.record.what), \(maintenance.record.residence): defects to be repaired: "
                        + "\(phrase(defects))."))
        }
    }
}

extension StateOf<Maintenance> {
    static var planned: Self { open(fr: "prévu", en: "planned", turn: .clock) }
    static var due: Self { open(fr: "à faire", en: "due", turn: .partner) }
    static var done: Self { closed(fr: "fait", en: "done") }
    static var stopped: Self { closed(fr: "arrêté", en: "stopped") }
}

extension CommitmentOf<Maintenance> {
    /// Before the interval ends.
    static var maintained: Self { obligation(fr: "entretien fait", en: "maintained") }
}

// What a contractor reads of maintenance.
extension Maintenance {
    /// The interval ends soon.
    struct VisitAsked: Notice {
        let what: String
        let residence: String
        let dueOn: LocalDate

        var words: Text {
            Text(
                fr:
                    "Entretien de \(what) (\(residence)) à faire au plus tard le \(dueOn). Merci de nous dire quand vous "
                    + "venez.",
                en: "Maintenance of \(what) (\(residence)) is due by \(dueOn). Please tell us when you come.")
        }

        static let example = VisitAsked(
            what: "Ascenseur A", residence: "Les Tilleuls", dueOn: LocalDate(daysSinceEpoch: 20_810))
    }

    /// The interval has ended.
    struct VisitOverdue: Notice {
        let what: String
        let residence: String
        let dueOn: LocalDate

        var words: Text {
            Text(
                fr:
                    "Entretien de \(what) (\(residence)) : il était à faire au plus tard le \(dueOn). Merci de venir sans "
                    + "attendre.",
                en: "Maintenance of \(what) (\(residence)) was due by \(dueOn). Please come without delay.")
        }

        static let example = VisitOverdue(
            what: "Ascenseur A", residence: "Les Tilleuls", dueOn: LocalDate(daysSinceEpoch: 20_810))
    }
}
