import ConciergeKit

// What is given when the repair ends, or does not.
extension Repair {
    struct Complete: Input {
        static let name = Text(fr: "Terminer les travaux", en: "Complete the work")
        @Field(fr: "Travaux faits", en: "Work done", example: "Joint remplacé", .lines) var workDone: String?
    }

    struct Confirm: Input {
        static let name = Text(fr: "Confirmer que c'est réparé", en: "Confirm that it is fixed")
        @Field(fr: "Note du locataire, de 1 à 10", en: "The resident's score, from 1 to 10", example: 8, in: 1...10)
        var score: Int?
    }

    struct Reopen: Input {
        static let name = Text(fr: "Rouvrir", en: "Reopen")
        @Field(
            fr: "Motif ; ce qui ne va toujours pas", en: "Reason; what is still wrong", example: "Ça goutte encore",
            .lines)
        var reason: String
    }

    struct Cancel: Input {
        static let name = Text(fr: "Annuler", en: "Cancel")
        @Field(fr: "Motif", en: "Reason", example: .withdrawn) var reason: CancelReason
        @Field(fr: "Remarque interne", en: "Internal note", example: "Vu avec le gardien", .lines) var note: String?
    }

    struct Duplicate: Input {
        static let name = Text(fr: "Rattacher à une autre réparation", en: "Attach to another repair")
        @Field(
            fr: "Réparation qui continue ; sans elle, celle qui est probablement la même",
            en: "The repair that goes on; without it, the one that is probably the same", example: "K7M3P-9QX2D")
        var of: String?
    }

    struct NoteDuplicate: Input {
        static let name = Text(fr: "Noter un signalement rattaché", en: "Note a report that is attached")
        @Field(fr: "Signalement", en: "Report", example: "K7M3P-9QX2D") var duplicate: String
    }
}

/// Why a repair is not made. The resident reads the words of the reason, and not what staff note for themselves.
enum CancelReason: String, Choice {
    case withdrawn
    case fixed
    case tenants
    case notOurs = "not-ours"
    case planned
    case noAccess = "no-access"
    case movedOut = "moved-out"
    case mistake

    var words: Text {
        switch self {
        case .withdrawn: Text(fr: "à la demande du locataire", en: "at the resident's request")
        case .fixed: Text(fr: "déjà réparé", en: "fixed already")
        case .tenants: Text(fr: "à la charge du locataire", en: "for the tenant to do")
        case .notOurs: Text(fr: "ne relève pas du bailleur", en: "not the landlord's")
        case .planned: Text(fr: "compris dans des travaux prévus", en: "part of planned works")
        case .noAccess: Text(fr: "pas d'accès au logement", en: "no access to the dwelling")
        case .movedOut: Text(fr: "départ du locataire", en: "the resident has moved out")
        case .mistake: Text(fr: "erreur de saisie", en: "entered by mistake")
        }
    }

    /// The reason as the resident reads it: sentences, which do not blame anybody.
    var said: Text {
        switch self {
        case .withdrawn: Text(fr: "Elle est close comme vous l'avez demandé.", en: "It is closed as you asked.")
        case .fixed:
            Text(
                fr: "Selon nos informations, la panne est déjà réparée.",
                en: "As far as we know, what was broken is fixed already.")
        case .tenants:
            Text(
                fr: "Cet entretien revient au locataire (décret n° 87-712) : nous pouvons vous conseiller.",
                en: "This upkeep is the tenant's (decree 87-712): we can advise you.")
        case .notOurs:
            Text(
                fr: "Cette installation ne dépend pas de nous : nous pouvons vous dire à qui vous adresser.",
                en: "This installation is not ours: we can tell you whom to ask.")
        case .planned:
            Text(
                fr: "Elle sera traitée avec des travaux déjà prévus dans votre résidence.",
                en: "It will be done with works that are planned in your residence already.")
        case .noAccess:
            Text(
                fr: "Nous n'avons pas pu entrer dans le logement. Dites-nous quand passer, et nous la reprendrons.",
                en: "We could not get into the dwelling. Tell us when to come, and we take it up again.")
        case .movedOut:
            Text(fr: "Elle est close avec la fin de votre bail.", en: "It is closed with the end of your lease.")
        case .mistake:
            Text(fr: "Elle avait été enregistrée par erreur.", en: "It had been entered by mistake.")
        }
    }
}
