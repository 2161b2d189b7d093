import ConciergeKit
import Foundation

/// A provider without faults, which runs beside those that have some.
struct Calm: ServiceProvider {
    static let manifest = ProviderManifest(
        id: "calm", version: "1.0.0", name: words("Calm"), summary: words("Makes no trouble"))

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
            },
            TaskDefinition(Self.visitAll) { _, context in
                var (count, last): (Int, String) = (0, "")
                for try await visit in context.requests(of: Visit.self, .all) {
                    guard visit.id > last else { throw TaskFailure.final(reason: "\(visit.id) after \(last)") }
                    (count, last) = (count + 1, visit.id)
                }
                return TaskReport(words("\(count) visits"))
            },
            TaskDefinition(Self.errand) { errand, context in
                guard case .done = try await context.submit(Visit.Knock(), on: errand.visit, of: Visit.self) else {
                    throw TaskFailure.final(reason: "nobody may knock")
                }
                try await context.run(Self.letter, "attempt \(context.attempt)")
                try await context.folder.put("knocked-\(context.attempt)", "knocked")
                while try await context.folder.read("key") == nil { try await Task.sleep(for: .milliseconds(5)) }
                return TaskReport(words("at attempt \(context.attempt)"))
            },
            TaskDefinition(Self.letter) { text, _ in TaskReport(words("a letter of \(text)")) },
            TaskDefinition(
                Self.carry, executedBy: .worker, timeLimit: .minutes(10),
                retry: RetryPolicy(attempts: 3, base: .milliseconds(1), ceiling: .milliseconds(2))),
            TaskDefinition(Self.mail, executedBy: .worker, retry: .never),
            TaskDefinition(Self.hurry, executedBy: .worker, timeLimit: .seconds(1), retry: .never),
            TaskDefinition(Self.copying, timeLimit: .minutes(10)) { _, context in
                // It goes on until the daemon is killed.
                for number in 1... {
                    try Task.checkCancellation()
                    let page = UInt8(truncatingIfNeeded: number)
                    try await context.folder.put("copies/\(number % 3)", [UInt8](repeating: page, count: Self.copySize))
                }
                return TaskReport(words("done"))
            },
        ]
    }

    /// The size of each file that ``copying`` writes, in bytes, all of the same value.
    static let copySize = 400_000

    static let visitAll = TaskName<NoInput, NoAnswer>("calm.visit-all", fr: "Visit all", en: "Visit all")
    static let errand = TaskName<Errand, NoAnswer>("calm.errand", fr: "Errand", en: "Errand")
    static let letter = TaskName<String, NoAnswer>("calm.letter", fr: "Letter", en: "Letter")
    static let copying = TaskName<NoInput, NoAnswer>("calm.copying", fr: "Copying", en: "Copying")

    /// Tasks for workers: with much time, and with little.
    static let carry = TaskName<Load, Carried>("calm.carry", fr: "Porter", en: "Carry")
    static let hurry = TaskName<NoInput, NoAnswer>("calm.hurry", fr: "Courir", en: "Hurry")

    static let mail = TaskName<Mail, NoAnswer>("calm.mail", fr: "Envoyer un courriel", en: "Send a mail")

    struct Mail: Input {
        static let name = words("Mail")
        @Field(fr: "Adresse", en: "Address") var to: String
        @Field(fr: "Nom", en: "Name") var name: String?
        @Field(fr: "Objet", en: "Subject") var subject: String
        @Field(fr: "Texte", en: "Text", .lines) var text: String
    }

    struct Load: Input {
        static let name = words("Load")
        @Field(fr: "Pièces", en: "Pieces", in: 0...100) var pieces = 1
    }

    struct Carried: Codable, Sendable { let pieces: Int }

    struct Errand: Input {
        static let name = words("Errand")
        @Field(fr: "Visit", en: "Visit") var visit: String
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
    struct Knock: Input { static let name = words("Knock") }

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Come.self, to: .there) { come, moment in
            var visit = Draft(Record(), at: moment)
            visit.start(.leave, after: .milliseconds(come.stays ?? 3_600_000))
            return visit
        }
        on(Knock.self, in: .there) { _, _ in }
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
