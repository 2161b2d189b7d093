import ConciergeEngine
import ConciergeKit

/// Decides and commits commands in batches on its own thread, and passes the batches to ``Delivery``.
actor EngineLoop {
    /// The effects of batches outside the engine. `start`, `stop` and `publish` are called once the batch is on disk.
    struct Outputs: Sendable {
        /// Begins an attempt of a run, in the lodge's time zone.
        let start: @Sendable (StoredRun, TaskDefinition, Zone) -> Void
        /// Gives an attempt of a run to a worker.
        var give: @Sendable (StoredRun, TaskDefinition, WorkerID) -> Void = { _, _, _ in }
        /// Stops a run that was cancelled.
        let stop: @Sendable (StoredRun) -> Void
        /// Notifies watchers and the journal.
        let publish: @Sendable (Committed<Decision>) -> Void
        /// Reports that the ledger refused something that must not be lost.
        let ledgerFailed: @Sendable (LedgerError) -> Void
        /// Ends the daemon, because the disk did not keep what was committed.
        let ledgerLost: @Sendable (LedgerError) -> Void
        /// Reports that a clock that was ahead has been set back: the schedules whose next moment was too far ahead,
        /// before and after the correction, and how many runs waited for a moment of that clock.
        let clockWasAhead: @Sendable ([(was: ScheduleMark, now: ScheduleMark)], _ runs: Int) -> Void
        /// Reports that the ledger's storage refuses changes now, and passes on a command that must be kept until it
        /// accepts them again.
        let storageFailed: @Sendable (LedgerError, Inbox.Item?) -> Void
    }

    private let thread = EngineThread(name: "engine")
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private nonisolated let inbox: Inbox
    private nonisolated let ledger: any Ledger
    private let clock: @Sendable () -> Instant
    private let random = BufferedRandom()
    private let outputs: Outputs
    private nonisolated let timer: WakeTimer
    private nonisolated let delivery: Delivery
    private var engine: EngineState
    private var pace = WakePace()
    /// The wall clock's time when it was last read.
    private var lastSeen = Instant(milliseconds: 0)
    /// How far the clock must be set back before schedules and runs are set again, because it may have been far ahead.
    private static let setBack = Duration.minutes(1)

    init(
        inbox: Inbox, ledger: any Ledger, clock: @escaping @Sendable () -> Instant, observer: (any CodeObserver)? = nil,
        outputs: Outputs
    ) {
        self.inbox = inbox
        self.ledger = ledger
        self.clock = clock
        self.outputs = outputs
        timer = WakeTimer { inbox.submit(.wake) }
        delivery = Delivery(inbox: inbox, ledger: ledger, outputs: outputs)
        engine = EngineState(observer: observer)
    }

    // MARK: From any thread

    /// Submits a command. `completion` is called once: with the answer when it is on disk, or with an error. The thread
    /// is the engine's, the delivery's or a task's; the caller's own if the loop is closed.
    nonisolated func submit(
        _ command: Command, awaitsEnd: Bool = false, accepted: (@Sendable (StoredRun) -> Void)? = nil,
        completion: @escaping @Sendable (Result<Answer, LedgerError>) -> Void
    ) {
        inbox.submit(.init(command: command, awaitsEnd: awaitsEnd, accepted: accepted, completion: completion))
    }

    /// Refuses further commands. The engine decides those that are queued, and then ``run()`` returns.
    nonisolated func close() {
        timer.cancel()
        inbox.close()
    }

    // MARK: On the engine's thread

    /// Reads from the ledger the pauses and rates that hold runs back. It must be called before anything is served.
    func takeUp() async throws(LedgerError) {
        engine = EngineState(
            pauses: try await ledger.pauses(), rates: try await ledger.rates(), observer: engine.observer)
    }

    /// Serves these providers from now on, and no others.
    func serve(_ registry: Registry) async throws(LedgerError) {
        try await ledger.attend(to: registry.serviceIDs)
        lastSeen = clock()
        var next = engine
        next.quarantined = Quarantined(try await ledger.quarantines())
        let known = try await ledger.listeners()
        if registry.listeners != known.filter({ registry.service($0.key) != nil }) {
            try await ledger.save(registry.listeners, servedBy: registry.serviceIDs)
        }
        try await record(registry.settings)
        next.serve(registry, absent: known)
        engine = try await settingSchedules(of: next, stored: try await ledger.scheduleMarks(), now: lastSeen)
        // Fire the timers and schedules that came due while they were unattended.
        inbox.submit(.wake)
    }

    /// Records the settings that are served from now on, where they differ from those before. Nothing is decided between
    /// this and serving them.
    private func record(_ settings: [ProviderID: ServedSettings]) async throws(LedgerError) {
        let last = try await ledger.settings().reduce(into: [:]) { $0[$1.provider] = $1.settings }
        let changed = settings.filter { last[$0.key] != $0.value }
        if !changed.isEmpty { try await ledger.save(changed) }
    }

    /// Decides until the inbox is closed.
    func run() async {
        async let delivering: Void = DeliveryThread().run(delivery)
        await withTaskExecutorPreference(thread) {
            while let batch = await inbox.next() {
                await decide(batch)
                // Let other work of this actor run between batches.
                await thread.letOthersGoFirst()
            }
        }
        delivery.close()
        await delivering
    }

    /// Begins no more runs; those under way continue.
    func beginNoMoreRuns() {
        engine.beginNoMoreRuns()
    }

    /// Returns once the engine's thread has run it, which proves to the watchdog that the thread is not blocked. It
    /// also checks whether the clock was set back.
    func heartbeat() async {
        if await notices(clock()) { inbox.submit(.wake) }
    }

    /// Computes the next moments of the schedules by the clock, and discards moments that a clock that was ahead had
    /// computed.
    private func settingSchedules(
        of state: EngineState, stored: [ScheduleMark], now: Instant
    ) async throws(LedgerError) -> EngineState {
        var next = state
        let marks = next.setSchedules(stored: stored, now: now)
        try await ledger.save(marks.filter { !stored.contains($0) })
        let runs = try await ledger.takeUpRunsOfTheFuture(at: now)
        let moved = marks.compactMap { mark in
            stored.first { $0.id == mark.id && $0.recurrence == mark.recurrence && $0.next != mark.next }
                .map { (was: $0, now: mark) }
        }
        if !moved.isEmpty || runs > 0 { outputs.clockWasAhead(moved, runs) }
        return next
    }

    /// Checks whether the clock was set back, and if so sets schedules and runs again. Returns whether it did so. If
    /// the ledger refuses this now, the next call tries again.
    private func notices(_ now: Instant) async -> Bool {
        guard now + Self.setBack < lastSeen else {
            lastSeen = now
            return false
        }
        do throws(LedgerError) {
            engine = try await settingSchedules(of: engine, stored: Array(engine.schedules.values), now: now)
            lastSeen = now
            return true
        } catch  where error.isOfStorage {
            outputs.storageFailed(error, nil)
        } catch {
            outputs.ledgerFailed(error)
        }
        return false
    }

    /// The next due moment, for which the wake timer is armed.
    var nextDue: Instant? { timer.due }

    /// The marks of the served schedules, and the moment at which each triggers its task next.
    var marks: [(mark: ScheduleMark, due: Instant)] { engine.marks }

    /// The pauses and breakers that hold back the runs of providers.
    var holds: (pauses: [ProviderID: Pause], breakers: [ProviderID: Breaker]) { engine.holds }

    private func decide(_ batch: [Inbox.Item]) async {
        let now = clock()
        let wasSetBack = await notices(now)
        defer { if wasSetBack { inbox.submit(.wake) } }
        engine.timersPerBatch = pace.timersPerBatch
        let begun = ContinuousClock.now
        do {
            var next = engine
            random.beginBatch()
            let committed = try await ledger.commit { facts in
                // The ledger may call this closure more than once.
                next = engine
                random.beginPass()
                let decision = try next.decide(batch.map(\.command), facts: facts, now: now, generator: random)
                return (decision.changes, decision)
            }
            engine = next
            // The batch was a single wake with the maximum number of timers.
            if batch.count == 1, committed.decided.moreIsDue {
                pace.learn(from: engine.timersPerBatch, taking: ContinuousClock.now - begun)
            }
            let decided = Delivery.Batch(items: batch, committed: committed, registry: engine.registry)
            if inbox.hasOneOnly {
                // No other command is queued, so a change of threads would only cost time.
                await delivery.deliver([decided])
            } else {
                delivery.put(decided)
            }
            await arm(after: committed, batch, now: now)
        } catch {
            await fail(batch, error)
        }
    }

    /// Retries the commands of a failed batch one by one, so that one command that cannot be stored does not fail the
    /// others. If the ledger's storage refuses all changes, the whole batch fails.
    private func fail(_ batch: [Inbox.Item], _ error: LedgerError) async {
        if error.isOfStorage {
            inbox.answered(batch.count)
            for item in batch {
                if !item.isInternal { item.completion(.failure(error)) }
                outputs.storageFailed(error, item.isInternal ? item : nil)
            }
            return
        }
        if batch.count > 1 {
            for item in batch { await decide([item]) }
            return
        }
        inbox.answered(batch.count)
        for item in batch {
            guard item.isInternal else {
                item.completion(.failure(error))
                continue
            }
            outputs.ledgerFailed(error)
            // 1 s, then twice as long each time, at most 60 s.
            let delay = min(60, 1 << min(item.tries, 6))
            var again = item
            again.tries += 1
            DaemonTasks.later(.seconds(delay)) { [inbox, again] in inbox.submit(again) }
        }
    }

    /// Sets the timer to the next due moment. After a wake, the moment is read from the ledger; otherwise it is
    /// computed from the committed changes.
    private func arm(after committed: Committed<Decision>, _ batch: [Inbox.Item], now: Instant) async {
        let changes = committed.decided.changes
        // The timers of a released request may be due already.
        if committed.decided.moreIsDue || !changes.quarantine.releasedRequests.isEmpty {
            inbox.submit(.wake)
        } else if batch.contains(where: { if case .wake = $0.command { true } else { false } }) {
            timer.fired()
            do throws(LedgerError) {
                timer.arm(at: engine.nextDue(after: now, stored: try await ledger.nextDue(after: now)))
            } catch  where error.isOfStorage {
                // The wake is kept, and is submitted again once the ledger accepts changes.
                outputs.storageFailed(error, Inbox.Item(command: .wake, isInternal: true) { _ in })
            } catch {
                outputs.ledgerFailed(error)
                timer.arm(at: now + .seconds(1))
            }
        } else if let earliest = engine.nextDue(after: now, by: changes) {
            timer.armIfEarlier(earliest)
        }
    }
}
