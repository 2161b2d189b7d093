import ConciergeKit

/// Large things of one home, from the announcement until they are gone.
struct Pickup: Service {
    static let id = "bulky.pickup"
    static let name = Text(fr: "Enlèvement", en: "Pickup")
    static let summary = Text(
        fr: "Des encombrants sont annoncés, puis enlevés.", en: "Large things are announced, and collected.")

    struct Record: Codable {
        var what: String
        var day: LocalDate
    }

    struct Announce: Input {
        static let name = Text(fr: "Annoncer un enlèvement", en: "Announce a pickup")
        @Field(fr: "Quoi", en: "What", example: "a sofa", in: 1...200) var what: String
        @Field(fr: "Jour", en: "Day") var day: LocalDate
    }

    struct Collected: Input {
        static let name = Text(fr: "Enlever", en: "Collect")
    }

    struct Cancel: Input {
        static let name = Text(fr: "Annuler", en: "Cancel")
    }

    func headline(_ pickup: Record) -> Text {
        Text(fr: "\(pickup.day) : \(pickup.what)", en: "\(pickup.day): \(pickup.what)")
    }

    var lifecycle: Lifecycle {
        opening(Announce.self, to: .planned) { announce, moment in
            Draft(Record(what: announce.what, day: announce.day), at: moment)
        }
        on(Collected.self, from: .planned, to: .collected)
        on(Cancel.self, from: .planned, to: .cancelled)
    }
}

extension StateOf<Pickup> {
    static var planned: Self { open(fr: "prévu", en: "planned", turn: .partner) }
    static var collected: Self { closed(fr: "enlevé", en: "collected") }
    static var cancelled: Self { closed(fr: "annulé", en: "cancelled") }
}
