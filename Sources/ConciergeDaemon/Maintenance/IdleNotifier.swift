import Dispatch
import Synchronization

/// Reports when the daemon becomes idle after some activity, once for each idle period. It does not wake up while the
/// daemon stays idle.
final class IdleNotifier: Sendable {
    private let delay: DispatchTimeInterval
    private let begun: @Sendable () -> Void
    private let queue = DispatchQueue(label: "idle")
    private let activity = Atomic<UInt64>(0)
    private let isWaiting = Atomic(false)

    /// Calls `begun` on its own queue, between once and twice the delay after the last activity.
    init(after delay: DispatchTimeInterval, begun: @escaping @Sendable () -> Void) {
        self.delay = delay
        self.begun = begun
    }

    /// Notes activity. This is cheap: two atomic operations while a wait is under way.
    func noteActivity() {
        activity.add(1, ordering: .sequentiallyConsistent)
        guard !isWaiting.load(ordering: .sequentiallyConsistent) else { return }
        waitUnlessWaiting()
    }

    private func waitUnlessWaiting() {
        if !isWaiting.exchange(true, ordering: .sequentiallyConsistent) { wait() }
    }

    private func wait() {
        let seen = activity.load(ordering: .sequentiallyConsistent)
        queue.asyncAfter(deadline: .now() + delay) { [self] in
            guard activity.load(ordering: .sequentiallyConsistent) == seen else { return wait() }
            isWaiting.store(false, ordering: .sequentiallyConsistent)
            // Activity between these two steps found the flag set and began no wait.
            if activity.load(ordering: .sequentiallyConsistent) != seen { return waitUnlessWaiting() }
            begun()
        }
    }
}
