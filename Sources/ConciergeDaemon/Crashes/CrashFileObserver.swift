import CCrash
import ConciergeEngine
import Synchronization

/// Marks the rules on the engine's thread in the crash file, and finds those that are slow.
final class CrashFileObserver: CodeObserver {
    private let slot: CrashSlot
    private let clock: @Sendable () -> UInt64
    private let tell: @Sendable (CodeLocation, Duration) -> Void
    private let slow = Mutex(SlowRules())

    /// An observer that writes to the file's slot for the engine. `clock` is monotonic, in nanoseconds; `tell` is called
    /// on the engine's thread and must not block.
    init(
        _ file: CrashFile, clock: @escaping @Sendable () -> UInt64,
        tell: @escaping @Sendable (CodeLocation, Duration) -> Void
    ) {
        slot = file.engine
        self.clock = clock
        self.tell = tell
    }

    func enter(_ place: CodeLocation) {
        slot.enter(place, now: clock())
        crash_thread_set_place(Int32(slot.index))
    }

    func leave() {
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
