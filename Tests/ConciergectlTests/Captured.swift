import Civil
import Foundation
import Synchronization
import Wording

@testable import conciergectl

/// A console without a terminal that captures its output, in Paris on 24 November 2026 at 09:00.
final class Captured: Sendable {
    private let texts = Mutex((output: "", diagnostics: ""))

    var output: String { texts.withLock { $0.output } }
    var diagnostics: String { texts.withLock { $0.diagnostics } }
    var lines: [String] { output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }

    func console(_ language: Language = .en, environment: [String: String] = [:]) -> Console {
        Console(
            language: language, zone: .paris, environment: environment, isTerminal: false, width: nil, colours: false,
            now: { Instant(milliseconds: 1_795_507_200_000) },
            output: { text in self.texts.withLock { $0.output += text } },
            diagnostics: { text in self.texts.withLock { $0.diagnostics += text } })
    }

    /// Runs a command line and captures its output and diagnostics.
    func run(_ arguments: String..., language: Language = .en, environment: [String: String] = [:]) async -> Int32 {
        await Conciergectl.run(arguments, on: console(language, environment: environment))
    }
}

extension Zone {
    static let paris = Zone("Europe/Paris") ?? .utc
}
