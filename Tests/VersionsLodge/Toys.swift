import ConciergeKit

func words(_ text: String) -> Text { Text(verbatim: text) }

/// What differs between the versions of the provider besides its service.
protocol LoanVersion: Service {
    init()
    /// Whether a toy can be brought.
    static var canBring: Bool { get }
}

/// A provider that lends toys, with one version of its service.
struct Toys<Loan: LoanVersion>: ServiceProvider {
    struct Configuration: Decodable {}

    static var manifest: ProviderManifest {
        ProviderManifest(id: "toy", name: words("Toys"), summary: words("Toys are lent."))
    }

    init(_ configuration: Configuration, in context: ProviderContext) {}

    var services: [any Service] { [Loan()] }

    var tasks: [TaskDefinition] {
        [
            TaskDefinition("toy.bring", name: words("Bring"), input: NoInput.self) { _, context in
                guard Loan.canBring else { throw TaskFailure.retry(reason: "no cart", after: .hours(1)) }
                return TaskReport(words("brought"))
            }
        ]
    }

    var schedules: [Schedule] { [Schedule("toy.bring", .every(.days(1)))] }
}

struct Lend: Input {
    static let name = words("Lend")
    @Field(words("Toy")) var toy: String
    @Field(words("Reminded at")) var remind: Instant?
}
struct Park: Input { static let name = words("Park") }
struct Bring: Input { static let name = words("Bring") }
struct Return: Input { static let name = words("Return") }

/// A provider that never changes.
struct Calm: ServiceProvider {
    struct Configuration: Decodable {}
    static let manifest = ProviderManifest(id: "calm", name: words("Calm"), summary: words("Notes."))
    init(_ configuration: Configuration, in context: ProviderContext) {}
    var services: [any Service] { [Note()] }

    struct Note: Service {
        static let id = "calm.note"
        enum State: String, ServiceState {
            case kept, gone
            var name: Text { words(rawValue) }
            var isOpen: Bool { self == .kept }
        }
        typealias Timer = NoTimer
        struct Record: Codable, Sendable {}
        struct Forget: Input { static let name = words("Forget") }
        let name = words("Note")
        let summary = words("Notes")
        var lifecycle: [Transition<Self>] {
            opening(NoInput.self, to: .kept) { _, moment in Draft(Record(), at: moment) }
            on(Forget.self, from: .kept, to: .gone) { _, _ in }
        }
    }
}
