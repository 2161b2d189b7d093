import DequeModule
import Synchronization

/// Hands what one thread gives to another, in its order. One takes; anybody gives.
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

    /// All that is in it, in its order; waits where nothing is. Nil once it is closed and empty.
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

    /// Nothing more will come.
    func close() {
        let waiter = state.withLock { state in
            state.isClosed = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
