import ConciergeKit

/// A service that requests are opened in on a signal alone, and whose record can be corrected.
struct Listener: ToyProvider {
    static let manifest = ProviderManifest(
        id: "listener", version: "1.0.0", name: Text(fr: "Écoute", en: "Listener"),
        summary: Text(fr: "Écoute", en: "Listens"),
        grade: .gold)
    init(in context: ProviderContext) {}
    var services: [any Service] { [Case()] }

    struct Case: Service {
        static let id = "listener.case"
        static let name = Text(fr: "Cas", en: "Case")
        static let summary = Text(fr: "Un cas.", en: "A case.")
        typealias Record = Thing
        struct Heard: Input {
            static let name = Text(fr: "Entendu", en: "Heard")
            @Field(fr: "Jours", en: "Days", example: 3, in: 1...90) var days: Int
        }

        func headline(_ thing: Thing) -> Text { Text(fr: "\(thing.number) jours", en: "\(thing.number) days") }

        var members: Members {
            shown(\.number, as: \Heard.$days)
            hidden(\.thing, \.due)
        }

        var lifecycle: Lifecycle {
            opening(on: "elsewhere.late", as: Heard.self, to: .pending) { heard, moment in
                Draft(Thing(number: heard.days), at: moment)
            }
            on(Go.self, from: .pending, to: .done)
            correctable(\.number, as: \Heard.$days) { thing in
                guard thing.record.number < 90 else { throw Refusal(fr: "C'est trop.", en: "That is too many.") }
            }
        }
    }
}

/// A listener that names a grade which it does not hold: nothing can be corrected, what lists show is always the same, and
/// people cannot read its record.
struct Boaster: ToyProvider {
    static let manifest = ProviderManifest(
        id: "boaster", version: "1.0.0", name: Text(fr: "Vantard", en: "Boaster"),
        summary: Text(fr: "Vantard", en: "Boasts"),
        grade: .gold)
    init(in context: ProviderContext) {}
    var services: [any Service] { [Case()] }

    struct Case: ToyService {
        static let id = "boaster.case"
        typealias Record = Thing
        var members: Members { shown(\.number, as: \Ask.$thing) }
        var lifecycle: Lifecycle {
            opening(Ask.self, to: .pending) { ask, moment in Draft(Thing(), at: moment) }
            on(Go.self, from: .pending, to: .done)
        }
    }
}
