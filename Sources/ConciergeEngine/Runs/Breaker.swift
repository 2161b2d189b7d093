package import ConciergeKit

/// Holds the runs of a provider back that fails over and over, and lets one through from time to time to see.
///
/// It is in memory alone: after a restart the provider is given another chance at once.
package struct Breaker: Sendable, Hashable {
    private enum State: Hashable {
        case closed
        case open(until: Instant)
        /// One run is let through, or already on its way.
        case probing(run: RunID?)
    }

    private let policy: BreakerPolicy
    private var state = State.closed
    private var failures = 0
    /// The runs that failed in a row, two of them at most: one that fails alone may be its own fault.
    private var failedRuns: Set<RunID> = []
    private var trips = 0
    /// Why the last attempt failed.
    package private(set) var reason = ""

    package init(_ policy: BreakerPolicy) {
        self.policy = policy
    }

    /// Until when no run begins; nil where runs may.
    package var openUntil: Instant? {
        if case .open(let until) = state { until } else { nil }
    }

    package var isProbing: Bool {
        if case .probing = state { true } else { false }
    }

    /// How many runs may begin now; nil for as many as there is room for.
    func allowance(at now: Instant) -> Int? {
        switch state {
        case .closed: nil
        // Farther away than a pause can be: the clock was put back.
        case .open(let until): until <= now || until - now > policy.ceiling ? 1 : 0
        case .probing(let run): run == nil ? 1 : 0
        }
    }

    mutating func began(_ run: RunID, at now: Instant) {
        if state != .closed { state = .probing(run: run) }
    }

    /// Takes in a failed attempt; says until when the provider's runs are held back, where this one made it so.
    mutating func recordFailure(of run: RunID, _ reason: String, at now: Instant) -> Instant? {
        self.reason = reason
        switch state {
        case .closed:
            failures += 1
            if failedRuns.count < 2 { failedRuns.insert(run) }
            guard failures >= policy.failures, failedRuns.count > 1 else { return nil }
        case .probing(let probe) where probe == run: break
        // One that had begun before: it tells nothing new.
        case .probing, .open: return nil
        }
        trips += 1
        let until = now + policy.pause(afterTrips: trips)
        state = .open(until: until)
        return until
    }

    /// Takes in that the provider did what it was asked, or knew what was wrong with it; says whether its runs were
    /// held back until now.
    mutating func recordSuccess() -> Bool {
        defer { self = Breaker(policy) }
        return state != .closed
    }

    /// An attempt ended that says nothing about the provider: it was cancelled, or the daemon stops.
    mutating func recordNeutral(_ run: RunID) {
        if state == .probing(run: run) { state = .probing(run: nil) }
    }
}
