public import Civil
public import Wording

extension Promise {
    /// A time in which a promise does not run, from one instant to another, the second one not included.
    public struct Pause: Sendable, Hashable, Codable {
        /// The first instant at which the promise stands still.
        public let start: Instant
        /// When it runs again; nil while it is still paused.
        public let end: Instant?
        /// Why it is paused, as words for the resident; nil where nobody named a reason.
        public let reason: Text?

        /// A pause; nil if it ends before it begins.
        public init?(from start: Instant, to end: Instant?, reason: Text? = nil) {
            if let end, end < start { return nil }
            (self.start, self.end, self.reason) = (start, end, reason)
        }
    }
}

/// Pauses as one set: what overlaps or touches is one part, and counts once. What lies before the start is cut off.
struct PauseSet {
    struct Part {
        var start: Instant
        /// Nil for the last part, if the pause is not over.
        var end: Instant?
        var reasons: [Text]
        /// Since when it really is paused, which may be before the start of the promise.
        let since: Instant

        func covers(_ instant: Instant) -> Bool { start <= instant && end.map { instant < $0 } ?? true }
    }

    private(set) var parts: [Part] = []

    init(_ pauses: [Promise.Pause], from start: Instant) {
        for pause in pauses.sorted(by: { $0.start < $1.start }) {
            let begin = max(pause.start, start)
            if let end = pause.end, end <= begin { continue }
            guard let last = parts.last, last.end.map({ begin <= $0 }) ?? true else {
                parts.append(
                    Part(start: begin, end: pause.end, reasons: pause.reason.map { [$0] } ?? [], since: pause.start))
                continue
            }
            let index = parts.count - 1
            parts[index].end = last.end.flatMap { known in pause.end.map { max(known, $0) } }
            if let reason = pause.reason, !last.reasons.contains(reason) { parts[index].reasons.append(reason) }
        }
    }

    /// The part that is not over.
    var open: Part? { parts.last.flatMap { $0.end == nil ? $0 : nil } }

    /// The first part that ends after an instant.
    func index(after instant: Instant) -> Int {
        var (low, high) = (0, parts.count)
        while low < high {
            let middle = (low + high) / 2
            if let end = parts[middle].end, end <= instant { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The part within which a moment lies as the end of something: after its start, and no later than its end.
    func index(endingAt close: Instant) -> Int? {
        let index = parts.firstIndex { $0.end.map { close <= $0 } ?? true }
        return index.flatMap { parts[$0].start < close ? $0 : nil }
    }
}
