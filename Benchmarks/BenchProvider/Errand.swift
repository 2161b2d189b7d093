import ConciergeKit

/// A request that staff act on, without claims and without a line: what an ordinary call costs.
struct Errand: Service {
    static let id = "bench.errand"
    static let name = Text(fr: "Course", en: "Errand")
    static let summary = Text(fr: "Une demande sur laquelle on agit.", en: "A request that staff act on.")

    struct Record: Codable {
        var subject: String
        var place: String
        var notes = 0
    }

    struct Open: Input {
        static let name = Text(fr: "Ouvrir", en: "Open")
        @Field(fr: "Objet", en: "Subject", example: "The tap drips") var subject: String
        @Field(fr: "Lieu", en: "Place", example: "Building B") var place: String
    }
    struct Note: Input { static let name = Text(fr: "Noter", en: "Note") }
    struct Finish: Input { static let name = Text(fr: "Finir", en: "Finish") }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Open.self, to: .underWay) { open, moment in
            Draft(Record(subject: open.subject, place: open.place), at: moment)
        }
        on(Note.self, in: .underWay) { _, errand in errand.record.notes += 1 }
        on(Finish.self, from: .underWay, to: .finished)
    }
}

extension StateOf<Errand> {
    static var underWay: Self { open(fr: "en cours", en: "under way", turn: .staff) }
    static var finished: Self { closed(fr: "fini", en: "finished") }
}
