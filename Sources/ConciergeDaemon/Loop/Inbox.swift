import ConciergeEngine
import DequeModule
import Synchronization

/// Commands on their way to the engine, in the order they came.
///
/// It hands them out in batches, so that while one half of a crowd of callers waits for the disk, the other half is
/// decided: a batch is about half of all that is unanswered. A caller on its own never waits for company.
final class Inbox: Sendable {
    /// A command with what is to be done about its answer.
    struct Item: Sendable {
        let command: Command
        /// Whether the answer to a trigger waits for the run's end.
        var awaitsEnd = false
        /// Called with a run whose end is waited for, once it is on disk.
        var accepted: (@Sendable (StoredRun) -> Void)?
        /// Whether it must not be lost because the ledger is out of order: nobody is told and could try again.
        var isInternal = false
        /// How often the ledger has refused it.
        var tries = 0
        /// Called once, on the engine's or the delivery's thread: it hands over and returns.
        let completion: @Sendable (Result<Answer, LedgerError>) -> Void
    }

    private struct State {
        var items = Deque<Item>()
        /// Handed out and not answered yet.
        var outstanding = 0
        var isClosed = false
        var waiter: CheckedContinuation<Void, Never>?

        /// Whether a batch is worth beginning: nothing else is under way, or as many wait as are being answered.
        var isReady: Bool { isClosed || (!items.isEmpty && items.count >= outstanding) }

        mutating func takeWaiterIfReady() -> CheckedContinuation<Void, Never>? {
            guard isReady else { return nil }
            defer { waiter = nil }
            return waiter
        }
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
            return (true, state.takeWaiterIfReady())
        }
        waiter?.resume()
        if !accepted { item.completion(.failure(.stopping)) }
    }

    /// The next batch; waits until one is worth beginning. Nil once it is closed and empty. For one caller.
    nonisolated(nonsending) func next() async -> [Item]? {
        while true {
            if let items = takeBatch() { return items.isEmpty ? nil : items }
            await withCheckedContinuation { continuation in
                let resumesNow = state.withLock { state -> Bool in
                    guard !state.isReady else { return true }
                    state.waiter = continuation
                    return false
                }
                if resumesNow { continuation.resume() }
            }
        }
    }

    /// The next batch if one is worth beginning; empty once it is closed and nothing is in it.
    func takeBatch() -> [Item]? {
        state.withLock { state in
            guard state.isReady else { return nil }
            let half = (state.items.count + state.outstanding + 1) / 2
            let items = Array(state.items.prefix(min(max(half, 1), batchSize)))
            state.items.removeFirst(items.count)
            state.outstanding += items.count
            return items
        }
    }

    /// So many of those handed out are answered.
    func answered(_ count: Int) {
        let waiter = state.withLock { state in
            state.outstanding -= count
            return state.takeWaiterIfReady()
        }
        waiter?.resume()
    }

    /// Whether the one that was handed out last is all there is.
    var hasOneOnly: Bool { state.withLock { $0.items.isEmpty && $0.outstanding == 1 } }

    /// Takes no more; what is in it is still handed out.
    func close() {
        let waiter = state.withLock { state in
            state.isClosed = true
            return state.takeWaiterIfReady()
        }
        waiter?.resume()
    }
}

extension Inbox {
    /// Adds a command of the daemon's own, which is tried until the ledger takes it.
    func submit(_ command: Command) {
        submit(Item(command: command, isInternal: true) { _ in })
    }
}
