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

    var settings = BulkyWasteSettings()
    var zone = Zone.utc

    func headline(_ pickup: Record) -> Text {
        Text(fr: "\(pickup.day) : \(pickup.what)", en: "\(pickup.day): \(pickup.what)")
    }

    var lifecycle: Lifecycle {
        opening(Announce.self, to: .planned) { announce, moment in
            let today = zone.local(moment.now).date
            try require(
                announce.day > today && settings.days.contains(announce.day.weekday),
                fr: "Ce jour-là, rien n'est enlevé.", en: "Nothing is collected on that day.")
            var pickup = Draft(Record(what: announce.what, day: announce.day), at: moment)
            try pickup.claim(
                "day:\(announce.day)", atMost: settings.homesPerDay, until: midnight(after: announce.day),
                otherwise: Text(fr: "Le \(announce.day) est complet.", en: "\(announce.day) is full."))
            pickup.start(.reminder, at: midnight(after: announce.day) - .hours(30))
            return pickup
        }
        after(.reminder, in: .planned) { pickup in
            pickup.notify(
                .resident, "reminder",
                fr: "Demain, nous enlevons : \(pickup.record.what). Sortez-le ce soir.",
                en: "Tomorrow we collect: \(pickup.record.what). Please put it out tonight.")
        }
        on(Collected.self, from: .planned, to: .collected)
        on(Cancel.self, from: .planned, to: .cancelled) { _, pickup in
            pickup.release("day:\(pickup.record.day)")
        }
    }

    private func midnight(after day: LocalDate) -> Instant {
        zone.instant(of: day.adding(days: 1), at: TimeOfDay(minutes: 0))
    }
}

extension StateOf<Pickup> {
    static var planned: Self { open(fr: "prévu", en: "planned", turn: .partner) }
    static var collected: Self { closed(fr: "enlevé", en: "collected") }
    static var cancelled: Self { closed(fr: "annulé", en: "cancelled") }
}

extension TimerOf<Pickup> {
    static var reminder: Self { timer(fr: "rappel la veille", en: "the resident is reminded") }
}
