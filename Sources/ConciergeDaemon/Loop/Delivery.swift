import ConciergeEngine
import ConciergeKit
import Synchronization

/// Waits until committed batches are on disk, then answers the callers, begins the runs, and notifies watchers and the
/// journal. At the same time, the engine decides the next batch.
///
/// All outputs come after the flush, so that nothing is reported that a crash could undo.
final class Delivery: Sendable {
    /// A batch that is committed, but may not be on disk yet.
    struct Batch: Sendable {
        let items: [Inbox.Item]
        let committed: Committed<Decision>
        /// The registry with which the batch was decided.
        let registry: Registry
    }

    /// The callers that wait for the end of a run, by run.
    private struct AwaitingEnd {
        private var callers: [RunID: [(number: UInt64, item: Inbox.Item)]] = [:]
        private var lastNumber: UInt64 = 0

        /// Adds a caller. Returns a number by which it can be removed alone.
        mutating func add(_ item: Inbox.Item, to run: RunID) -> UInt64 {
            lastNumber += 1
            callers[run, default: []].append((lastNumber, item))
            return lastNumber
        }

        func contains(_ number: UInt64, of run: RunID) -> Bool {
            callers[run]?.contains { $0.number == number } ?? false
        }

        mutating func removeAll(of run: RunID) -> [Inbox.Item] {
            callers.removeValue(forKey: run)?.map(\.item) ?? []
        }

        /// Removes one caller; returns whether it was still waiting.
        mutating func remove(_ number: UInt64, of run: RunID) -> Bool {
            guard let index = callers[run]?.firstIndex(where: { $0.number == number }) else { return false }
            callers[run]?.remove(at: index)
            if callers[run]?.isEmpty == true { callers[run] = nil }
            return true
        }
    }

    private let inbox: Inbox
    private let ledger: any Ledger
    private let outputs: EngineLoop.Outputs
    private let mailbox = Mailbox<Batch>()
    private let awaitingEnd = Mutex(AwaitingEnd())

    init(inbox: Inbox, ledger: any Ledger, outputs: EngineLoop.Outputs) {
        self.inbox = inbox
        self.ledger = ledger
        self.outputs = outputs
    }

    /// Queues a batch for ``run()``.
    func put(_ batch: Batch) { mailbox.put(batch) }

    /// Closes the queue: ``run()`` returns once it is empty.
    func close() { mailbox.close() }

    /// Delivers batches until the mailbox is closed. All queued batches share one flush.
    nonisolated(nonsending) func run() async {
        while let batches = await mailbox.takeAll() { await deliver(batches) }
    }

    /// Delivers batches in order, on the caller's thread.
    nonisolated(nonsending) func deliver(_ batches: [Batch]) async {
        do throws(LedgerError) {
            try await ledger.flush()
        } catch {
            // The committed state and the disk may differ now, and there is no way to find out how.
            return outputs.ledgerLost(error)
        }
        for batch in batches {
            deliver(batch)
            inbox.answered(batch.items.count)
        }
    }

    private func deliver(_ batch: Batch) {
        let decision = batch.committed.decided
        for (item, answer) in zip(batch.items, decision.answers) {
            if !waits(item, for: answer) { item.completion(.success(answer)) }
            if case .run(let run) = answer, run.state.isFinished { endWaiting(for: run) }
        }
        // The events are handled in order: a run that was cancelled and retried in one batch is stopped before it
        // begins again.
        for event in decision.events {
            switch event {
            case .runStarted(let run):
                if let task = batch.registry.task(run.task)?.task { outputs.start(run, task, batch.registry.zone) }
            case .runGiven(let run, let worker):
                if let task = batch.registry.task(run.task)?.task { outputs.give(run, task, worker) }
            case .runLost(let run) where run.state.isFinished: endWaiting(for: run)
            case .runStopped(let run): outputs.stop(run)
            // The run's last attempt was under way when the daemon crashed, so no command of this batch answers for it.
            case .runGivenUp(let run): endWaiting(for: run)
            default: break
            }
        }
        outputs.publish(batch.committed)
    }

    /// Whether the caller waits for the end of a run that has not ended.
    private func waits(_ item: Inbox.Item, for answer: Answer) -> Bool {
        guard item.awaitsEnd else { return false }
        switch answer {
        case .run(let run) where !run.state.isFinished:
            _ = awaitingEnd.withLock { $0.add(item, to: run.id) }
            item.accepted?(run)
            return true
        case .repeated(.run(let first)):
            let id = first.id
            // The caller is registered before the run is looked up, so that the run's end is not missed. The look-up is
            // made on another thread: a reader waits for the disk, and this thread makes the flushes.
            let number = awaitingEnd.withLock { $0.add(item, to: id) }
            Task(executorPreference: DaemonTasks.threads) { await self.lookUp(id, for: item, number, answer) }
            return true
        case .run, .request, .dossier, .repeated, .rejected, .done:
            return false
        }
    }

    /// Answers the callers that wait for a run that has ended in this batch.
    private func endWaiting(for run: StoredRun) {
        for item in awaitingEnd.withLock({ $0.removeAll(of: run.id) }) { item.completion(.success(.run(run))) }
    }

    /// Answers the caller of a repeat if its run has ended already: with the run as it ended, or with the first answer
    /// if the run is not in the ledger any more. Others that wait for the run are answered when its end is delivered.
    private func lookUp(_ id: RunID, for item: Inbox.Item, _ number: UInt64, _ first: Answer) async {
        let answer: Result<Answer, LedgerError>
        do throws(LedgerError) {
            let run = try await ledger.run(id)
            if let run, !run.state.isFinished {
                // It is called under the lock, so that it comes before the answer.
                return awaitingEnd.withLock { if $0.contains(number, of: id) { item.accepted?(run) } }
            }
            answer = .success(run.map { .run($0) } ?? first)
        } catch {
            answer = .failure(error)
        }
        // The run's end may have been delivered during the look-up.
        if awaitingEnd.withLock({ $0.remove(number, of: id) }) { item.completion(answer) }
    }
}

/// Delivers on its own thread.
actor DeliveryThread {
    private let thread = EngineThread(name: "delivery")
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    func run(_ delivery: Delivery) async {
        await withTaskExecutorPreference(thread) { await delivery.run() }
    }
}
