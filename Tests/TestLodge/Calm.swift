import ConciergeKit
import Foundation

/// A provider that does what it should, beside one that does not.
struct Calm: ServiceProvider {
    struct Configuration: Decodable, Sendable {}

    static let manifest = ProviderManifest(id: "calm", name: words("Calm"), summary: words("Makes no trouble"))

    init(_ configuration: Configuration, in context: ProviderContext) {}

    var services: [any Service] { [Visit()] }

    var tasks: [TaskDefinition] {
        [
            TaskDefinition("calm.round", name: words("Round"), input: Round.self) { round, context in
                for door in 1...round.doors {
                    context.progress(door, of: round.doors, Text(fr: "porte \(door)", en: "door \(door)"))
                    // It stands at the one in the middle until the file is there.
                    while door == (round.doors + 1) / 2, !FileManager.default.fileExists(atPath: round.key) {
                        try await Task.sleep(for: .milliseconds(5))
                    }
                }
                return TaskReport(words("all doors"))
            }
        ]
    }

    struct Round: Input {
        static let name = words("Round")
        @Field(words("Doors")) var doors: Int
        @Field(words("The file that opens the one in the middle")) var key: String
    }
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
