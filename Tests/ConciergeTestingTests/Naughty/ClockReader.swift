import ConciergeKit
import Foundation

/// A rule reads the machine's clock.
struct ClockReader: ToyProvider {
    static let manifest = ProviderManifest(toy: "clock")
    init(in context: ProviderContext) {}
    var services: [any Service] { [Case()] }

    struct Case: ToyService {
        static let id = "clock.case"
        typealias Record = Thing
        var lifecycle: Lifecycle {
            opening(Ask.self, to: .pending) { ask, moment in
                Draft(Thing(number: Int(Date().timeIntervalSince1970 * 1000)), at: moment)
            }
            on(Go.self, from: .pending, to: .done)
        }
    }
}
