import ConciergeKit

/// The rule of a timer starts it again at once, forever.
struct TimerStorm: ToyProvider {
    static let manifest = ProviderManifest(toy: "storm")
    init(in context: ProviderContext) {}
    var services: [any Service] { [Case()] }

    struct Case: ToyService {
        static let id = "storm.case"
        typealias Record = Thing
        var lifecycle: Lifecycle {
            opening(Ask.self, to: .pending) { ask, moment in
                var thing = Draft(Thing(), at: moment)
                thing.start(.later, after: .hours(1))
                return thing
            }
            after(.later, in: .pending) { thing in thing.start(.later, after: .zero) }
            on(Go.self, from: .pending, to: .done)
        }
    }
}

/// The end of a run begins the run again, forever.
struct RunStorm: ToyProvider {
    static let manifest = ProviderManifest(toy: "spin")
    static let spin = TaskName<NoInput, NoAnswer>("spin.spin", fr: "Tourner", en: "Spin")
    init(in context: ProviderContext) {}
    var services: [any Service] { [Case()] }
    var tasks: [TaskDefinition] { [TaskDefinition(Self.spin) { _, _ in TaskReport(Text(verbatim: "spun")) }] }

    struct Case: ToyService {
        static let id = "spin.case"
        typealias Record = Thing
        var lifecycle: Lifecycle {
            opening(Ask.self, to: .pending) { ask, moment in
                var thing = Draft(Thing(), at: moment)
                thing.run(RunStorm.spin)
                return thing
            }
            ended(RunStorm.spin, in: .pending) { _, thing in thing.run(RunStorm.spin) }
            on(Go.self, from: .pending, to: .done)
        }
    }
}
