import ConciergeKit

extension Appointment {
    struct Book: VisitInput {
        static let name = Text(fr: "Prendre rendez-vous", en: "Book an appointment")
        @Field(fr: "Praticien", en: "Practitioner", example: "Dr Martin") var practitioner: String?
        @Field(fr: "Ou genre de praticien", en: "Or kind of practitioner", example: "infirmière") var kind: String?
        @Field(fr: "Début", en: "Start", example: Instant("2026-11-24T08:20:00Z")) var start: Instant
        @Field(fr: "Besoin d'un transport", en: "Needs transport", example: true) var transport = false
        @Field(fr: "Même s'il en a un autre à cette heure", en: "Even with another at that time", example: true)
        var overlap = false
    }

    struct Hold: VisitInput {
        static let name = Text(fr: "Retenir un créneau", en: "Hold a slot")
        @Field(fr: "Praticien", en: "Practitioner", example: "Dr Martin") var practitioner: String?
        @Field(fr: "Ou genre de praticien", en: "Or kind of practitioner", example: "infirmière") var kind: String?
        @Field(fr: "Début", en: "Start", example: Instant("2026-11-24T08:20:00Z")) var start: Instant
        @Field(fr: "Besoin d'un transport", en: "Needs transport", example: true) var transport = false
        @Field(fr: "Même s'il en a un autre à cette heure", en: "Even with another at that time", example: true)
        var overlap = false
    }

    struct Wait: VisitInput {
        static let name = Text(fr: "Inscrire sur la liste d'attente", en: "Put on the waiting list")
        @Field(fr: "Praticien", en: "Practitioner", example: "Dr Martin") var practitioner: String?
        @Field(fr: "Ou genre de praticien", en: "Or kind of practitioner", example: "infirmière") var kind: String?
        @Field(fr: "À partir du ; aujourd'hui sinon", en: "From; today if not given", example: LocalDate("2026-11-24"))
        var from: LocalDate?
        @Field(fr: "Jusqu'au ; 14 jours sinon", en: "Until; 14 days if not given", example: LocalDate("2026-12-04"))
        var until: LocalDate?
        @Field(fr: "Besoin d'un transport", en: "Needs transport", example: true) var transport = false
    }

    struct Confirm: VisitInput {
        static let name = Text(fr: "Confirmer le créneau", en: "Confirm the slot")
        @Field(fr: "Même s'il en a un autre à cette heure", en: "Even with another at that time", example: true)
        var overlap = false
    }

    struct Move: ChangeInput {
        static let name = Text(fr: "Déplacer", en: "Move")
        @Field(fr: "Nouveau début", en: "New start", example: Instant("2026-11-24T08:40:00Z")) var start: Instant
        @Field(fr: "Praticien ; le même sinon", en: "Practitioner; the same if not given", example: "Dr Martin")
        var practitioner: String?
        @Field(fr: "Ou genre de praticien", en: "Or kind of practitioner", example: "infirmière") var kind: String?
        @Field(fr: "De qui vient le changement", en: "From whom the change comes") var by = Origin.resident
        @Field(fr: "Même s'il en a un autre à cette heure", en: "Even with another at that time", example: true)
        var overlap = false
    }

    struct Cancel: ChangeInput {
        static let name = Text(fr: "Annuler", en: "Cancel")
        @Field(fr: "De qui vient l'annulation", en: "From whom the cancellation comes") var by = Origin.resident
    }

    struct CheckIn: VisitInput {
        static let name = Text(fr: "Noter l'arrivée", en: "Note the arrival")
    }

    struct Fulfil: VisitInput {
        static let name = Text(fr: "Noter que le rendez-vous a eu lieu", en: "Note that it has taken place")
    }

    struct NoShow: VisitInput {
        static let name = Text(fr: "Noter une absence", en: "Note that nobody came")
    }
}
