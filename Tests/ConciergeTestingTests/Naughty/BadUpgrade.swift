import ConciergeKit

/// An upgrade fails for one state.
struct BadUpgrade: ToyProvider {
    static let manifest = ProviderManifest(toy: "upgrade")
    init(in context: ProviderContext) {}
    var services: [any Service] { [Case()] }

    struct Case: ToyService {
        static let id = "upgrade.case"
        struct Old: Codable { var thing: String }
        struct NoNumber: Error, CustomStringConvertible { let description = "what is lost has no number" }
        typealias Record = Thing

        var upgrades: Upgrades<Self> {
            Upgrade(from: 1, Old.self, to: Thing.self) { old, request in
                if request.state == "lost" { throw NoNumber() }
                return Thing(thing: old.thing)
            }
        }

        var lifecycle: Lifecycle {
            opening(Ask.self, to: .pending) { ask, moment in Draft(Thing(), at: moment) }
            on(Lose.self, from: .pending, to: .lost)
            on(Go.self, from: .pending, .lost, to: .done)
        }
    }

    struct Lose: Input {
        static let name = Text(fr: "Perdre", en: "Lose")
    }
}
