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

    /// - Parameter answers: What a person at the terminal types, line by line; nil without a person.
    func console(
        _ language: Language = .en, environment: [String: String] = [:], answers: [String]? = nil
    ) -> Console {
        let rest = Mutex(answers ?? [])
        let ask: @Sendable (Question) -> String? = { question in
            self.texts.withLock { $0.output += question.prompt + (question.isSecret ? "(secret)" : "") + "\n" }
            return rest.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        }
        return Console(
            language: language, zone: .paris, environment: environment, isTerminal: false, width: nil, colours: false,
            now: { .morning }, output: { text in self.texts.withLock { $0.output += text } },
            diagnostics: { text in self.texts.withLock { $0.diagnostics += text } },
            ask: answers == nil ? nil : ask, sleep: { _ in })
    }

    /// Runs a command line and captures its output and diagnostics.
    func run(_ arguments: String..., language: Language = .en, environment: [String: String] = [:]) async -> Int32 {
        await Conciergectl.run(arguments, on: console(language, environment: environment))
    }
}

extension Instant {
    /// Tuesday 24 November 2026, 09:00 in Paris.
    static let morning = Instant(milliseconds: 1_795_507_200_000)
}

extension FieldClock {
    static let paris = FieldClock(zone: .paris, now: .morning)
}

extension Zone {
    static let paris = Zone("Europe/Paris") ?? .utc
}
