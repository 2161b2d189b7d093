import ConciergeEngine
import ConciergeKit
import Dispatch
import Glibc
import JSON

/// Decides and commits what comes in, batch by batch, on its own thread, and then lets the world know.
///
/// All that waits when a batch begins shares one transaction and one fsync. Answers, runs, watchers and the journal
/// come after the commit, so that nobody is told what a crash could take back.
actor EngineLoop {
    /// What is done once a batch is on disk.
    struct Outputs: Sendable {
        /// Begins an attempt of a run.
        let start: @Sendable (StoredRun, TaskDefinition) -> Void
        /// Stops a run that was cancelled.
        let stop: @Sendable (StoredRun) -> Void
        /// Tells watchers and the journal.
        let publish: @Sendable (Committed) -> Void
        /// Tells of a ledger that does not take what must not be lost.
        let ledgerFailed: @Sendable (LedgerError) -> Void
    }

    private static let gatheringNanoseconds = 10_000

    private let thread = EngineThread(name: "engine")
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private nonisolated let inbox: Inbox
    private nonisolated let ledger: any Ledger
    private let clock: @Sendable () -> Instant
    private let outputs: Outputs
    private nonisolated let timer: WakeTimer
    private var engine = Engine(registry: Registry())
    private var slots = Slots()
    private var schedules: [String: ScheduleMark] = [:]
    private var awaitingEnd: [String: [@Sendable (Result<Answer, LedgerError>) -> Void]] = [:]

    init(inbox: Inbox, ledger: any Ledger, clock: @escaping @Sendable () -> Instant, outputs: Outputs) {
        self.inbox = inbox
        self.ledger = ledger
        self.clock = clock
        self.outputs = outputs
        timer = WakeTimer { inbox.submit(.wake) }
    }

    // MARK: From any thread

    /// Hands a command over. `completion` is called once, after the commit, on the engine's thread.
    nonisolated func submit(
        _ command: Command, awaitsEnd: Bool = false, accepted: (@Sendable (StoredRun) -> Void)? = nil,
        completion: @escaping @Sendable (Result<Answer, LedgerError>) -> Void
    ) {
        inbox.submit(.init(command: command, awaitsEnd: awaitsEnd, accepted: accepted, completion: completion))
    }

    /// Takes no more commands; those before are still decided, and then ``run()`` returns.
    nonisolated func close() {
        timer.cancel()
        inbox.close()
    }

    // MARK: On the engine's thread

    /// Takes up from the ledger what holds runs back, before anything is served.
    func takeUp() async throws(LedgerError) {
        slots = Slots(pauses: try await ledger.pauses(), rates: try await ledger.rates())
    }

    /// Serves these providers from now on, and no others.
    func serve(_ registry: Registry) async throws(LedgerError) {
        try await ledger.attend(to: registry.serviceIDs)
        let stored = try await ledger.scheduleMarks()
        let marks = engine.marks(of: registry.schedules.values, stored: stored, now: clock())
        try await ledger.save(marks.filter { !stored.contains($0) })
        schedules = Dictionary(uniqueKeysWithValues: marks.map { ($0.id, $0) })
        engine.registry = registry
        // Any of them may have runs that waited for its return.
        for offer in registry.offers { slots.expectQueued(for: offer.manifest.id) }
        // What came due while nobody served it fires now.
        inbox.submit(.wake)
    }

    /// Decides until the inbox is closed.
    func run() async {
        var answered = 0
        while true {
            let waited = inbox.isEmpty
            guard var batch = await inbox.next() else { return }
            // Callers that were just answered are likely to call again at once. A moment's wait lets them share this
            // commit instead of the next, where otherwise two halves of a crowd would take turns (PostgreSQL's
            // commit_delay). A caller on its own never waits.
            let crowd = waited ? answered : answered + batch.count
            if batch.count < crowd {
                var pause = timespec(tv_sec: 0, tv_nsec: Self.gatheringNanoseconds)
                nanosleep(&pause, nil)
                batch += inbox.takeWaiting()
            }
            answered = batch.count
            await decide(batch)
            // Whatever else waits for this actor gets its turn between batches.
            await Task.yield()
        }
    }

    /// Begins no more runs; what is under way goes on.
    func beginNoMoreRuns() {
        slots.close()
    }

    /// Returns once the engine has got round to it: a sign of life.
    func heartbeat() {}

    /// When anything is due next.
    var nextDue: Instant? { timer.due }

    /// The schedules that are served, where they stand, and when each triggers its task next.
    var marks: [(mark: ScheduleMark, due: Instant)] {
        schedules.values.sorted { $0.id < $1.id }.map { ($0, engine.due($0)) }
    }

    /// What holds the runs of providers back.
    var holds: (pauses: [String: Pause], breakers: [String: Breaker]) { (slots.pauses, slots.breakers) }

    private func decide(_ batch: [Inbox.Item]) async {
        let now = clock()
        var (slots, schedules) = (slots, schedules)
        do {
            let committed = try await ledger.commit { facts in
                (slots, schedules) = (self.slots, self.schedules)
                return try engine.decide(
                    batch.map(\.command), facts: facts, now: now, slots: &slots, schedules: &schedules)
            }
            (self.slots, self.schedules) = (slots, schedules)
            await deliver(committed, to: batch)
            await arm(after: committed, batch, now: now)
        } catch {
            await fail(batch, error)
        }
    }

    /// A batch that was not committed is tried command by command, so that one that cannot be stored does not take
    /// the others with it.
    private func fail(_ batch: [Inbox.Item], _ error: LedgerError) async {
        if batch.count > 1 {
            for item in batch { await decide([item]) }
            return
        }
        for item in batch {
            guard item.isOurs else {
                item.completion(.failure(error))
                continue
            }
            outputs.ledgerFailed(error)
            DispatchQueue.global().asyncAfter(wallDeadline: .now() + 1) { [inbox] in inbox.submit(item) }
        }
    }

    private func deliver(_ committed: Committed, to batch: [Inbox.Item]) async {
        for (item, answer) in zip(batch, committed.decision.answers) {
            if item.awaitsEnd, let run = await unfinishedRun(of: answer) {
                awaitingEnd[run.id, default: []].append(item.completion)
                item.accepted?(run)
            } else {
                item.completion(.success(answer))
            }
            if case .run(let run) = answer, run.state.isFinished {
                for completion in awaitingEnd.removeValue(forKey: run.id) ?? [] { completion(.success(answer)) }
            }
        }
        // A run that was cancelled and retried in one batch is stopped before it is begun again.
        for run in committed.decision.stopped { outputs.stop(run) }
        for run in committed.decision.started {
            if let task = engine.registry.task(run.task)?.task { outputs.start(run, task) }
        }
        outputs.publish(committed)
    }

    /// The run that a caller who waits has to wait for; nil where there is nothing to wait for.
    private func unfinishedRun(of answer: Answer) async -> StoredRun? {
        switch answer {
        case .run(let run): return run.state.isFinished ? nil : run
        case .repeated(let first):
            guard let id = (try? JSON.parse(first))?.objectValue?["id"]?.stringValue,
                let run = try? await ledger.run(id), !run.state.isFinished
            else { return nil }
            return run
        case .request, .rejected, .done: return nil
        }
    }

    /// Sets the timer for what is due next: after a wake by asking the ledger, else by what was just committed.
    private func arm(after committed: Committed, _ batch: [Inbox.Item], now: Instant) async {
        if committed.decision.moreIsDue {
            inbox.submit(.wake)
        } else if batch.contains(where: { if case .wake = $0.command { true } else { false } }) {
            timer.fired()
            do {
                let stored = try await ledger.nextDue(after: now)
                let release = slots.nextRelease(in: engine.registry, after: now)
                timer.arm(at: [engine.nextDue(of: schedules.values), stored, release].compactMap(\.self).min())
            } catch {
                outputs.ledgerFailed(error)
                timer.arm(at: now + .seconds(1))
            }
        } else {
            let changes = committed.decision.changes
            let timers = changes.timers.values.flatMap { $0.values.compactMap(\.due) }
            let runs = [changes.createdRuns, changes.changedRuns].flatMap(\.values)
                .filter { $0.state == .queued && $0.due > now }.map(\.due)
            let others = [
                // A schedule that was resumed may be due before all else.
                changes.schedules.isEmpty ? nil : engine.nextDue(of: changes.schedules.values),
                slots.nextRelease(in: engine.registry, after: now),
            ]
            if let earliest = (timers + runs + others.compactMap(\.self)).min() { timer.armIfEarlier(earliest) }
        }
    }
}

extension Inbox {
    /// Adds a command of the daemon's own, which is tried until the ledger takes it.
    func submit(_ command: Command) {
        submit(Item(command: command, isOurs: true) { _ in })
    }
}
