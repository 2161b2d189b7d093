import ConciergeKit

// What is given of the contractor, the visits and the parts.
extension Repair {
    struct Assign: Input {
        static let name = Text(fr: "Confier à une entreprise", en: "Assign to a contractor")
        @Field(
            fr: "Entreprise ; sans elle, la première qui convient", en: "Contractor; without it, the first that fits",
            example: "plomberie-martin", .asked)
        var contractor: String?
        @Field(fr: "Entreprise hors liste, c'est voulu", en: "A contractor that is not listed, on purpose")
        var unlisted = false
        @Field(
            fr: "Début de la visite, si elle est convenue", en: "The visit begins, if it is agreed",
            example: Instant("2026-12-21T08:30:00Z"))
        var start: Instant?
        @Field(fr: "Fin de la visite", en: "The visit ends", example: Instant("2026-12-21T10:30:00Z")) var end: Instant?
        @Field(
            fr: "Hors des horaires de l'entreprise, c'est convenu", en: "Outside the contractor's hours, by agreement")
        var outsideHours = false
    }

    struct Unassign: Input {
        static let name = Text(fr: "Retirer à l'entreprise", en: "Take away from the contractor")
        @Field(fr: "Motif", en: "Reason", example: "L'entreprise n'a personne cette semaine") var reason: String?
    }

    struct Decline: Input {
        static let name = Text(fr: "Noter le refus de l'entreprise", en: "Note that the contractor declines")
        @Field(fr: "Motif", en: "Reason", example: "Hors de sa spécialité") var reason: String
    }

    struct PlanVisit: Input {
        static let name = Text(fr: "Prévoir une visite", en: "Plan a visit")
        @Field(fr: "Début", en: "Begins", example: Instant("2026-12-21T08:30:00Z")) var start: Instant
        @Field(fr: "Fin", en: "Ends", example: Instant("2026-12-21T10:30:00Z")) var end: Instant?
        @Field(
            fr: "Hors des horaires de l'entreprise, c'est convenu", en: "Outside the contractor's hours, by agreement")
        var outsideHours = false
    }

    struct CancelVisit: Input {
        static let name = Text(fr: "Annuler la visite", en: "Cancel the visit")
        @Field(fr: "Motif", en: "Reason", example: "L'artisan est malade") var reason: String?
    }

    struct NoAccess: Input {
        static let name = Text(fr: "Noter une visite sans accès", en: "Note a visit that found nobody")
        @Field(fr: "Remarque", en: "Note", example: "Avis de passage laissé dans la boîte aux lettres", .lines)
        var note: String?
    }

    struct NobodyCame: Input {
        static let name = Text(fr: "Noter que personne n'est venu", en: "Note that nobody came")
        @Field(
            fr: "Ce que dit le locataire", en: "What the resident says", example: "J'étais là toute la matinée", .lines)
        var note: String?
    }

    struct WaitForParts: Input {
        static let name = Text(fr: "Attendre des pièces", en: "Wait for parts")
        @Field(fr: "Pièces attendues le", en: "Parts expected on", example: LocalDate("2026-12-28"))
        var expected: LocalDate?
        @Field(fr: "Remarque", en: "Note", example: "Ventilateur de la chaudière", .lines) var note: String?
    }

    struct PartsArrived: Input {
        static let name = Text(fr: "Noter l'arrivée des pièces", en: "Note that the parts are here")
    }

    struct CompleteInPart: Input {
        static let name = Text(fr: "Terminer en partie", en: "Complete in part")
        @Field(fr: "Travaux faits", en: "Work done", example: "Fuite arrêtée", .lines) var workDone: String
        @Field(fr: "Ce qui reste à faire", en: "What is left to do", example: "Refaire le plafond", .lines)
        var remains: String
        @Field(
            fr: "Début de la prochaine visite", en: "The next visit begins", example: Instant("2026-12-22T08:30:00Z"))
        var start: Instant?
        @Field(fr: "Fin de la prochaine visite", en: "The next visit ends", example: Instant("2026-12-22T10:30:00Z"))
        var end: Instant?
    }

    struct OrderFollowOn: Input {
        static let name = Text(fr: "Ouvrir une suite", en: "Open a follow-on repair")
        @Field(fr: "Ce qui reste à faire", en: "What is left to do", example: "Refaire le carrelage", .lines)
        var description: String
        @Field(fr: "Corps de métier, s'il est autre", en: "The trade, if it is another one", example: .other)
        var trade: Category?
    }
}
