import ConciergeKit

// What is given of the report, its urgency, and its investigation.
extension Repair {
    struct Report: Input {
        static let name = Text(fr: "Signaler une panne", en: "Report something broken")
        @Field(fr: "Ce qui est en panne", en: "What is broken", example: .plumbing) var category: Category
        @Field(fr: "Où", en: "Where", example: "Bâtiment B, 3e étage, cuisine") var location: String
        @Field(fr: "Ce qui se passe", en: "What is the matter", example: "Le robinet goutte", .lines)
        var description: String
        @Field(fr: "Comment entrer", en: "How to get in", example: "Après 17 h, appeler avant", .lines)
        var access: String?
    }

    /// What the signal of a follow-on says.
    struct FollowOnReport: Input {
        static let name = Text(fr: "Ouvrir la suite d'une réparation", en: "Open what follows a repair")
        @Field(fr: "Ce qui est en panne", en: "What is broken", example: .plumbing) var category: Category
        @Field(fr: "Où", en: "Where", example: "Bâtiment B, 3e étage, cuisine") var location: String
        @Field(fr: "Ce qui reste à faire", en: "What is left to do", example: "Refaire le carrelage", .lines)
        var description: String
        @Field(fr: "Suite de", en: "Follows", example: "K7M3P-9QX2D") var repair: String
    }

    struct Triage: Input {
        static let name = Text(fr: "Qualifier l'urgence", en: "Say how urgent it is")
        @Field(fr: "Urgence", en: "Urgency", example: .u2) var urgency: Urgency
    }

    struct Reprioritise: Input {
        static let name = Text(fr: "Changer l'urgence", en: "Change the urgency")
        @Field(fr: "Urgence", en: "Urgency", example: .u1) var urgency: Urgency
        @Field(fr: "Motif du changement d'urgence", en: "Why the urgency changes", example: "L'eau atteint le compteur")
        var reason: String
    }

    struct AgreeToWait: Input {
        static let name = Text(fr: "Allonger le délai avec l'accord", en: "Move the deadline by consent")
        @Field(
            fr: "Accord du locataire", en: "The resident's consent", example: "Par téléphone, le 3 décembre")
        var agreement: String
    }

    struct Investigate: Input {
        static let name = Text(fr: "Noter ce qui est constaté", en: "Note what was found")
        @Field(
            fr: "Ce qui a été constaté", en: "What was found", example: "Pont thermique, ventilation bouchée", .lines)
        var finding: String
    }

    struct SendSummary: Input {
        static let name = Text(fr: "Envoyer le bilan au locataire", en: "Send the summary to the resident")
    }

    struct MakeSafe: Input {
        static let name = Text(fr: "Noter la mise en sécurité", en: "Note that it is made safe")
        @Field(fr: "Travaux faits", en: "Work done", example: "Moisissures traitées, bouche d'aération débouchée", .lines)
        var workDone: String
    }
}
