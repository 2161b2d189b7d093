import Foundation
import Glibc

/// The counts of what a check read.
struct Findings {
    let lines, timersFired, runs, executions: Int

    var summary: String { "\(lines) lines, \(timersFired) timers fired, \(runs) runs, \(executions) attempts" }
}

/// The result of the torture test.
package struct Tally: Sendable {
    package let seed: UInt64
    package var rounds = 0
    package var ledgers = 0
    package var kills: [Phase: Int] = [:]
    package var killsInMiddleOfCheckpoint = 0
    package var accepted = 0
    package var refused = 0
    package var unanswered = 0
    package var repeats = 0
    package var lines = 0
    package var linesShown = 0
    package var timersFired = 0
    package var runs = 0
    package var attempts = 0
    package var duration = Duration.zero
    package var violations: [String] = []

    init(seed: UInt64) { self.seed = seed }

    mutating func add(_ found: Findings, _ told: Witness.Testimony) {
        for call in told.calls.values {
            switch call.outcome {
            case .accepted: accepted += 1
            case .refused: refused += 1
            case .unknown: unanswered += 1
            }
        }
        repeats += told.repeats
        lines += found.lines
        linesShown += told.lines.count
        timersFired += found.timersFired
        runs += found.runs
        attempts += found.executions
    }

    /// The text that is kept in results/.
    package var text: String {
        let phases = Phase.allCases.map { "\($0.rawValue) \(kills[$0] ?? 0)" }.joined(separator: ", ")
        return """
            seed                  \(seed)
            rounds                \(rounds), on \(ledgers) ledgers
            killed in             \(phases)
            in mid-checkpoint     \(killsInMiddleOfCheckpoint)
            calls                 \(accepted) acknowledged, \(refused) refused, \(unanswered) without an answer
            repeats checked       \(repeats)
            history lines         \(lines), \(linesShown) of them shown to clients
            timers fired          \(timersFired)
            runs                  \(runs), \(attempts) attempts executed
            took                  \(duration.components.seconds) s
            violations            \(violations.count)
            """ + violations.map { "\n  \($0)" }.joined()
    }
}

/// The machine of a measurement, without its name.
package enum Machine {
    package static var text: String {
        var name = utsname()
        uname(&name)
        let kernel = withUnsafeBytes(of: &name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let information = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let model = information.split(separator: "\n").first { $0.hasPrefix("model name") }?
            .split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
        return "\(sysconf(Int32(_SC_NPROCESSORS_ONLN))) cores, \(model ?? "unknown processor"), Linux \(kernel)"
    }
}
