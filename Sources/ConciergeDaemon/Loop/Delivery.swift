import ConciergeEngine
import Synchronization

/// Waits until committed batches are on disk, and then lets the world know what they came to: while it waits for the
/// disk, the engine decides the next batch.
///
/// Answers, runs, watchers and the journal come after the disk, so that nobody is told what a crash could take back.
final class Delivery: Sendable {
    /// A batch that is committed, and not on disk for sure yet.
    struct Batch: Sendable {
        let items: [Inbox.Item]
        let committed: Committed<Decision>
        /// What was served when it was decided.
        let registry: Registry
    }

    private let inbox: Inbox
    private let ledger: any Ledger
    private let outputs: EngineLoop.Outputs
    private let mailbox = Mailbox<Batch>()
    /// Callers who wait for a run's end, by run.
    private let awaitingEnd = Mutex<[String: [Inbox.Item]]>([:])

    init(inbox: Inbox, ledger: any Ledger, outputs: EngineLoop.Outputs) {
        self.inbox = inbox
        self.ledger = ledger
        self.outputs = outputs
    }

    /// Hands a batch over to ``run()``.
    func put(_ batch: Batch) { mailbox.put(batch) }

    /// No more batches come.
    func close() { mailbox.close() }

    /// Delivers what is handed over until it is closed. All that waits shares one wait for the disk.
    nonisolated(nonsending) func run() async {
        while let batches = await mailbox.takeAll() { await deliver(batches) }
    }

    /// Delivers batches in their order, on the caller's thread.
    nonisolated(nonsending) func deliver(_ batches: [Batch]) async {
        do throws(LedgerError) {
            try await ledger.flush()
        } catch {
            // What is committed and what is on disk are not the same any more, and nobody can say how they differ.
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
        // In their order: a run that was cancelled and retried in one batch is stopped before it is begun again.
        for event in decision.events {
            switch event {
            case .runStarted(let run):
                if let task = batch.registry.task(run.task)?.task { outputs.start(run, task, batch.registry.zone) }
            case .runStopped(let run): outputs.stop(run)
            // Its last attempt was under way when the daemon died: no command of this batch is about it.
            case .runGivenUp(let run): endWaiting(for: run)
            default: break
            }
        }
        outputs.publish(batch.committed)
    }

    /// Whether the caller waits for a run's end that has not come.
    private func waits(_ item: Inbox.Item, for answer: Answer) -> Bool {
        guard item.awaitsEnd else { return false }
        switch answer {
        case .run(let run) where !run.state.isFinished:
            awaitingEnd.withLock { $0[run.id, default: []].append(item) }
            item.accepted?(run)
            return true
        case .repeated(.run(let first)):
            let id = first.id
            // Whether it has ended since is looked up while the caller waits already, so that the end is not missed.
            // Not here: a reader waits for the disk, and it is this thread that makes it wait.
            awaitingEnd.withLock { $0[id, default: []].append(item) }
            Task(executorPreference: DaemonTasks.threads) { await self.endWaiting(for: id, with: answer) }
            return true
        case .run, .request, .repeated, .rejected, .done:
            return false
        }
    }

    /// Answers those who wait for a run that has ended in this batch.
    private func endWaiting(for run: StoredRun) {
        for item in awaitingEnd.withLock({ $0.removeValue(forKey: run.id) }) ?? [] {
            item.completion(.success(.run(run)))
        }
    }

    /// Answers those who wait for a run that has ended already.
    private func endWaiting(for id: String, with first: Answer) async {
        let run = try? await ledger.run(id)
        guard run?.state.isFinished != false else {
            for item in awaitingEnd.withLock({ $0[id] ?? [] }) { run.map { item.accepted?($0) } }
            return
        }
        for item in awaitingEnd.withLock({ $0.removeValue(forKey: id) }) ?? [] { item.completion(.success(first)) }
    }
}

/// Delivers on a thread of its own.
actor DeliveryThread {
    private let thread = EngineThread(name: "delivery")
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    func run(_ delivery: Delivery) async {
        await withTaskExecutorPreference(thread) { await delivery.run() }
    }
}
