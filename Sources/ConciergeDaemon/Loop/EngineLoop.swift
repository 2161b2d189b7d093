import ConciergeEngine
import ConciergeKit

/// Decides and commits commands, batch by batch, on a thread of its own, and hands the batches to ``Delivery``.
actor EngineLoop {
    /// What is done once a batch is on disk.
    struct Outputs: Sendable {
        /// Begins an attempt of a run, in a lodge of that zone.
        let start: @Sendable (StoredRun, TaskDefinition, Zone) -> Void
        /// Stops a run that was cancelled.
        let stop: @Sendable (StoredRun) -> Void
        /// Tells watchers and the journal.
        let publish: @Sendable (Committed<Decision>) -> Void
        /// Reports that the ledger refused something that must not be lost.
        let ledgerFailed: @Sendable (LedgerError) -> Void
        /// Ends the daemon, because the disk did not keep what was committed.
        let ledgerLost: @Sendable (LedgerError) -> Void
        /// Reports that a clock which was ahead is right again: the schedules that were too far ahead, before and
        /// after, and how many runs waited for a moment of that clock.
        let clockWasAhead: @Sendable ([(was: ScheduleMark, now: ScheduleMark)], _ runs: Int) -> Void
        /// Reports that nothing can be written now, and hands over a command that must be kept until it can.
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
    /// What the clock showed when it was last read.
    private var lastSeen = Instant(milliseconds: 0)
    /// A clock that is set back by more than this may have been far ahead.
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

    /// Hands a command over. `completion` is called once, after the commit, on the engine's thread.
    nonisolated func submit(
        _ command: Command, awaitsEnd: Bool = false, accepted: (@Sendable (StoredRun) -> Void)? = nil,
        completion: @escaping @Sendable (Result<Answer, LedgerError>) -> Void
    ) {
        inbox.submit(.init(command: command, awaitsEnd: awaitsEnd, accepted: accepted, completion: completion))
    }

    /// Takes no more commands. The engine decides those that wait, and then ``run()`` returns.
    nonisolated func close() {
        timer.cancel()
        inbox.close()
    }

    // MARK: On the engine's thread

    /// Reads from the ledger what holds runs back. Call it before anything is served.
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
        next.serve(registry)
        engine = try await settingSchedules(of: next, stored: try await ledger.scheduleMarks(), now: lastSeen)
        // Fire what came due while nobody served it.
        inbox.submit(.wake)
    }

    /// Decides until the inbox is closed.
    func run() async {
        async let delivering: Void = DeliveryThread().run(delivery)
        await withTaskExecutorPreference(thread) {
            while let batch = await inbox.next() {
                await decide(batch)
                // Other work of this actor gets its turn between batches.
                await thread.letOthersGoFirst()
            }
        }
        delivery.close()
        await delivering
    }

    /// Begins no more runs; what is under way goes on.
    func beginNoMoreRuns() {
        engine.beginNoMoreRuns()
    }

    /// Returns once the engine's thread has run it: a sign of life for the watchdog.
    func heartbeat() async {
        if await notices(clock()) { inbox.submit(.wake) }
    }

    /// Sets the schedules by the clock, and drops moments that a clock which was ahead had computed.
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

    /// Checks whether the clock was set back, and if so sets schedules and runs anew. Returns whether that was done. If
    /// the ledger refuses it now, the next call tries again.
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

    /// When anything is due next.
    var nextDue: Instant? { timer.due }

    /// The schedules that are served, where they stand, and when each triggers its task next.
    var marks: [(mark: ScheduleMark, due: Instant)] { engine.marks }

    /// What holds the runs of providers back.
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
                // A ledger may ask for the decision again.
                next = engine
                random.beginPass()
                let decision = try next.decide(batch.map(\.command), facts: facts, now: now, generator: random)
                return (decision.changes, decision)
            }
            engine = next
            // The batch was a single wake with as many timers as it may take.
            if batch.count == 1, committed.decided.moreIsDue {
                pace.learn(from: engine.timersPerBatch, taking: ContinuousClock.now - begun)
            }
            let decided = Delivery.Batch(items: batch, committed: committed, registry: engine.registry)
            if inbox.hasOneOnly {
                // Nothing else waits to be decided, so a change of threads would only cost time.
                await delivery.deliver([decided])
            } else {
                delivery.put(decided)
            }
            await arm(after: committed, batch, now: now)
        } catch {
            await fail(batch, error)
        }
    }

    /// Tries a batch that was not committed command by command, so that one command that cannot be stored does not fail
    /// the others. If nothing can be stored at all, the batch fails whole.
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
            // 1 s, then twice as long each time, at most a minute.
            let delay = min(60, 1 << min(item.tries, 6))
            var again = item
            again.tries += 1
            DaemonTasks.later(.seconds(delay)) { [inbox, again] in inbox.submit(again) }
        }
    }

    /// Sets the timer to the next due moment. After a wake the ledger is asked for it; otherwise the committed changes
    /// say it.
    private func arm(after committed: Committed<Decision>, _ batch: [Inbox.Item], now: Instant) async {
        let changes = committed.decided.changes
        // What was released may be due already.
        if committed.decided.moreIsDue || !changes.quarantine.releasedRequests.isEmpty {
            inbox.submit(.wake)
        } else if batch.contains(where: { if case .wake = $0.command { true } else { false } }) {
            timer.fired()
            do throws(LedgerError) {
                timer.arm(at: engine.nextDue(after: now, stored: try await ledger.nextDue(after: now)))
            } catch  where error.isOfStorage {
                // It is asked again once the ledger takes changes.
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
