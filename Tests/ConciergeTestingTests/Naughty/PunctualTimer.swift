import ConciergeKit

/// The rule of a timer goes where its line does not lead if it is late.
struct PunctualTimer: ToyProvider {
    static let manifest = ProviderManifest(toy: "punctual")
    init(in context: ProviderContext) {}
    var services: [any Service] { [Case()] }

    struct Case: ToyService {
        static let id = "punctual.case"
        typealias Record = Thing
        var lifecycle: Lifecycle {
            opening(Ask.self, to: .pending) { ask, moment in
                var thing = Draft(Thing(due: moment.now + .hours(2)), at: moment)
                thing.start(.later, at: thing.record.due)
                return thing
            }
            after(.later, from: .pending, to: .done) { thing in
                if thing.now > thing.record.due + .hours(1) { thing.go(to: .lost) }
            }
            on(Go.self, from: .pending, .lost, to: .done, .lost)
        }
    }
}
