import DequeModule
import Synchronization

/// Runs asynchronous operations one at a time, in the order in which they came. An actor would begin the next one while
/// one is suspended.
///
/// An operation that runs another one of the same object deadlocks.
final class OneAtATime: Sendable {
    private struct State {
        var isTaken = false
        var waiters = Deque<CheckedContinuation<Void, Never>>()
    }

    private let state = Mutex(State())

    nonisolated(nonsending) func run<Result, Failure: Error>(
        _ operation: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        await withCheckedContinuation { waiter in
            let isFirst = state.withLock { state in
                if state.isTaken { state.waiters.append(waiter) }
                defer { state.isTaken = true }
                return !state.isTaken
            }
            if isFirst { waiter.resume() }
        }
        defer { leave() }
        return try await operation()
    }

    private func leave() {
        let next = state.withLock { state in
            let next = state.waiters.popFirst()
            state.isTaken = next != nil
            return next
        }
        next?.resume()
    }
}
