import Dispatch
import Synchronization

/// Tells when a daemon that had something to do has had nothing more for a while: once, until it has something again.
/// Meanwhile it does not wake up.
final class IdleNotifier: Sendable {
    private let delay: DispatchTimeInterval
    private let begun: @Sendable () -> Void
    private let queue = DispatchQueue(label: "idle")
    private let activity = Atomic<UInt64>(0)
    private let isWaiting = Atomic(false)

    /// Calls `begun` on a queue of its own, between once and twice the delay after the last activity.
    init(after delay: DispatchTimeInterval, begun: @escaping @Sendable () -> Void) {
        self.delay = delay
        self.begun = begun
    }

    /// There is something to do. It costs next to nothing.
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
            // What came between the two has found somebody waiting.
            if activity.load(ordering: .sequentiallyConsistent) != seen { return waitUnlessWaiting() }
            begun()
        }
    }
}
