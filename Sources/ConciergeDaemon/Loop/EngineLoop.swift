import ConciergeEngine
import ConciergeKit

/// Decides and commits what comes in, batch by batch, on its own thread, and hands it to the delivery, which waits for
/// the disk and lets the world know.
actor EngineLoop {
    /// What is done once a batch is on disk.
    struct Outputs: Sendable {
        /// Begins an attempt of a run, in a lodge of that zone.
        let start: @Sendable (StoredRun, TaskDefinition, Zone) -> Void
        /// Stops a run that was cancelled.
        let stop: @Sendable (StoredRun) -> Void
        /// Tells watchers and the journal.
        let publish: @Sendable (Committed<Decision>) -> Void
        /// Tells of a ledger that does not take what must not be lost.
        let ledgerFailed: @Sendable (LedgerError) -> Void
        /// Ends the daemon: the disk did not keep what was committed.
        let ledgerLost: @Sendable (LedgerError) -> Void
        /// Tells that a clock that was ahead is right again: schedules that stood too far ahead, as they were and as they
        /// are, and how many runs waited for a moment of that clock.
        let clockWasAhead: @Sendable ([(was: ScheduleMark, now: ScheduleMark)], _ runs: Int) -> Void
        /// Tells that nothing can be written now, and hands over what must not be lost for until then.
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
    /// What the clock showed when it was last looked at.
    private var lastSeen = Instant(milliseconds: 0)
    /// A clock that is put back by more than this may have been far ahead.
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

    /// Takes no more commands; those before are still decided, and then ``run()`` returns.
    nonisolated func close() {
        timer.cancel()
        inbox.close()
    }

    // MARK: On the engine's thread

    /// Takes up from the ledger what holds runs back, before anything is served.
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
        // What came due while nobody served it fires now.
        inbox.submit(.wake)
    }

    /// Decides until the inbox is closed.
    func run() async {
        async let delivering: Void = DeliveryThread().run(delivery)
        await withTaskExecutorPreference(thread) {
            while let batch = await inbox.next() {
                await decide(batch)
                // Whatever else waits for this actor gets its turn between batches.
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

    /// Returns once the engine has got round to it: a sign of life.
    func heartbeat() async {
        if await notices(clock()) { inbox.submit(.wake) }
    }

    /// The state with its schedules where they stand by the clock. Moments that a clock which was ahead had worked out
    /// are given up.
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

    /// Looks at the clock; true where it was put back, after what it had worked out was given up. Where the ledger does
    /// not take that now, it is tried again the next time.
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
    var holds: (pauses: [String: Pause], breakers: [String: Breaker]) { engine.holds }

    private func decide(_ batch: [Inbox.Item]) async {
        let now = clock()
        let wasSetBack = await notices(now)
        defer { if wasSetBack { inbox.submit(.wake) } }
        engine.timersPerBatch = pace.timersPerBatch
        let begun = ContinuousClock.now
        do {
            var next = engine
            let committed = try await ledger.commit { facts in
                // A ledger may ask for the decision again.
                next = engine
                let decision = try next.decide(batch.map(\.command), facts: facts, now: now, generator: random)
                return (decision.changes, decision)
            }
            engine = next
            // Nothing but timers, and as many as there may be.
            if batch.count == 1, committed.decided.moreIsDue {
                pace.learn(from: engine.timersPerBatch, taking: ContinuousClock.now - begun)
            }
            let decided = Delivery.Batch(items: batch, committed: committed, registry: engine.registry)
            if inbox.hasOneOnly {
                // Nobody else would be decided meanwhile, and the way over another thread would only take time.
                await delivery.deliver([decided])
            } else {
                delivery.put(decided)
            }
            await arm(after: committed, batch, now: now)
        } catch {
            await fail(batch, error)
        }
    }

    /// A batch that was not committed is tried command by command, so that one that cannot be stored does not take
    /// the others with it; but not where nothing can be stored at all.
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
            // A second, then twice as long each time, up to a minute.
            let delay = min(60, 1 << min(item.tries, 6))
            var again = item
            again.tries += 1
            DaemonTasks.later(.seconds(delay)) { [inbox, again] in inbox.submit(again) }
        }
    }

    /// Sets the timer for what is due next: after a wake by asking the ledger, else by what was just committed.
    private func arm(after committed: Committed<Decision>, _ batch: [Inbox.Item], now: Instant) async {
        let changes = committed.decided.changes
        // What is released may be due already.
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
