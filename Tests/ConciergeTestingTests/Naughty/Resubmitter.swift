import ConciergeKit

/// A handler gives its action another name in each attempt, so that it is done once more.
struct Resubmitter: ToyProvider {
    static let manifest = ProviderManifest(toy: "again")
    static let note = TaskName<NoInput, NoAnswer>("again.note", fr: "Noter", en: "Note")
    init(in context: ProviderContext) {}
    var services: [any Service] { [Case()] }
    var tasks: [TaskDefinition] {
        [
            TaskDefinition(Self.note) { _, context in
                for try await one in context.requests(of: Case.self) {
                    _ = try await context.submit(Case.Count(), on: one, as: "attempt \(context.attempt)")
                }
                return TaskReport(Text(verbatim: "noted"))
            }
        ]
    }

    struct Case: ToyService {
        static let id = "again.case"
        typealias Record = Thing
        struct Count: Input { static let name = Text(fr: "Compter", en: "Count") }

        var lifecycle: Lifecycle {
            opening(Ask.self, to: .pending) { ask, moment in Draft(Thing(), at: moment) }
            on(Count.self, in: .pending) { _, thing in thing.record.number += 1 }
            on(Go.self, from: .pending, to: .done)
        }
    }
}
