import ConciergeKit

/// A parcel that is received for a resident and kept until it is collected.
struct Reception: Service {
    static let id = "parcel.reception"
    static let name = Text(fr: "Réception de colis", en: "Parcel reception")
    static let summary = Text(
        fr: "Un colis est reçu, gardé, et remis contre un code à usage unique.",
        en: "A parcel is taken in, kept, and handed over for a one-use code.")
    static var signals: [any Signal.Type] { [Uncollected.self] }
    static let notices: [any Notice.Type] = [Arrived.self, StillHere.self, SentBack.self]

    /// Nobody collected the parcel in time; it goes back.
    struct Uncollected: Signal {
        /// For how many days it was kept.
        let days: Int
    }

    struct Record: Codable {
        /// The number on the label.
        var tracking: String
        var format: TrackingNumber.Format
        var carrier: String?
        var shelf: String?
        /// The one-use code for the collection. It has the name of a secret field, so only staff see it.
        var code: String
        var remindersSent = 0
        var overrideReason: String?
        /// The number of wrong codes since ``codeTriedAt``.
        var codeTries: Int?
        var codeTriedAt: Instant?
        var claim: String { "tracking:\(tracking)" }
    }

    struct Arrival: Input {
        static let name = Text(fr: "Réceptionner un colis", en: "Take a parcel in")
        @Field(
            fr: "Numéro sur l'étiquette", en: "Number on the label",
            example: TrackingNumber(written: "RB123456785GB"), .scanned)
        var tracking: TrackingNumber
        @Field(fr: "Transporteur", en: "Carrier", example: "Colissimo") var carrier: String?
        @Field(fr: "Place sur l'étagère", en: "Shelf place", example: "A3") var shelf: String?
    }

    struct HandOver: Input {
        static let name = Text(fr: "Remettre le colis", en: "Hand the parcel over")
        @Field(fr: "Code de retrait envoyé au résident", en: "Collection code that the resident was sent", .secret)
        var code: String?
        @Field(fr: "Motif d'une remise sans le code", en: "Why it is handed over without the code")
        var overrideReason: String?
    }

    struct Return: Input {
        static let name = Text(fr: "Retourner à l'expéditeur", en: "Return to the sender")
    }

    let settings: ParcelSettings

    func headline(_ parcel: Record) -> Text {
        Text(verbatim: [parcel.shelf, parcel.tracking, parcel.carrier].compactMap(\.self).joined(separator: " · "))
    }

    var members: Members {
        shown(\.remindersSent, fr: "Relances envoyées", en: "Reminders sent")
        shown(\.codeTries, fr: "Codes faux", en: "Wrong codes")
        hidden(\.format, \.codeTriedAt)
    }

    /// Which lodge it is and how it is called, where the directory knows the resident's residence.
    private static func lodge(of moment: Moment) -> String? {
        moment.place.map { place in [place.name, place.phone].filter { !$0.isEmpty }.joined(separator: ", ") }
    }

    var lifecycle: Lifecycle {
        opening(Arrival.self, to: .held) { arrival, moment in
            let number = arrival.tracking
            var parcel = Draft(
                Record(
                    tracking: number.text, format: number.format, carrier: arrival.carrier, shelf: arrival.shelf,
                    code: moment.code(digits: 6)),
                at: moment)
            try parcel.claim(
                parcel.record.claim,
                otherwise: Text(
                    fr: "Le colis \(number.text) est déjà en loge.", en: "Parcel \(number.text) is already held here."))
            parcel.start(.remind, after: settings.remindEvery)
            parcel.start(.retention, after: settings.holding)
            parcel.notify(
                .resident, Arrived(code: parcel.record.code, lodge: Self.lodge(of: moment)), secret: true,
                usefulUntil: parcel.now + settings.holding, onlyInState: true)
            return parcel
        }
        on(HandOver.self, from: .held, to: .collected) { handOver, parcel in
            try self.handOver(&parcel, for: handOver)
        }
        correctable(\.shelf, as: \Arrival.$shelf)
        correctable(\.carrier, as: \Arrival.$carrier)
        on(Return.self, from: .held, to: .returned) { _, parcel in
            parcel.notify(.resident, SentBack(expired: false))
        }
        after(.remind, in: .held) { parcel in
            parcel.record.remindersSent += 1
            parcel.start(.remind, after: settings.remindEvery)
            parcel.notify(
                .resident, StillHere(code: parcel.record.code), secret: true, usefulUntil: parcel.timers[.retention],
                onlyInState: true)
        }
        after(.retention, from: .held, to: .returned) { parcel in
            parcel.raise(Uncollected(days: Int((parcel.now - parcel.openedAt) / .days(1))))
            parcel.notify(.resident, SentBack(expired: true))
        }
    }
}

extension StateOf<Reception> {
    static var held: Self { open(fr: "en loge", en: "held", turn: .resident) }
    static var collected: Self { closed(fr: "remis", en: "collected") }
    static var returned: Self { closed(fr: "retourné", en: "returned") }
}

extension TimerOf<Reception> {
    static var remind: Self { timer(fr: "relance du résident", en: "the resident is reminded") }
    static var retention: Self { timer(fr: "fin du délai de garde", en: "the holding time ends") }
}
