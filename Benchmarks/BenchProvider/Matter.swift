import ConciergeKit

/// A request that waits until its timer closes it.
struct Matter: Service {
    static let id = "bench.matter"
    static let name = Text(fr: "Affaire", en: "Matter")
    static let summary = Text(fr: "Une demande mesurée.", en: "A request that is measured.")

    struct Record: Codable {
        var subject: String
        var place: String
    }

    struct Open: Input {
        static let name = Text(fr: "Ouvrir", en: "Open")
        @Field(fr: "Objet", en: "Subject", example: "The tap drips") var subject: String
        @Field(fr: "Lieu", en: "Place", example: "Building B") var place: String
        @Field(fr: "Échéance", en: "Due") var due: Instant?
    }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Open.self, to: .waiting) { open, moment in
            var matter = Draft(Record(subject: open.subject, place: open.place), at: moment)
            matter.start(.due, at: open.due ?? moment.now + .days(30))
            return matter
        }
        after(.due, from: .waiting, to: .done)
    }
}

extension StateOf<Matter> {
    static var waiting: Self { open(fr: "en attente", en: "waiting", turn: .clock) }
    static var done: Self { closed(fr: "fini", en: "done") }
}

extension TimerOf<Matter> {
    static var due: Self { timer(fr: "échéance", en: "due") }
}
