import ConciergeKit

/// A rule takes 15 ms.
struct SlowRule: ToyProvider {
    static let manifest = ProviderManifest(toy: "slow")
    init(in context: ProviderContext) {}
    var services: [any Service] { [Case()] }

    struct Case: ToyService {
        static let id = "slow.case"
        typealias Record = Thing
        var lifecycle: Lifecycle {
            opening(Ask.self, to: .pending) { ask, moment in Draft(Thing(), at: moment) }
            on(Go.self, from: .pending, to: .done) { _, _ in
                let end = ContinuousClock.now + .milliseconds(15)
                while ContinuousClock.now < end {}
            }
        }
    }
}
