import ConciergeKit

func words(_ text: String) -> Text { Text(verbatim: text) }

/// A version of the service, with the only other property in which the versions of the provider differ.
protocol LoanVersion: Service {
    init()
    /// Whether the task `toy.bring` succeeds.
    static var canBring: Bool { get }
}

extension StateOf where S: LoanVersion {
    static var lent: Self { open(fr: "lent", en: "lent", turn: .resident) }
    static var returned: Self { closed(fr: "returned", en: "returned") }
}

let bring = TaskName<NoInput, NoAnswer>("toy.bring", fr: "Bring", en: "Bring")

/// A provider that lends toys, with one version of its service.
struct Toys<Loan: LoanVersion>: ServiceProvider {
    static var manifest: ProviderManifest {
        ProviderManifest(id: "toy", version: "1.0.0", name: words("Toys"), summary: words("Toys are lent."))
    }

    init(_ configuration: NoSettings, in context: ProviderContext) {}

    var services: [any Service] { [Loan()] }

    var tasks: [TaskDefinition] {
        [
            TaskDefinition(bring) { _, context in
                guard Loan.canBring else { throw TaskFailure.retry(reason: "no cart", after: .hours(1)) }
                return TaskReport(words("brought"))
            }
        ]
    }

    var schedules: [Schedule] { [Schedule(bring, .every(.days(1)))] }
}

struct Lend: Input {
    static let name = words("Lend")
    @Field(fr: "Toy", en: "Toy") var toy: String
    @Field(fr: "Reminded at", en: "Reminded at") var remind: Instant?
}
struct Park: Input { static let name = words("Park") }
struct Bring: Input { static let name = words("Bring") }
struct Return: Input { static let name = words("Return") }

/// A provider that never changes.
struct Calm: ServiceProvider {
    static let manifest = ProviderManifest(id: "calm", version: "1.0.0", name: words("Calm"), summary: words("Notes."))
    init(_ configuration: NoSettings, in context: ProviderContext) {}
    var services: [any Service] { [Note()] }

    struct Note: Service {
        static let id = "calm.note"
        static let name = words("Note")
        static let summary = words("Notes")
        struct Record: Codable {}
        struct Forget: Input { static let name = words("Forget") }
        func headline(_ record: Record) -> Text { Self.name }

        var lifecycle: Lifecycle {
            opening(NoInput.self, to: .kept) { _, moment in Draft(Record(), at: moment) }
            on(Forget.self, from: .kept, to: .gone)
        }
    }
}

extension StateOf<Calm.Note> {
    static var kept: Self { open(fr: "kept", en: "kept", turn: .staff) }
    static var gone: Self { closed(fr: "gone", en: "gone") }
}
