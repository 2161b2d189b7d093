import ConciergeKit

/// A request waits for a timer that nobody starts.
struct Forgetful: ToyProvider {
    static let manifest = ProviderManifest(toy: "forgetful")
    init(in context: ProviderContext) {}
    var services: [any Service] { [Case()] }

    struct Case: ToyService {
        static let id = "forgetful.case"
        typealias Record = Thing
        var lifecycle: Lifecycle {
            opening(Ask.self, to: .pending) { ask, moment in Draft(Thing(), at: moment) }
            on(Go.self, from: .pending, to: .limbo)
            after(.later, from: .limbo, to: .done)
        }
    }
}
