import ConciergeKit

/// A provider that does what it should, beside one that does not.
struct Calm: ServiceProvider {
    struct Configuration: Decodable, Sendable {}

    static let manifest = ProviderManifest(id: "calm", name: words("Calm"), summary: words("Makes no trouble"))

    init(_ configuration: Configuration, in context: ProviderContext) {}

    var services: [any Service] { [Visit()] }
}

/// A request that a timer closes.
struct Visit: Service {
    static let id = "calm.visit"

    enum State: String, ServiceState {
        case there, gone
        var name: Text { words(rawValue) }
        var isOpen: Bool { self == .there }
    }

    enum Timer: String, ServiceTimer {
        case leave
        var name: Text { words(rawValue) }
    }

    struct Record: Codable, Sendable {}

    struct Come: Input {
        static let name = words("Come")
        @Field(words("Stays, in milliseconds")) var stays: Int?
    }

    struct Go: Input { static let name = words("Go") }

    var name: Text { words("Visit") }
    var summary: Text { words("Comes and goes") }

    var lifecycle: [Transition<Self>] {
        opening(Come.self, to: .there) { come, moment in
            var visit = Draft<Self>(Record(), at: moment)
            visit.start(.leave, after: .milliseconds(come.stays ?? 3_600_000))
            return visit
        }
        on(Go.self, from: .there, to: .gone) { _, _ in }
        after(.leave, from: .there, to: .gone) { _ in }
    }
}
