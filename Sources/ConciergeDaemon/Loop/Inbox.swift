import ConciergeEngine
import DequeModule
import Synchronization

/// The queue of commands for the engine, in the order in which they came.
///
/// It returns them in batches of about half of all unanswered commands, so that one half is decided while the other
/// half waits for the disk. A single caller is never delayed to form a batch.
final class Inbox: Sendable {
    /// A command, and what to do with its answer.
    struct Item: Sendable {
        let command: Command
        /// Whether the answer to a trigger waits for the run's end.
        var awaitsEnd = false
        /// Called with the run, once it is on disk, if the caller waits for its end. It must not block.
        var accepted: (@Sendable (StoredRun) -> Void)?
        /// Whether it must be kept while the ledger fails, because no caller could try again.
        var isInternal = false
        /// The number of times that the ledger has refused it.
        var tries = 0
        /// Called once, on the thread of the engine, the delivery or a task, or on the submitter's if the inbox is
        /// closed. It must not block.
        let completion: @Sendable (Result<Answer, LedgerError>) -> Void
    }

    private struct State {
        var items = Deque<Item>()
        /// The number of commands that were taken and are not answered yet.
        var outstanding = 0
        var isClosed = false
        var waiter: CheckedContinuation<Void, Never>?

        /// Whether to begin a batch: no commands are outstanding, or at least as many are queued as are outstanding.
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

    /// Adds a command. If the inbox is closed, the command is answered with an error at once.
    func submit(_ item: Item) {
        let (accepted, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
            guard !state.isClosed else { return (false, nil) }
            state.items.append(item)
            return (true, state.takeWaiterIfReady())
        }
        waiter?.resume()
        if !accepted { item.completion(.failure(.stopping)) }
    }

    /// Submits a command and waits until its answer is on disk.
    func answer(to command: Command) async throws(LedgerError) -> Answer {
        try await withCheckedContinuation { continuation in
            submit(Item(command: command) { continuation.resume(returning: $0) })
        }.get()
    }

    /// Waits for the next batch and returns it; nil once the inbox is closed and empty. Only one caller may wait.
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

    /// The next batch, if one should begin now; empty once the inbox is closed and empty.
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

    /// Notes that `count` of the outstanding commands are answered.
    func answered(_ count: Int) {
        let waiter = state.withLock { state in
            state.outstanding -= count
            return state.takeWaiterIfReady()
        }
        waiter?.resume()
    }

    /// Whether the one command that was taken last is the only unanswered one.
    var hasOneOnly: Bool { state.withLock { $0.items.isEmpty && $0.outstanding == 1 } }

    /// Refuses further commands; those in it are still returned in batches.
    func close() {
        let waiter = state.withLock { state in
            state.isClosed = true
            return state.takeWaiterIfReady()
        }
        waiter?.resume()
    }
}

extension Inbox {
    /// Adds an internal command, which is retried until the ledger accepts it.
    func submit(_ command: Command) {
        submit(Item(command: command, isInternal: true) { _ in })
    }
}
