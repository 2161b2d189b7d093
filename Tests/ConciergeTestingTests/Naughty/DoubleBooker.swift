import ConciergeKit

/// Two requests are told that they have the same slot: it stands in their records, and nobody claims it.
struct DoubleBooker: ToyProvider {
    static let manifest = ProviderManifest(toy: "booker")
    init(in context: ProviderContext) {}
    var services: [any Service] { [Case()] }

    struct Case: ToyService {
        static let id = "booker.case"
        typealias Record = Thing
        var lifecycle: Lifecycle {
            opening(Ask.self, to: .pending) { ask, moment in Draft(Thing(thing: ask.thing), at: moment) }
            on(Go.self, from: .pending, to: .done)
        }
    }
}
