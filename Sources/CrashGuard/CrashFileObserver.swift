import CCrash
package import ConciergeEngine
import Synchronization

/// Marks the rules on the engine's thread in the crash file, and reports slow ones.
package final class CrashFileObserver: CodeObserver {
    private let slot: CrashSlot
    private let clock: @Sendable () -> UInt64
    private let tell: @Sendable (CodeLocation, Duration) -> Void
    private let slow = Mutex(SlowRules())

    /// - Parameters:
    ///   - clock: A monotonic clock, in nanoseconds.
    ///   - tell: A function that is called on the engine's thread with a slow rule and its duration. It must not block.
    package init(
        _ file: CrashFile, clock: @escaping @Sendable () -> UInt64,
        tell: @escaping @Sendable (CodeLocation, Duration) -> Void
    ) {
        slot = file.engine
        self.clock = clock
        self.tell = tell
    }

    package func enter(_ location: CodeLocation) {
        slot.enter(location, now: clock())
        crash_thread_set_place(Int32(slot.index))
    }

    package func leave() {
        let now = clock()
        let took = now - slot.since
        let location = took > SlowRules.limit ? slot.location : nil
        slot.leave()
        crash_thread_set_place(CRASH_PLACE_OWN)
        guard let location else { return }
        let isTold = slow.withLock {
            $0.isWorthALine(owner: location.owner, event: location.event, took: took, now: now)
        }
        if isTold { tell(location, .nanoseconds(took)) }
    }
}

/// Decides which slow rules are logged: at most one a minute for each transition. Times are nanoseconds of a monotonic
/// clock.
struct SlowRules {
    /// The time above which a rule is slow, because all calls wait for it.
    static let limit: UInt64 = 10_000_000
    /// The minimum time between two lines about one transition.
    static let pause: UInt64 = 60_000_000_000

    private struct Transition: Hashable {
        let owner: String
        let event: String
    }

    private var told: [Transition: UInt64] = [:]

    /// Whether to log a rule that took `took` nanoseconds.
    mutating func isWorthALine(owner: String, event: String, took: UInt64, now: UInt64) -> Bool {
        guard took > Self.limit else { return false }
        let transition = Transition(owner: owner, event: event)
        if let last = told[transition], now - last < Self.pause { return false }
        told[transition] = now
        return true
    }
}
