import ConciergeProtocol
import Wording

/// A run's progress as a line: `[██████····] 60 %  3/5  calling the carrier`.
struct ProgressBar: Sendable {
    private static let cells = 20

    let progress: Wire.Progress

    init(_ progress: Wire.Progress) {
        self.progress = progress
    }

    /// The line without the bar: the amount done, the total, the percentage and the handler's text.
    func text(in language: Language) -> String {
        let total = progress.total.map { "/\($0)" } ?? ""
        return (["\(progress.done)\(total)"] + [percent, progress.text?[language]].compactMap(\.self))
            .joined(separator: "  ")
    }

    /// The line with the bar, or without it if the total is unknown.
    func line(in language: Language) -> String {
        guard let share else { return text(in: language) }
        let full = Int(share * Double(Self.cells))
        let bar = String(repeating: "█", count: full) + String(repeating: "·", count: Self.cells - full)
        return "[\(bar)] \(text(in: language))"
    }

    private var share: Double? {
        guard let total = progress.total, total > 0 else { return nil }
        return min(1, max(0, Double(progress.done) / Double(total)))
    }

    private var percent: String? { share.map { "\(Int($0 * 100)) %" } }
}

/// A terminal line that is overwritten in place. It is on standard error, so that a pipe gets only the result.
struct LiveLine: Sendable {
    let console: Console

    /// Replaces the line's text.
    func show(_ text: String) {
        guard console.isTerminal else { return }
        let line = console.width.map { text.inOneLine.cut(to: $0 - 1) } ?? text.inOneLine
        // Returns to the first column, and erases the rest of the former text (ECMA-48, EL).
        console.diagnostics("\r\(line)\u{1B}[K")
    }

    /// Erases the line.
    func clear() {
        if console.isTerminal { console.diagnostics("\r\u{1B}[K") }
    }
}
