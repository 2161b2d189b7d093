import ConciergeEngine
import Synchronization

/// Remembers which rule is being executed, to name it where it does not return.
final class RuleBook: CodeObserver {
    private let clock = ContinuousClock()
    private let state = Mutex(State())

    struct Timing: Sendable {
        let location: CodeLocation
        let duration: Duration
    }

    private struct State {
        var location: CodeLocation?
        var since: ContinuousClock.Instant?
        var timings: [Timing] = []
    }

    func enter(_ location: CodeLocation) {
        state.withLock { ($0.location, $0.since) = (location, clock.now) }
    }

    func leave() {
        let end = clock.now
        state.withLock { state in
            if let location = state.location, let since = state.since {
                state.timings.append(Timing(location: location, duration: end - since))
            }
            (state.location, state.since) = (nil, nil)
        }
    }

    /// The rule that is being executed.
    var location: CodeLocation? { state.withLock(\.location) }

    /// How long the rules took since this was last asked.
    func takeTimings() -> [Timing] {
        state.withLock { state in
            defer { state.timings = [] }
            return state.timings
        }
    }
}
