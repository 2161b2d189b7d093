import ConciergeKit
import Foundation

/// A provider without faults, which runs beside those that have some.
struct Calm: ServiceProvider {
    static let manifest = ProviderManifest(id: "calm", name: words("Calm"), summary: words("Makes no trouble"))

    /// The path of the log of its instances, with lines such as `made 1`, `made 2` and `ended 1`.
    private let life: String
    private let number: Int

    init(_ configuration: NoSettings, in context: ProviderContext) {
        life = context.stateDirectory + "/life"
        let lines = (try? String(contentsOfFile: life, encoding: .utf8))?.split(separator: "\n") ?? []
        number = lines.count { $0.hasPrefix("made") } + 1
        note("made")
    }

    func end() async { note("ended") }

    private func note(_ word: String) {
        guard let file = fopen(life, "a") else { return }
        fputs("\(word) \(number)\n", file)
        fclose(file)
    }

    var services: [any Service] { [Visit()] }

    var tasks: [TaskDefinition] {
        [
            TaskDefinition(Self.round) { round, context in
                for door in 1...round.doors {
                    context.progress(door, of: round.doors, Text(fr: "porte \(door)", en: "door \(door)"))
                    // The task waits at the door in the middle until the file exists.
                    while door == (round.doors + 1) / 2, !FileManager.default.fileExists(atPath: round.key) {
                        try await Task.sleep(for: .milliseconds(5))
                    }
                }
                return TaskReport(words("all doors"))
            }
        ]
    }

    static let round = TaskName<Round, NoAnswer>("calm.round", fr: "Round", en: "Round")

    struct Round: Input {
        static let name = words("Round")
        @Field(fr: "Doors", en: "Doors") var doors: Int
        @Field(fr: "The file that opens the one in the middle", en: "The file that opens the one in the middle")
        var key: String
    }
}

/// A request that a timer closes.
struct Visit: Service {
    static let id = "calm.visit"

    static let name = words("Visit")
    static let summary = words("Comes and goes")

    struct Record: Codable {}

    struct Come: Input {
        static let name = words("Come")
        @Field(fr: "Stays, in milliseconds", en: "Stays, in milliseconds") var stays: Int?
    }

    struct Go: Input { static let name = words("Go") }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Come.self, to: .there) { come, moment in
            var visit = Draft(Record(), at: moment)
            visit.start(.leave, after: .milliseconds(come.stays ?? 3_600_000))
            return visit
        }
        on(Go.self, from: .there, to: .gone)
        after(.leave, from: .there, to: .gone)
    }
}

extension StateOf<Visit> {
    static var there: Self { open(fr: "there", en: "there", turn: .clock) }
    static var gone: Self { closed(fr: "gone", en: "gone") }
}

extension TimerOf<Visit> {
    static var leave: Self { timer(fr: "leave", en: "leave") }
}
