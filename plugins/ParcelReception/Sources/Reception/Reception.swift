import ConciergeKit

/// A parcel that is received for a resident and kept until somebody takes it.
struct Reception: Service {
    static let id = "parcel.reception"
    static let name = Text(fr: "Réception de colis", en: "Parcel reception")
    static let summary = Text(
        fr: "Un colis est reçu, gardé, et remis contre un code à usage unique.",
        en: "A parcel is taken in, kept, and handed over for a one-use code.")
    static let resident = Need.required
    static var signals: [any Signal.Type] { [Uncollected.self, FragileUncollected.self] }
    static let notices: [any Notice.Type] = [
        Arrived.self, StillHere.self, CodeAgain.self, Extended.self, HandedOver.self, Forwarded.self, SentBack.self,
        Missing.self, Found.self,
    ]

    /// Nobody collected the parcel in time; staff decide what becomes of it.
    struct Uncollected: Signal {
        /// For how many days it was kept.
        let days: Int
    }

    /// A resident who is registered as fragile does not fetch a parcel: somebody should see them.
    struct FragileUncollected: Signal {
        /// For how many days it has been kept so far.
        let days: Int
    }

    struct Record: Codable {
        /// The number on the label, or the one that the lodge gave.
        var tracking: TrackingNumber
        /// By which published form the number is right.
        var format: NumberCheck
        /// Who brought it, as staff named them or as the form of the number says without doubt.
        var carrier: String?
        /// Who may have brought it, by the form of the number.
        var candidates: [String]
        var kind: ParcelKind
        var sender: String?
        var shelf: String?
        /// Why it was taken in although the check of its number is wrong.
        var numberReason: String?
        /// The one-use code for the collection; nil until the parcel is there. It has the name of a secret field, so only
        /// staff see it.
        var code: String?
        var arrivedAt: Instant?
        /// The last day on which it is kept.
        var lastDay: LocalDate?
        var remindersSent = 0
        /// Whether the signal for a fragile resident was raised.
        var isFragileTold = false
        /// Who took it, if it was not the resident.
        var collectedBy: String?
        var collector: Collector?
        var proof: Proof?
        /// Why it was handed over without its code.
        var handOverReason: String?
        /// The number of wrong codes since ``codeTriedAt``.
        var codeTries: Int?
        var codeTriedAt: Instant?
        /// The lodge where it is kept now, if it is not the resident's own.
        var lodge: String?
        /// Why it has to be returned, or was.
        var returnReason: ReturnReason?
        /// What staff have noted with the last step.
        var note: String?
    }

    let settings: ParcelSettings
    /// The zone of the lodge, for residences that have none of their own.
    let zone: Zone

    func headline(_ parcel: Record) -> Text {
        Text(
            verbatim: " · ",
            joining: [
                parcel.shelf.map { Text(verbatim: $0) }, Text(verbatim: parcel.tracking.text), parcel.carrierWords,
            ]
            .compactMap(\.self))
    }

    /// Two parcels are two, whoever they are for: the number tells whether one is taken in twice.
    func likeness(_ parcel: Record) -> String? { nil }

    var members: Members {
        shown(\.format, fr: "Contrôle du numéro", en: "Check of the number")
        shown(\.candidates, fr: "Transporteurs possibles", en: "Possible carriers")
        shown(\.numberReason, fr: "Pris en charge malgré la clé fausse", en: "Taken in in spite of the check digit")
        shown(\.arrivedAt, fr: "Arrivé le", en: "Arrived on")
        shown(\.lastDay, fr: "Dernier jour de garde", en: "Last day")
        shown(\.remindersSent, fr: "Rappels", en: "Reminders")
        shown(\.collectedBy, fr: "Remis à", en: "Handed to")
        shown(\.collector, fr: "Remis", en: "Handed over")
        shown(\.handOverReason, fr: "Motif de la remise sans code", en: "Reason to do without the code")
        shown(\.codeTries, fr: "Codes faux", en: "Wrong codes")
        shown(\.returnReason, fr: "Motif du retour", en: "Reason for the return")
        shown(\.lodge, fr: "Loge", en: "Lodge")
        hidden(\.codeTriedAt, \.isFragileTold)
    }
}

extension Reception.Record {
    /// A parcel of which no more is known than what its label says.
    init(
        _ tracking: TrackingNumber, _ verdict: TrackingNumber.Verdict, carrier: String?, kind: ParcelKind,
        sender: String?, reason: String?
    ) {
        self.tracking = tracking
        format = verdict.check
        self.carrier = carrier.map(Carrier.named) ?? verdict.carrier
        candidates = verdict.candidates
        self.kind = kind
        self.sender = sender
        numberReason = verdict.check == .failed ? reason : nil
    }

    /// The claim on the number.
    var numberKey: String { "tracking:\(tracking.text)" }

    /// The carrier; those who come into question, as a question; nil if nothing is known.
    var carrierWords: Text? {
        if let carrier { return Text(verbatim: carrier) }
        guard !candidates.isEmpty else { return nil }
        return Text(
            fr: "\(candidates.joined(separator: " ou ")) ?", en: "\(candidates.joined(separator: " or "))?")
    }

    /// The parcel as a resident knows it: `Colissimo, n° 6A12345678901`.
    var what: Text {
        let number = Text(fr: "n° \(tracking.text)", en: "no. \(tracking.text)")
        let origin = [carrier, sender].compactMap(\.self).map { Text(verbatim: $0) }
        return Text(verbatim: ", ", joining: origin + [number])
    }
}

extension StateOf<Reception> {
    static var announced: Self { open(fr: "annoncé", en: "announced", turn: .partner, next: [Reception.Arrive.self]) }
    static var held: Self { open(fr: "en loge", en: "held", turn: .resident, next: [Reception.HandOver.self]) }
    static var toReturn: Self {
        open(
            fr: "à retourner", en: "to be returned", turn: .staff,
            next: [Reception.Return.self, Reception.HandOver.self])
    }
    static var forwarded: Self {
        open(fr: "en transfert", en: "in transfer", turn: .staff, next: [Reception.ConfirmTransfer.self])
    }
    static var lost: Self { open(fr: "introuvable", en: "lost", turn: .staff, next: [Reception.Find.self]) }
    static var collected: Self { closed(fr: "remis", en: "collected") }
    static var returned: Self { closed(fr: "retourné", en: "returned") }
    static var refused: Self { closed(fr: "refusé", en: "refused") }
    static var transferred: Self { closed(fr: "transféré", en: "transferred") }
    static var writtenOff: Self { closed(fr: "perdu définitivement", en: "written off") }
    static var notDelivered: Self { closed(fr: "non livré", en: "not delivered") }
}

extension TimerOf<Reception> {
    static var remind: Self { timer(fr: "rappel au locataire", en: "the resident is reminded") }
    static var retention: Self { timer(fr: "fin du délai de garde", en: "the holding time ends") }
    static var followUp: Self { timer(fr: "rappel à la loge", en: "the lodge is reminded") }
    static var expected: Self { timer(fr: "fin de l'attente du colis", en: "the parcel is expected no longer") }
}
