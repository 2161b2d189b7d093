import ConciergeKit

extension Repair {
    struct Report: Input {
        static let name = Text(fr: "Signaler une panne", en: "Report something broken")
        @Field(Text(fr: "Ce qui est en panne", en: "What is broken"), example: "plumbing") var category: Category
        @Field(Text(fr: "Où", en: "Where"), example: "Building B, 3rd floor, kitchen") var location: String
        @Field(Text(fr: "Ce qui se passe", en: "What is the matter"), example: "The tap drips", .lines)
        var description: String
    }

    struct Triage: Input {
        static let name = Text(fr: "Qualifier l'urgence", en: "Say how urgent it is")
        @Field(Text(fr: "Urgence", en: "Urgency"), example: "U2") var urgency: Urgency
    }

    struct Assign: Input {
        static let name = Text(fr: "Confier à une entreprise", en: "Assign to a contractor")
        @Field(Text(fr: "Entreprise", en: "Contractor"), example: "plomberie-martin") var contractor: String
    }

    struct NoAccess: Input {
        static let name = Text(fr: "Noter une visite sans accès", en: "Note a visit that found nobody")
        @Field(Text(fr: "Remarque", en: "Note"), example: "Card left in the letter box", .lines) var note: String?
    }

    struct Complete: Input {
        static let name = Text(fr: "Terminer les travaux", en: "Complete the work")
        @Field(Text(fr: "Travaux faits", en: "Work done"), example: "Washer replaced", .lines) var workDone: String?
    }

    struct Confirm: Input {
        static let name = Text(fr: "Confirmer que c'est réparé", en: "Confirm that it is fixed")
    }

    struct Reopen: Input {
        static let name = Text(fr: "Rouvrir", en: "Reopen")
        @Field(Text(fr: "Ce qui ne va toujours pas", en: "What is still wrong"), example: "It drips again", .lines)
        var reason: String
    }

    struct Cancel: Input {
        static let name = Text(fr: "Annuler", en: "Cancel")
        @Field(Text(fr: "Motif", en: "Reason"), example: "Reported twice", .lines) var reason: String
    }
}
