import Synchronization
import Wording

/// A terminal line that shows the progress of a transfer. Without a terminal it shows nothing.
final class TransferBar: Sendable {
    private static let cells = 20

    private let line: LiveLine
    private let language: Language
    private let isShown: Bool
    private let last = Mutex("")

    init(_ console: Console, isShown: Bool) {
        line = LiveLine(console: console)
        language = console.language
        self.isShown = isShown
    }

    /// Shows the present step and, if `total` is not zero, how much of it is done.
    func show(_ what: Text, done: Int64 = 0, of total: Int64 = 0) {
        guard isShown else { return }
        let text = Self.text(what[language], done: done, of: total)
        let isNew = last.withLock { last in
            defer { last = text }
            return last != text
        }
        if isNew { line.show(text) }
    }

    /// Erases the line.
    func end() {
        let wasShown = last.withLock { last in
            defer { last = "" }
            return !last.isEmpty
        }
        if wasShown { line.clear() }
    }

    static func text(_ what: String, done: Int64, of total: Int64) -> String {
        guard total > 0 else { return "\(what) …" }
        let part = min(1, max(0, Double(done) / Double(total)))
        let full = Int(part * Double(cells))
        let bar = String(repeating: "█", count: full) + String(repeating: "·", count: cells - full)
        return "\(what) [\(bar)] \(Int(part * 100)) %"
    }
}
