import ConciergeKit

/// Limits how fast timers follow one another: counts how often rules start timers without delay, and how often rules
/// were stopped by a taken claim.
///
/// It is kept in memory only: a restart resets the counts.
package struct TimerPace: Sendable {
    /// The minimum delay of a timer that is started by the rule of a timer or of a run's end.
    static let leastDelay = Duration.milliseconds(100)
    /// A rule that starts a timer without delay this many times in a row is considered an endless loop.
    package static let limit = 100
    /// The delay after the first try that a taken claim has stopped. It doubles with each try, up to ``longestDelay``.
    private static let firstDelay = Duration.seconds(10)
    static let longestDelay = Duration.hours(1)

    private struct Loop {
        var asked: Instant
        var count: Int
    }

    /// By request and event.
    private var loops: [RequestID: [RequestEvent: Loop]] = [:]
    /// By request and timer, how often it was postponed.
    private var tries: [RequestID: [TimerKey: Int]] = [:]

    package init() {}

    /// Records the due time of a timer that a rule started although it is due already; nil if the rule started none.
    /// Returns whether the rule has done so too often.
    mutating func started(_ due: Instant?, by event: RequestEvent, of request: RequestID, at now: Instant) -> Bool {
        guard let due else {
            forget(event, of: request, in: &loops)
            return false
        }
        let last = loops[request]?[event]
        // A rule that catches up with missed moments starts its timer for a later moment each time, and so comes to an
        // end.
        let isCatchingUp = due < now && last.map { due > $0.asked } ?? true
        let count = isCatchingUp ? 0 : (last?.count ?? 0) + 1
        loops[request, default: [:]][event] = Loop(asked: due, count: count)
        guard count >= Self.limit else { return false }
        loops[request] = nil
        return true
    }

    /// Records that a claim was taken when the timer fired. Returns the delay until the next try.
    mutating func stopped(_ timer: TimerKey, of request: RequestID) -> Duration {
        let count = tries[request]?[timer] ?? 0
        tries[request, default: [:]][timer] = count + 1
        return min(Self.firstDelay * (1 << min(count, 12)), Self.longestDelay)
    }

    /// Records that the timer was not postponed.
    mutating func passed(_ timer: TimerKey, of request: RequestID) {
        forget(timer, of: request, in: &tries)
    }

    /// Forgets a request that is closed.
    mutating func forget(_ request: RequestID) {
        loops[request] = nil
        tries[request] = nil
    }

    private func forget<Key, Value>(
        _ key: Key, of request: RequestID, in values: inout [RequestID: [Key: Value]]
    ) {
        guard values[request] != nil else { return }
        values[request]?[key] = nil
        if values[request]?.isEmpty == true { values[request] = nil }
    }
}
