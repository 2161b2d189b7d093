package import ConciergeKit

/// A circuit breaker: holds back the runs of a provider that fails repeatedly, and lets one run through from time to
/// time as a probe.
///
/// It is kept in memory only: after a restart the runs of the provider may begin at once.
package struct Breaker: Sendable, Hashable {
    private enum State: Hashable {
        case closed
        case open(until: Instant)
        /// One run may begin, or is already under way, as a probe.
        case probing(run: RunID?)
    }

    private let policy: BreakerPolicy
    private var state = State.closed
    private var failures = 0
    /// The runs that failed in a row, at most two of them: if only one run fails, the run itself may be the cause.
    private var failedRuns: Set<RunID> = []
    private var trips = 0
    /// Why the last attempt failed.
    package private(set) var reason = ""

    package init(_ policy: BreakerPolicy) {
        self.policy = policy
    }

    /// Until when no run begins; nil if runs may begin.
    package var openUntil: Instant? {
        if case .open(let until) = state { until } else { nil }
    }

    package var isProbing: Bool {
        if case .probing = state { true } else { false }
    }

    /// How many runs may begin now; nil for no limit by the breaker.
    func allowance(at now: Instant) -> Int? {
        switch state {
        case .closed: nil
        // The time is farther away than the longest pause: the clock was set back.
        case .open(let until): until <= now || until - now > policy.ceiling ? 1 : 0
        case .probing(let run): run == nil ? 1 : 0
        }
    }

    mutating func began(_ run: RunID, at now: Instant) {
        if state != .closed { state = .probing(run: run) }
    }

    /// Records a failed attempt. Returns until when the provider's runs are held back, if this failure opened the
    /// breaker.
    mutating func recordFailure(of run: RunID, _ reason: String, at now: Instant) -> Instant? {
        self.reason = reason
        switch state {
        case .closed:
            failures += 1
            if failedRuns.count < 2 { failedRuns.insert(run) }
            guard failures >= policy.failures, failedRuns.count > 1 else { return nil }
        case .probing(let probe) where probe == run: break
        // The run began before the breaker opened, so its failure is no new information.
        case .probing, .open: return nil
        }
        trips += 1
        let until = now + policy.pause(afterTrips: trips)
        state = .open(until: until)
        return until
    }

    /// Records that an attempt succeeded or failed for good, so that the provider works. Returns whether its runs were
    /// held back until now.
    mutating func recordSuccess() -> Bool {
        defer { self = Breaker(policy) }
        return state != .closed
    }

    /// Records the end of an attempt that says nothing about the provider: it was cancelled, or the daemon is stopping.
    mutating func recordNeutral(_ run: RunID) {
        if state == .probing(run: run) { state = .probing(run: nil) }
    }
}
