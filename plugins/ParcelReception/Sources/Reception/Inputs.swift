import ConciergeKit

extension Reception {
    struct Arrival: Input {
        static let name = Text(fr: "Réceptionner un colis", en: "Take a parcel in")
        @Field(
            fr: "Numéro sur l'étiquette", en: "Number on the label", example: TrackingNumber("6A12345678901"),
            [.scanned, .asked])
        var tracking: TrackingNumber?
        @Field(fr: "Transporteur", en: "Carrier", example: "Colissimo", in: 1...60) var carrier: String?
        @Field(fr: "Nature", en: "Kind") var kind = ParcelKind.parcel
        @Field(fr: "Expéditeur", en: "Sender", example: "Fleurs Martin", in: 1...80) var sender: String?
        @Field(fr: "Étagère", en: "Shelf", example: "A3", in: 1...20, .asked) var shelf: String?
        @Field(
            fr: "Motif, si la clé du numéro est fausse", en: "Reason, if the check digit is wrong",
            example: "étiquette froissée, relue deux fois", in: 1...200)
        var reason: String?
    }

    /// Somebody announces a parcel before it comes.
    struct Announce: Input {
        static let name = Text(fr: "Annoncer un colis", en: "Announce a parcel")
        @Field(
            fr: "Numéro sur l'étiquette", en: "Number on the label", example: TrackingNumber("6A12345678901"), .scanned)
        var tracking: TrackingNumber
        @Field(fr: "Transporteur", en: "Carrier", example: "Colissimo", in: 1...60) var carrier: String?
        @Field(
            fr: "Motif, si la clé du numéro est fausse", en: "Reason, if the check digit is wrong",
            example: "tel que le transporteur l'annonce", in: 1...200)
        var reason: String?
    }

    /// An announced parcel is there.
    struct Arrive: Input {
        static let name = Text(fr: "Réceptionner le colis annoncé", en: "Take the announced parcel in")
        @Field(fr: "Étagère", en: "Shelf", example: "A3", in: 1...20, .asked) var shelf: String?
        @Field(fr: "Nature", en: "Kind") var kind = ParcelKind.parcel
    }

    struct CancelAnnouncement: Input {
        static let name = Text(fr: "Annuler l'annonce", en: "Cancel the announcement")
        @Field(fr: "Précision", en: "Note", example: "livré à un point relais", in: 1...200) var note: String?
    }

    struct HandOver: Input {
        static let name = Text(fr: "Remettre le colis", en: "Hand the parcel over")
        @Field(fr: "Code de retrait", en: "Collection code", .secret) var code: String?
        @Field(
            fr: "Remis à, si ce n'est pas le locataire", en: "Handed to, if not the resident",
            example: "M. Bernard, B 112", in: 2...80)
        var collectedBy: String?
        @Field(fr: "Justificatif vu", en: "Proof seen") var proof: Proof?
        @Field(
            fr: "Motif de la remise sans code", en: "Reason to do without the code",
            example: "voisin de palier, à la demande de Mme Benali", in: 1...200)
        var reason: String?
    }

    struct SendCodeAgain: Input {
        static let name = Text(fr: "Renvoyer le code de retrait", en: "Send the collection code again")
    }

    struct Move: Input {
        static let name = Text(fr: "Changer d'étagère", en: "Move to another shelf")
        @Field(fr: "Étagère", en: "Shelf", example: "B4", in: 1...20) var shelf: String
    }

    struct Extend: Input {
        static let name = Text(fr: "Prolonger la garde", en: "Keep it longer")
        @Field(fr: "Dernier jour de garde", en: "Last day", example: LocalDate(year: 2027, month: 1, day: 15))
        var until: LocalDate
    }

    struct Refuse: Input {
        static let name = Text(fr: "Noter un refus", en: "Note a refusal")
        @Field(
            fr: "Motif", en: "Reason", example: "commande annulée par le locataire", in: 1...200)
        var note: String?
    }

    struct Return: Input {
        static let name = Text(fr: "Retourner à l'expéditeur", en: "Return to the sender")
        @Field(fr: "Motif du retour", en: "Reason for the return") var reason: ReturnReason
        @Field(fr: "Précision", en: "Note", example: "parti sans adresse", in: 1...200) var note: String?
    }

    struct Forward: Input {
        static let name = Text(fr: "Transférer à une autre loge", en: "Forward to another lodge")
        @Field(fr: "Loge de destination", en: "Lodge it goes to", example: "Les Acacias", in: 2...80) var lodge: String
    }

    /// A forwarded parcel is there.
    struct Receive: Input {
        static let name = Text(fr: "Réceptionner après transfert", en: "Take in after the transfer")
        @Field(fr: "Étagère", en: "Shelf", example: "A3", in: 1...20) var shelf: String?
    }

    /// The other lodge keeps books of its own.
    struct ConfirmTransfer: Input {
        static let name = Text(fr: "Confirmer la remise à l'autre loge", en: "Confirm the transfer")
    }

    struct ReportLost: Input {
        static let name = Text(fr: "Signaler introuvable", en: "Report as lost")
        @Field(fr: "Précision", en: "Note", example: "absent au contrôle des étagères", in: 1...200) var note: String?
    }

    struct Find: Input {
        static let name = Text(fr: "Noter qu'il est retrouvé", en: "Note that it is found")
        @Field(fr: "Étagère", en: "Shelf", example: "A3", in: 1...20) var shelf: String?
    }

    struct WriteOff: Input {
        static let name = Text(fr: "Clore comme perdu", en: "Close as lost")
        @Field(
            fr: "Suite donnée", en: "What was done about it", example: "réclamation déposée auprès du transporteur",
            in: 10...200)
        var note: String
    }
}
