import ConciergeKit
import Foundation

/// A service of a toy: its words do not matter.
protocol ToyService: Service where Record: Codable {}

extension ToyService {
    static var name: Text { Text(verbatim: "toy") }
    static var summary: Text { Text(verbatim: "toy") }
    func headline(_ record: Record) -> Text { Text(verbatim: "toy") }
}

/// A provider of a toy: one service, and tasks.
protocol ToyProvider: ServiceProvider where Configuration == NoSettings {
    init(in context: ProviderContext)
}

extension ToyProvider {
    init(_ configuration: NoSettings, in context: ProviderContext) async throws(ProviderError) {
        self.init(in: context)
    }
}

extension ProviderManifest {
    init(toy id: String) {
        self.init(id: id, version: "1.0.0", name: Text(verbatim: "toy"), summary: Text(verbatim: "toy"))
    }
}

extension StateOf {
    static var pending: Self { open(fr: "en attente", en: "pending", turn: .staff) }
    static var limbo: Self { open(fr: "nulle part", en: "nowhere", turn: .clock) }
    static var lost: Self { open(fr: "perdu", en: "lost", turn: .staff) }
    static var done: Self { closed(fr: "fini", en: "done") }
}

extension TimerOf {
    static var later: Self { timer(fr: "plus tard", en: "later") }
}

struct Ask: Input {
    static let name = Text(fr: "Demander", en: "Ask")
    @Field(fr: "Chose", en: "Thing", example: "saw") var thing: String
}

struct Go: Input {
    static let name = Text(fr: "Finir", en: "Finish")
}

struct Thing: Codable {
    var thing = ""
    var number = 0
    var due = Instant(milliseconds: 0)
}

extension String {
    /// Appends to a file in the directory of this path.
    func append(_ text: String, to file: String) {
        let old = (try? String(contentsOfFile: "\(self)/\(file)", encoding: .utf8)) ?? ""
        try? (old + text).write(toFile: "\(self)/\(file)", atomically: true, encoding: .utf8)
    }

    func file(_ name: String) -> String? { try? String(contentsOfFile: "\(self)/\(name)", encoding: .utf8) }
}
