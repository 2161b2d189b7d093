import Dispatch
import Synchronization

/// Lines on their way to the journal, written one after the other on a queue of their own: a slow journal delays nobody.
///
/// It is bounded: a journal that takes nothing for a while must not take the memory. What comes then is left out and
/// counted by kind, ordinary lines first.
final class JournalQueue: Sendable {
    private struct State {
        /// How much waits.
        var pending = 0
        /// What was left out, by kind, since that was last told.
        var dropped: [String: Int] = [:]
    }

    /// The one of this process, which has one journal.
    static let shared = JournalQueue()

    private let ordinaryLimit: Int
    private let limit: Int
    private let queue = DispatchQueue(label: "journal")
    private let key = DispatchSpecificKey<Bool>()
    private let state = Mutex(State())

    /// A queue that keeps so much of ordinary lines, and so much of all. A unit is what one line is made of.
    init(ordinaryLimit: Int = 4_096, limit: Int = 8_192) {
        self.ordinaryLimit = ordinaryLimit
        self.limit = limit
        queue.setSpecific(key: key, value: true)
    }

    /// Whether the caller is a `write` of this queue.
    var isCurrent: Bool { DispatchQueue.getSpecific(key: key) ?? false }

    /// Has something written, after what came before. `write` is told what was left out before it.
    ///
    /// - Returns: False where there is no room. Then nothing is written: the caller says so by ``drop(_:_:)``.
    func add(_ units: Int, isOrdinary: Bool, _ write: @escaping @Sendable (_ dropped: [String: Int]) -> Void) -> Bool {
        let fits = state.withLock { state -> Bool in
            // What is larger than all the room is written where nothing waits.
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
                // Told once it moves again, and not for each line that finds room.
                guard state.pending <= ordinaryLimit / 2 else { return [:] }
                defer { state.dropped = [:] }
                return state.dropped
            }
            write(dropped)
        }
        return true
    }

    /// Counts lines that were left out.
    func drop(_ kind: String, _ count: Int) {
        guard count > 0 else { return }
        state.withLock { $0.dropped[kind, default: 0] += count }
    }

    /// Waits until all that was handed over is written, so long at most; false where it took longer.
    @discardableResult
    func flush(within time: DispatchTimeInterval = .seconds(2)) -> Bool {
        let isDone = DispatchSemaphore(value: 0)
        queue.async { isDone.signal() }
        return isDone.wait(timeout: .now() + time) == .success
    }
}
