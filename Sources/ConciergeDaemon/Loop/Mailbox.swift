import DequeModule
import Synchronization

/// Passes values to another thread, in order. One thread takes; any thread may put.
final class Mailbox<Element: Sendable>: Sendable {
    private struct State {
        var elements = Deque<Element>()
        var isClosed = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func put(_ element: Element) {
        let waiter = state.withLock { state in
            state.elements.append(element)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Takes all values, in order; waits if there are none. Returns nil once the mailbox is closed and empty.
    nonisolated(nonsending) func takeAll() async -> [Element]? {
        while true {
            let elements = state.withLock { state in
                defer { state.elements = [] }
                return Array(state.elements)
            }
            if !elements.isEmpty { return elements }
            if state.withLock({ $0.isClosed && $0.elements.isEmpty }) { return nil }
            await withCheckedContinuation { continuation in
                let resumesNow = state.withLock { state -> Bool in
                    guard state.elements.isEmpty, !state.isClosed else { return true }
                    state.waiter = continuation
                    return false
                }
                if resumesNow { continuation.resume() }
            }
        }
    }

    /// Closes the mailbox. No caller may put a value after that.
    func close() {
        let waiter = state.withLock { state in
            state.isClosed = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
