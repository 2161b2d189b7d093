import DequeModule
import Dispatch
import Synchronization

/// Reports attempts that exceed their time limit. It uses the monotonic clock, because a step of the wall clock is not
/// the handler's fault.
///
/// Attempts with the same limit expire in the order in which they began, so each limit has a queue that is emptied from
/// the front, and one Dispatch timer is set to the first deadline. The entry of an attempt that has ended, or whose time
/// was set again, is removed when it reaches the front.
final class TimeLimits: Sendable {
    private struct Entry {
        let token: UInt64
        /// The number of the call of ``begin(_:within:)`` that made the entry.
        let number: UInt64
        let deadline: DispatchTime
    }

    private struct State {
        let source: any DispatchSourceTimer
        var queues: [Duration: Deque<Entry>] = [:]
        /// The attempts that have not ended, each with the number of its current entry.
        var running: [UInt64: UInt64] = [:]
        var lastNumber: UInt64 = 0
        var armed: DispatchTime?

        func isCurrent(_ entry: Entry) -> Bool { running[entry.token] == entry.number }

        /// Removes the entries at the front of each queue that are not current.
        mutating func removeOutdated() {
            for limit in queues.keys {
                while let first = queues[limit]?.first, !isCurrent(first) { queues[limit]?.removeFirst() }
            }
        }

        /// Removes entries that are not current, and sets the timer to the first deadline.
        mutating func arm() {
            removeOutdated()
            for limit in queues.keys where queues[limit]?.isEmpty == true { queues[limit] = nil }
            let next = queues.values.compactMap { $0.first?.deadline }.min()
            guard let next, armed.map({ next < $0 }) ?? true else { return }
            armed = next
            source.schedule(deadline: next, leeway: .milliseconds(10))
        }
    }

    private let state: Mutex<State>

    /// Makes a timer without attempts. `expired` is called on a queue of its own, once for each attempt that has not
    /// ended by its deadline.
    init(expired: @escaping @Sendable (_ token: UInt64) -> Void) {
        state = Mutex(State(source: DispatchSource.makeTimerSource(queue: DispatchQueue(label: "time limits"))))
        state.withLock { state in
            state.source.setEventHandler { [weak self] in
                for token in self?.takeExpired() ?? [] { expired(token) }
            }
            state.source.activate()
        }
    }

    deinit {
        state.withLock { $0.source.cancel() }
    }

    /// Starts the time limit of an attempt. It replaces an earlier limit of the same attempt.
    func begin(_ token: UInt64, within limit: Duration) {
        state.withLock { state in
            state.lastNumber += 1
            state.running[token] = state.lastNumber
            state.queues[limit, default: []].append(
                Entry(token: token, number: state.lastNumber, deadline: .now() + limit.seconds))
            // If others are before it in its queue, the timer is set already.
            if state.queues[limit]?.count == 1 { state.arm() }
        }
    }

    /// Stops the time limit of an attempt that has ended.
    func end(_ token: UInt64) {
        state.withLock { state in
            guard state.running.removeValue(forKey: token) != nil else { return }
            // The timer may still fire at its deadline, and then finds no expired attempt.
            state.removeOutdated()
        }
    }

    /// The number of entries in all queues.
    var pending: Int { state.withLock { $0.queues.values.reduce(0) { $0 + $1.count } } }

    private func takeExpired() -> [UInt64] {
        let now = DispatchTime.now()
        return state.withLock { state in
            var expired: [UInt64] = []
            for limit in state.queues.keys {
                while let first = state.queues[limit]?.first, first.deadline <= now {
                    state.queues[limit]?.removeFirst()
                    guard state.isCurrent(first) else { continue }
                    state.running[first.token] = nil
                    expired.append(first.token)
                }
            }
            state.armed = nil
            state.arm()
            return expired
        }
    }
}
