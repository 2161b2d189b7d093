import ConciergeEngine
import DequeModule
import Synchronization

/// Commands on their way to the engine, in the order they came.
final class Inbox: Sendable {
    /// A command with what is to be done about its answer.
    struct Item: Sendable {
        let command: Command
        /// Whether the answer to a trigger waits for the run's end.
        var awaitsEnd = false
        /// Called with a run whose end is waited for, once it is on disk.
        var accepted: (@Sendable (StoredRun) -> Void)?
        /// Whether it must not be lost because the ledger is out of order: nobody is told and could try again.
        var isOurs = false
        /// Called once, on the engine's thread: it hands over and returns.
        let completion: @Sendable (Result<Answer, LedgerError>) -> Void
    }

    private struct State {
        var items = Deque<Item>()
        var isClosed = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let batchSize: Int

    init(batchSize: Int = 1024) {
        self.batchSize = batchSize
    }

    /// Adds a command. After the inbox was closed it is answered with an error at once.
    func submit(_ item: Item) {
        let (accepted, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
            guard !state.isClosed else { return (false, nil) }
            state.items.append(item)
            defer { state.waiter = nil }
            return (true, state.waiter)
        }
        waiter?.resume()
        if !accepted { item.completion(.failure(.unavailable(reason: "the daemon is stopping"))) }
    }

    /// All that waits, up to a batch; waits where nothing does. Nil once it is closed and empty. For one caller.
    nonisolated(nonsending) func next() async -> [Item]? {
        while true {
            let items = takeWaiting()
            if !items.isEmpty { return items }
            if state.withLock({ $0.isClosed && $0.items.isEmpty }) { return nil }
            await withCheckedContinuation { continuation in
                let resumesNow = state.withLock { state -> Bool in
                    guard state.items.isEmpty, !state.isClosed else { return true }
                    state.waiter = continuation
                    return false
                }
                if resumesNow { continuation.resume() }
            }
        }
    }

    var isEmpty: Bool { state.withLock { $0.items.isEmpty } }

    /// What waits now, up to a batch.
    func takeWaiting() -> [Item] {
        state.withLock { state in
            let items = Array(state.items.prefix(batchSize))
            state.items.removeFirst(items.count)
            return items
        }
    }

    /// Takes no more; what is in it is still handed out.
    func close() {
        let waiter = state.withLock { state in
            state.isClosed = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
