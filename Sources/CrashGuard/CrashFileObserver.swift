import CCrash
package import ConciergeEngine
import Synchronization

/// Marks the rules on the engine's thread in the crash file, and finds those that are slow.
package final class CrashFileObserver: CodeObserver {
    private let slot: CrashSlot
    private let clock: @Sendable () -> UInt64
    private let tell: @Sendable (CodeLocation, Duration) -> Void
    private let slow = Mutex(SlowRules())

    /// An observer that writes to the file's slot for the engine. `clock` is monotonic, in nanoseconds; `tell` is called
    /// on the engine's thread and must not block.
    package init(
        _ file: CrashFile, clock: @escaping @Sendable () -> UInt64,
        tell: @escaping @Sendable (CodeLocation, Duration) -> Void
    ) {
        slot = file.engine
        self.clock = clock
        self.tell = tell
    }

    package func enter(_ place: CodeLocation) {
        slot.enter(place, now: clock())
        crash_thread_set_place(Int32(slot.index))
    }

    package func leave() {
        let now = clock()
        let took = now - slot.since
        let place = took > SlowRules.limit ? slot.place : nil
        slot.leave()
        crash_thread_set_place(CRASH_PLACE_OWN)
        guard let place else { return }
        let isTold = slow.withLock {
            $0.isWorthALine(owner: place.owner, event: place.event, took: took, now: now)
        }
        if isTold { tell(place, .nanoseconds(took)) }
    }
}

/// Says which slow rules are worth a line: each transition's at most once in a while. Times are nanoseconds of a
/// monotonic clock.
struct SlowRules {
    /// From here on a rule is slow: everybody's calls wait for it.
    static let limit: UInt64 = 10_000_000
    /// A transition that was told of is not told of again for so long.
    static let pause: UInt64 = 60_000_000_000

    private struct Transition: Hashable {
        let owner: String
        let event: String
    }

    private var told: [Transition: UInt64] = [:]

    /// Whether a rule that took so long is to be told of now.
    mutating func isWorthALine(owner: String, event: String, took: UInt64, now: UInt64) -> Bool {
        guard took > Self.limit else { return false }
        let transition = Transition(owner: owner, event: event)
        if let last = told[transition], now - last < Self.pause { return false }
        told[transition] = now
        return true
    }
}
