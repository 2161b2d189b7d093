import ConciergeKit

/// A rule refuses all that its fields accept.
struct Refuser: ToyProvider {
    static let manifest = ProviderManifest(toy: "refuser")
    init(in context: ProviderContext) {}
    var services: [any Service] { [Case()] }

    struct Case: ToyService {
        static let id = "refuser.case"
        typealias Record = Thing
        var lifecycle: Lifecycle {
            opening(Ask.self, to: .pending) { ask, moment in Draft(Thing(), at: moment) }
            on(Go.self, from: .pending, to: .done)
            on(Check.self, in: .pending) { check, _ in
                guard check.number == "4711" else {
                    throw Refusal(fr: "Ce numéro est faux.", en: "That number is wrong.")
                }
            }
        }
    }

    struct Check: Input {
        static let name = Text(fr: "Vérifier", en: "Check")
        @Field(fr: "Numéro", en: "Number", example: "1") var number: String
    }
}
