import Dispatch
import Synchronization

/// Writes lines to the journal one after the other on its own queue, so that a slow journal does not delay its callers.
///
/// The queue is bounded, so that a blocked journal does not fill the memory. Further lines are dropped and counted by
/// kind, ordinary ones first.
final class JournalQueue: Sendable {
    private struct State {
        /// The number of queued units.
        var pending = 0
        /// The number of dropped lines by kind since the last report.
        var dropped: [String: Int] = [:]
    }

    /// The queue of this process, which has one journal.
    static let shared = JournalQueue()

    private let ordinaryLimit: Int
    private let limit: Int
    private let queue = DispatchQueue(label: "journal")
    private let key = DispatchSpecificKey<Bool>()
    private let state = Mutex(State())

    /// Makes a queue with limits in units, one for ordinary lines and one for all. A unit is about one line.
    init(ordinaryLimit: Int = 4_096, limit: Int = 8_192) {
        self.ordinaryLimit = ordinaryLimit
        self.limit = limit
        queue.setSpecific(key: key, value: true)
    }

    /// Whether the caller runs inside a `write` of this queue.
    var isCurrent: Bool { DispatchQueue.getSpecific(key: key) ?? false }

    /// Queues a write. `write` receives the lines that were dropped before it, by kind, or an empty dictionary if they
    /// are not to be reported yet.
    ///
    /// - Returns: False if there is no capacity. Then nothing is written, and the caller counts it by ``drop(_:_:)``.
    func add(_ units: Int, isOrdinary: Bool, _ write: @escaping @Sendable (_ dropped: [String: Int]) -> Void) -> Bool {
        let fits = state.withLock { state -> Bool in
            // A write larger than the limit is accepted if the queue is empty.
            guard state.pending == 0 || state.pending + units <= (isOrdinary ? ordinaryLimit : limit) else {
                return false
            }
            state.pending += units
            return true
        }
        guard fits else { return false }
        queue.async { [self] in
            let dropped = state.withLock { state -> [String: Int] in
                state.pending -= units
                // Dropped lines are reported once half the capacity for ordinary lines is free again, not at each
                // accepted line.
                guard state.pending <= ordinaryLimit / 2 else { return [:] }
                defer { state.dropped = [:] }
                return state.dropped
            }
            write(dropped)
        }
        return true
    }

    /// Counts dropped lines.
    func drop(_ kind: String, _ count: Int) {
        guard count > 0 else { return }
        state.withLock { $0.dropped[kind, default: 0] += count }
    }

    /// Waits until all queued lines are written, for the given time at most; false if it took longer.
    @discardableResult
    func flush(within time: DispatchTimeInterval = .seconds(2)) -> Bool {
        let isDone = DispatchSemaphore(value: 0)
        queue.async { isDone.signal() }
        return isDone.wait(timeout: .now() + time) == .success
    }
}
