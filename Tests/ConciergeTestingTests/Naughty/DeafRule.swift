import ConciergeKit

/// A rule goes on as if it had got what it claims.
struct DeafRule: ToyProvider {
    static let manifest = ProviderManifest(toy: "deaf")
    init(in context: ProviderContext) {}
    var services: [any Service] { [Case()] }

    struct Case: ToyService {
        static let id = "deaf.case"
        typealias Record = Thing
        var lifecycle: Lifecycle {
            opening(Ask.self, to: .pending) { ask, moment in
                var thing = Draft(Thing(thing: ask.thing), at: moment)
                _ = thing.tryClaim("thing:\(ask.thing)")
                return thing
            }
            on(Go.self, from: .pending, to: .done)
        }
    }
}
