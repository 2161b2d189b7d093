import ConciergeEngine
import Glibc
import Synchronization

/// Remembers which rule is being executed, to name it where it does not return.
final class RuleBook: CodeObserver {
    private let clock = ContinuousClock()
    private let state = Mutex(State())

    struct Timing: Sendable {
        let location: CodeLocation
        var duration: Duration
        /// What the rule's thread used of the processor: other programs do not count.
        var processorTime: Duration
    }

    private struct State {
        var location: CodeLocation?
        var since: (instant: ContinuousClock.Instant, processor: Duration)?
        var timings: [Timing] = []
    }

    func enter(_ location: CodeLocation) {
        let since = (instant: clock.now, processor: Self.processorTime)
        state.withLock { ($0.location, $0.since) = (location, since) }
    }

    func leave() {
        let (end, processor) = (clock.now, Self.processorTime)
        state.withLock { state in
            if let location = state.location, let since = state.since {
                state.timings.append(
                    Timing(
                        location: location, duration: end - since.instant, processorTime: processor - since.processor))
            }
            (state.location, state.since) = (nil, nil)
        }
    }

    /// What the current thread has used of the processor. A rule is executed by one thread.
    private static var processorTime: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
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
