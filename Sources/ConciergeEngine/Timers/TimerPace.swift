import ConciergeKit

/// How fast timers may follow one another: what the engine remembers of rules that start timers without delay, and of
/// those that wait for a claim.
///
/// It is in memory alone: after a restart it is counted anew.
package struct TimerPace: Sendable {
    /// A timer that the rule of a timer or of a run starts is due so long after now at the earliest.
    static let leastDelay = Duration.milliseconds(100)
    /// A rule that starts a timer without delay so many times in a row does so for ever.
    package static let limit = 100
    /// After the first try that a taken claim has stopped; then twice as long each time, up to the longest.
    private static let firstDelay = Duration.seconds(10)
    static let longestDelay = Duration.hours(1)

    private struct Loop {
        var asked: Instant
        var count: Int
    }

    /// By request and event.
    private var loops: [RequestID: [RequestEvent: Loop]] = [:]
    /// By request and timer, how often it was stopped.
    private var tries: [RequestID: [TimerKey: Int]] = [:]

    package init() {}

    /// Takes in for when a rule started a timer that is due already, nil where it started none; says whether it has done
    /// so too often.
    mutating func started(_ due: Instant?, by event: RequestEvent, of request: RequestID, at now: Instant) -> Bool {
        guard let due else {
            forget(event, of: request, in: &loops)
            return false
        }
        let last = loops[request]?[event]
        // A rule that makes up for missed moments starts its timer for a later one each time, and comes to an end.
        let isCatchingUp = due < now && last.map { due > $0.asked } ?? true
        let count = isCatchingUp ? 0 : (last?.count ?? 0) + 1
        loops[request, default: [:]][event] = Loop(asked: due, count: count)
        guard count >= Self.limit else { return false }
        loops[request] = nil
        return true
    }

    /// Takes in that a claim was taken when the timer fired; says after how long it is tried again.
    mutating func stopped(_ timer: TimerKey, of request: RequestID) -> Duration {
        let count = tries[request]?[timer] ?? 0
        tries[request, default: [:]][timer] = count + 1
        return min(Self.firstDelay * (1 << min(count, 12)), Self.longestDelay)
    }

    /// Takes in that nothing stopped the timer.
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
