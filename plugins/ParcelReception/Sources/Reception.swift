public import ConciergeKit

/// A parcel taken in for a resident and kept until somebody comes for it.
public struct Reception: Service {
    /// The service's id.
    public static let id = "parcel.reception"

    /// Where a parcel is.
    public enum State: String, ServiceState {
        /// On the shelf.
        case held
        /// With the resident.
        case collected
        /// On its way back to the sender.
        case returned

        /// What people call it.
        public var name: Text {
            switch self {
            case .held: Text(fr: "en loge", en: "held")
            case .collected: Text(fr: "remis", en: "collected")
            case .returned: Text(fr: "retourné", en: "returned")
            }
        }

        /// Only a parcel on the shelf waits.
        public var isOpen: Bool { self == .held }
    }

    /// What happens by itself while a parcel waits.
    public enum Timer: String, ServiceTimer {
        /// The resident is reminded.
        case remind
        /// The parcel goes back.
        case retention

        /// What people call it.
        public var name: Text {
            switch self {
            case .remind: Text(fr: "relance du résident", en: "the resident is reminded")
            case .retention: Text(fr: "fin du délai de garde", en: "the holding time ends")
            }
        }
    }

    /// What is kept of a parcel.
    public struct Record: Codable, Sendable {
        /// The number on the label.
        public var tracking: String
        var format: TrackingNumber.Format
        var carrier: String?
        var shelf: String?
        /// The one-use code with which it is collected.
        public var code: String
        var remindersSent = 0
        var overrideReason: String?
        /// Wrong codes that were given since ``codeTriedAt``.
        var codeTries: Int?
        var codeTriedAt: Instant?
        var claim: String { "tracking:\(tracking)" }
    }

    struct Arrival: Input {
        static let name = Text(fr: "Réceptionner un colis", en: "Take a parcel in")
        @Field(
            Text(fr: "Numéro sur l'étiquette", en: "Number on the label"), example: "RB123456785GB", .scanned,
            limit: 256)
        var tracking: String
        @Field(Text(fr: "Transporteur", en: "Carrier"), example: "Colissimo") var carrier: String?
        @Field(Text(fr: "Place sur l'étagère", en: "Shelf place"), example: "A3") var shelf: String?
    }

    struct HandOver: Input {
        static let name = Text(fr: "Remettre le colis", en: "Hand the parcel over")
        @Field(
            Text(fr: "Code de retrait envoyé au résident", en: "Collection code that the resident was sent"), .secret)
        var code: String?
        @Field(Text(fr: "Motif d'une remise sans le code", en: "Why it is handed over without the code"))
        var overrideReason: String?
    }

    struct Return: Input {
        static let name = Text(fr: "Retourner à l'expéditeur", en: "Return to the sender")
    }

    /// The code is between the resident and whoever hands the parcel over.
    public static let secrets: Set<String> = ["code"]

    /// What it is called.
    public var name: Text { Text(fr: "Réception de colis", en: "Parcel reception") }
    /// What it is for.
    public var summary: Text {
        Text(
            fr: "Un colis est reçu, gardé, et remis contre un code à usage unique.",
            en: "A parcel is taken in, kept, and handed over for a one-use code.")
    }

    let settings: Settings

    /// The table.
    public var lifecycle: [Transition<Self>] {
        opening(Arrival.self, to: .held) { arrival, moment throws(Refusal) in
            let number = try TrackingNumber(arrival.tracking)
            var parcel = Draft<Self>(
                Record(
                    tracking: number.text, format: number.format, carrier: arrival.carrier, shelf: arrival.shelf,
                    code: moment.code(digits: 6)),
                at: moment)
            parcel.claim(
                parcel.record.claim,
                otherwise: Text(
                    fr: "Le colis \(number.text) est déjà en loge.", en: "Parcel \(number.text) is already held here."))
            parcel.start(.remind, after: settings.remindEvery.duration)
            parcel.start(.retention, after: settings.holding.duration)
            parcel.notify(
                .resident, "arrival",
                Text(
                    fr: "Un colis vous attend à la loge. Code de retrait : \(parcel.record.code).",
                    en: "A parcel is waiting for you at the lodge. Collection code: \(parcel.record.code)."),
                secret: true)
            return parcel
        }
        on(HandOver.self, from: .held, to: .collected) { handOver, parcel throws(Refusal) in
            try self.handOver(&parcel, for: handOver)
        }
        on(Return.self, from: .held, to: .returned) { _, parcel in
            parcel.notify(
                .resident, "returned",
                Text(fr: "Votre colis repart chez l'expéditeur.", en: "Your parcel goes back to its sender."))
        }
        after(.remind, from: .held, to: .held) { parcel in
            parcel.record.remindersSent += 1
            parcel.start(.remind, after: settings.remindEvery.duration)
            parcel.notify(
                .resident, "reminder",
                Text(
                    fr: "Votre colis vous attend toujours à la loge. Code de retrait : \(parcel.record.code).",
                    en: "Your parcel is still waiting at the lodge. Collection code: \(parcel.record.code)."),
                secret: true)
        }
        after(.retention, from: .held, to: .returned) { parcel in
            parcel.notify(
                .resident, "returned",
                Text(
                    fr: "Le délai de garde est passé : votre colis repart chez l'expéditeur.",
                    en: "The holding time has ended: your parcel goes back to its sender."))
        }
    }
}
