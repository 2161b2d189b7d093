import ConciergeKit

/// A rule draws chance elsewhere than from its moment.
struct ChanceDrawer: ToyProvider {
    static let manifest = ProviderManifest(toy: "chance")
    init(in context: ProviderContext) {}
    var services: [any Service] { [Case()] }

    struct Case: ToyService {
        static let id = "chance.case"
        typealias Record = Thing
        var lifecycle: Lifecycle {
            opening(Ask.self, to: .pending) { ask, moment in Draft(Thing(), at: moment) }
            on(Go.self, from: .pending, to: .done) { _, thing in thing.record.number = .random(in: 0..<1_000_000) }
        }
    }
}
