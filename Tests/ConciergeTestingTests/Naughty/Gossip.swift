import ConciergeKit

/// The resident's name stands in a notice's name, a log line and a failure.
struct Gossip: ToyProvider {
    static let manifest = ProviderManifest(toy: "gossip")
    static let tell = TaskName<NoInput, NoAnswer>("gossip.tell", fr: "Raconter", en: "Tell")
    init(in context: ProviderContext) {}
    var services: [any Service] { [Case()] }
    var tasks: [TaskDefinition] {
        [
            TaskDefinition(Self.tell, retry: .never) { _, context in
                var resident = "nobody"
                for try await one in context.requests(of: Case.self) { resident = one.resident ?? resident }
                context.log("there is something for \(resident.uppercased())")
                throw TaskFailure.final(reason: "\(resident) was not in")
            }
        ]
    }

    struct Case: ToyService {
        static let id = "gossip.case"
        typealias Record = Thing
        var lifecycle: Lifecycle {
            opening(Ask.self, to: .pending) { ask, moment in
                var thing = Draft(Thing(), at: moment)
                thing.notify(.staff, "for \(moment.resident ?? "")", Text(verbatim: "here"))
                return thing
            }
            on(Go.self, from: .pending, to: .done)
        }
    }
}
