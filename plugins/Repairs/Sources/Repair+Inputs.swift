import ConciergeKit

extension Repair {
    struct Report: Input {
        static let name = Text(fr: "Signaler une panne", en: "Report something broken")
        @Field(fr: "Ce qui est en panne", en: "What is broken", example: .plumbing) var category: Category
        @Field(fr: "Où", en: "Where", example: "Building B, 3rd floor, kitchen") var location: String
        @Field(fr: "Ce qui se passe", en: "What is the matter", example: "The tap drips", .lines)
        var description: String
    }

    struct Triage: Input {
        static let name = Text(fr: "Qualifier l'urgence", en: "Say how urgent it is")
        @Field(fr: "Urgence", en: "Urgency", example: .u2) var urgency: Urgency
    }

    struct Assign: Input {
        static let name = Text(fr: "Confier à une entreprise", en: "Assign to a contractor")
        @Field(fr: "Entreprise", en: "Contractor", example: "plomberie-martin") var contractor: String
    }

    struct NoAccess: Input {
        static let name = Text(fr: "Noter une visite sans accès", en: "Note a visit that found nobody")
        @Field(fr: "Remarque", en: "Note", example: "Card left in the letter box", .lines) var note: String?
    }

    struct Complete: Input {
        static let name = Text(fr: "Terminer les travaux", en: "Complete the work")
        @Field(fr: "Travaux faits", en: "Work done", example: "Washer replaced", .lines) var workDone: String?
    }

    struct WaitForParts: Input {
        static let name = Text(fr: "Attendre des pièces", en: "Wait for parts")
        @Field(fr: "Remarque", en: "Note", example: "Boiler fan, two weeks", .lines) var note: String?
    }

    struct PartsArrived: Input {
        static let name = Text(fr: "Noter l'arrivée des pièces", en: "Note that the parts are here")
    }

    struct Confirm: Input {
        static let name = Text(fr: "Confirmer que c'est réparé", en: "Confirm that it is fixed")
        @Field(fr: "Note du résident, de 1 à 10", en: "The resident's score, from 1 to 10", example: 8, in: 1...10)
        var score: Int?
    }

    struct Reopen: Input {
        static let name = Text(fr: "Rouvrir", en: "Reopen")
        @Field(fr: "Ce qui ne va toujours pas", en: "What is still wrong", example: "It drips again", .lines)
        var reason: String
    }

    struct Cancel: Input {
        static let name = Text(fr: "Annuler", en: "Cancel")
        @Field(fr: "Motif", en: "Reason", example: "Reported twice", .lines) var reason: String
    }
}
