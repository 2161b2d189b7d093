package import ConciergeEngine
package import ConciergeKit

// Ids and events as literals, for tests only: product code parses ids only where they come in, and never parses events.

extension NumberID {
    /// `r-7`: a number that is the same for the same text, and greater than that of `r-6`.
    fileprivate init(test text: String) {
        if let id = Self(text) {
            self = id
            return
        }
        let head = String(text.reversed().drop { $0.isNumber }.reversed())
        let hash = head.utf8.reduce(7) { ($0 &* 31 &+ Int64($1)) & 0xF_FFFF }
        self.init(number: hash << 24 | (Int64(text.dropFirst(head.count)) ?? 0) + 1)
    }
}

extension RequestID: ExpressibleByStringInterpolation {
    package init(stringLiteral text: String) { self.init(test: text) }
}

extension RunID: ExpressibleByStringInterpolation {
    package init(stringLiteral text: String) { self.init(test: text) }
}

extension TimerKey: ExpressibleByStringLiteral {
    package init(stringLiteral name: String) { self = .service(name) }
}

extension RequestEvent: ExpressibleByStringInterpolation {
    package init(stringLiteral text: String) {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        switch (parts[0], parts.count > 1 ? parts[1] : nil) {
        case ("open", nil): self = .opened
        case ("open", let signal?): self = .openedOnSignal(signal)
        case ("signal", let signal?): self = .signal(signal)
        case ("upgrade", nil): self = .upgraded
        case ("timer", let timer?): self = .timer(timer)
        case ("run", let task?): self = .runEnded(TaskID(task))
        case ("notice", let notice?): self = .notice(notice, to: .resident, isSecret: false)
        case ("told", let notice?): self = .told(notice)
        case ("sent", let notice?): self = .delivered(notice, .sent)
        case ("uncertain", let notice?): self = .delivered(notice, .uncertain)
        case ("failed", let notice?): self = .delivered(notice, .failed)
        case ("granted", nil): self = .granted
        case ("corrected", nil): self = .corrected
        case ("reassigned", nil): self = .reassigned
        case ("relocated", nil): self = .relocated
        case ("noted", nil): self = .noted
        case ("undone", nil): self = .undone
        case ("followed", nil): self = .followed
        case ("unfollowed", nil): self = .unfollowed
        case ("quarantine", "begun"): self = .quarantined
        case ("quarantine", "released"): self = .released
        default: self = .action(text)
        }
    }
}
