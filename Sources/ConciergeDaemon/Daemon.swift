import ConciergeEngine
import ConciergeKit
import ConciergeProtocol
import CrashGuard
import Foundation
import Glibc
import Logging
import NIOCore
import NIOPosix
import SQLiteLedger
import ServiceLifecycle
import Systemd
import UnixSignals

/// The composition root: makes all parts and connects them.
struct Daemon {
    static let systemClock = LodgeClock.now

    private let configuration: DaemonConfiguration
    private let journal: Journal
    private let ledger: SQLiteLedger
    private let crashes: CrashFile
    private let loop: EngineLoop
    private let serving: Serving
    /// In the order in which they are started.
    private let services: [any ServiceLifecycle.Service]

    /// Opens the ledger and makes every provider.
    init(_ program: Program, _ options: Options, providers: [RegisteredProvider]) async throws {
        let lifetime = Lifetime(startedAt: Self.systemClock())
        let source = ConfigurationSource(options, providers)
        let (tree, configuration, book) = try source.readAtStart()
        self.configuration = configuration
        let journal = Journal(level: configuration.journal.level, identifier: program.name)
        self.journal = journal

        let manager = ServiceManager()
        let eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let maintenancePool = MaintenancePool()
        let inbox = Inbox()
        let served = ServedRegistry()
        let notifier = ServiceNotifier(manager, served: served, of: providers.count)

        // Access.
        let streams = OpenStreams()
        let access = AccessRules(configuration.access, names: .system, pool: maintenancePool) { access in
            journal.tell(access)
            streams.checkAgain()
        }
        let names = LoginNames(.system, pool: maintenancePool)

        // The ledger, its maintenance and its monitoring.
        let (recoveries, recovered) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let health = StorageHealth(inbox: inbox, clock: Self.systemClock) { trouble, lasted in
            journal.tell(trouble, lasted: lasted)
            notifier.note(trouble)
            if trouble == nil { recovered.yield() }
        }
        try ControlSocket.refuseAnswered(options.socket)
        let ledger = try Self.openLedger(options.stateDirectory, configuration.ledger, journal) { health.failed($0) }
        self.ledger = ledger
        health.probe(ledger, on: maintenancePool)
        let crashes = try await Self.beginLife(in: options.stateDirectory, ledger, journal)
        self.crashes = crashes
        eventLoops.any().execute { CrashThread.isOwn() }
        let stop = EmergencyStop(ledger: ledger, journal: journal, crashes: crashes)
        let monitor = LedgerMonitor(ledger: ledger, health: health, stop: stop)
        let pruner = Pruner(
            .init(
                prune: { retention, now, limit throws(LedgerError) in
                    try await ledger.prune(retention, at: now, limit: limit)
                },
                reclaimSpace: { () throws(LedgerError) in try await ledger.reclaimSpace() },
                newestEntry: { moment throws(LedgerError) in try await ledger.newestEntry(before: moment) }),
            configuration.retention.rules, clock: Self.systemClock,
            sleep: { time in try? await eventLoops.any().sleep(for: time) }, told: { journal.tell($0) },
            doubted: { newest, now in journal.tellDoubt(of: now, after: newest) })
        // After two seconds without a commit, the ledger releases the memory of its caches.
        let idleNotifier = IdleNotifier(after: .seconds(2)) {
            Task.detached(executorPreference: maintenancePool) { await ledger.releaseMemory() }
        }
        let backups = Backups(ledger: ledger, stateDirectory: options.stateDirectory)
        backups.cleanUp()

        // The engine and the task runner.
        let handlers = HandlerPool(marking: crashes, clock: Self.monotonicClock)
        let progress = ProgressBoard()
        let watchers = Watchers()
        let runner = TaskRunner(
            requests: LedgerRequests(ledger: ledger), pool: handlers, clock: Self.systemClock,
            outputs: .init(
                ended: { run, result, handlerReturned in
                    progress.forget(run.id)
                    inbox.submit(
                        .end(run: run.id, attempt: run.attempt, result: result, handlerReturned: handlerReturned))
                },
                returned: { run in inbox.submit(.returned(task: run.task, provider: run.provider)) },
                ignoresCancellation: { run in journal.tellThatItGoesOn(run) },
                progressed: { run, said in progress.take(said, of: run.id) },
                log: { run, line in
                    journal.log(
                        .info, nil, line,
                        [
                            "run": run.id.description, "task": run.task.rawValue, "provider": run.provider.rawValue,
                        ])
                },
                submit: { command throws(LedgerError) in try await inbox.answer(to: command) }))
        let messages = ComposingMessages(book, ledger: ledger, served: served, clock: Self.systemClock)
        let workers = Workers(
            clock: Self.systemClock,
            outputs: .init(
                compose: { run, take in
                    guard run.task == SendMail.id else { return take(.input(run.input)) }
                    Task.detached(executorPreference: maintenancePool) {
                        take(await messages.composition(for: run))
                    }
                },
                submit: { command, completion in
                    inbox.submit(Inbox.Item(command: command, isInternal: true, completion: completion))
                },
                progressed: { run, said in progress.take(said, of: run.id) },
                forget: { run in progress.forget(run.id) },
                ignoresStop: { run, worker in journal.tellThatItGoesOn(run, at: worker) },
                came: { worker in journal.tellCame(worker) },
                went: { worker, lost in journal.tellWent(worker, lost: lost) }))
        let loop = EngineLoop(
            inbox: inbox, ledger: ledger, clock: Self.systemClock,
            observer: CrashFileObserver(crashes, clock: Self.monotonicClock) { journal.tellSlow($0, $1) },
            outputs: .init(
                start: { run, task, zone in runner.start(run, task, in: zone) },
                give: { run, task, worker in workers.give(run, task, to: worker) },
                stop: { run in
                    runner.stop(run)
                    workers.stop(run)
                },
                publish: { committed in
                    idleNotifier.noteActivity()
                    watchers.publish(committed.entries)
                    journal.tell(committed)
                },
                ledgerFailed: { error in journal.log(.error, .ledgerUnavailable, error.description) },
                ledgerLost: { error in stop(because: error) },
                clockWasAhead: { schedules, runs in
                    journal.tellThatClockWasAhead(schedules, runs: runs)
                    pruner.lookAgain()
                },
                storageFailed: { error, item in health.failed(error, keeping: item) }))
        self.loop = loop

        // The providers.
        let quarantined: [Quarantine]
        do throws(LedgerError) {
            quarantined = try await ledger.quarantines()
        } catch {
            crashes.close()
            throw StartFailure(error)
        }
        let stored = StoredRequestsCheck(ledger: ledger, journal: journal, manager: manager)
        let supervisor = Supervisor(
            providers, tree: tree, zone: configuration.lodge.timeZone, stateDirectory: options.stateDirectory,
            pool: handlers, disk: maintenancePool, quarantined: quarantined, clock: Self.systemClock,
            log: { manifest, state in journal.log(manifest, state) },
            providerLog: { provider, line in journal.log(.info, nil, line, ["provider": provider]) },
            checkStored: { contents throws(LedgerError) in try await stored.check(contents) })
        do {
            try await supervisor.makeAll(from: tree, zone: configuration.lodge.timeZone)
            try source.check(book, for: await supervisor.registry.providers, tree)
        } catch {
            crashes.close()
            throw StartFailure(status: StartFailure.badConfiguration, words: error.text)
        }
        let serving = Serving(
            supervisor, configuration, served: served, loop: loop, ledger: ledger, health: health, journal: journal)
        self.serving = serving
        let calendars = WorkingCalendars(configuration.calendars)
        let reload = Reload(
            source: source,
            parts: .init(
                supervisor: supervisor, serving: serving, access: access, names: names, streams: streams,
                pruner: pruner, calendars: calendars, messages: messages),
            notifier: notifier, journal: journal)

        // The use cases, and the control socket.
        let views = Views(served: served, progress: progress, workers: { workers.count(for: $0) })
        let residents = NamingResidents(
            ledger: ledger, takesKnownOnly: configuration.lodge.knownResidentsOnly)
        let submitting = Submitting(loop: loop, supervisor: supervisor, views: views, residents: residents)
        let watching = Watching(
            ledger: ledger, submitting: submitting, access: access, watchers: watchers, streams: streams)
        let uploads = Uploads()
        let cases = UseCases(
            submitting: submitting,
            reading: Reading(ledger: ledger, access: access, views: views, residents: residents),
            countingRequests: CountingRequests(
                ledger: ledger, access: access, served: served, residents: residents),
            findingRequests: FindingRequests(ledger: ledger, access: access, views: views, residents: residents),
            readingResident: ReadingResident(
                ledger: ledger, access: access, views: views, residents: residents, clock: Self.systemClock),
            readingNotices: ReadingNotices(
                ledger: ledger, access: access, views: views, messages: messages, clock: Self.systemClock),
            readingProviders: ReadingProviders(ledger: ledger, supervisor: supervisor, loop: loop, served: served),
            readingStatus: ReadingStatus(
                program: program, ledger: ledger, loop: loop, supervisor: supervisor, served: served, monitor: monitor,
                lifetime: lifetime, store: options.stateDirectory + "/ledger.sqlite"),
            watching: watching,
            releasingProviders: ReleasingProviders(
                ledger: ledger, serving: serving, notifier: notifier, journal: journal),
            backingUp: BackingUp(backups: backups, watching: watching, journal: journal, pool: maintenancePool),
            explainingPromises: ExplainingPromises(calendars: calendars, ledger: ledger, clock: Self.systemClock),
            reportingCommitments: ReportingCommitments(ledger: ledger, served: served, clock: Self.systemClock),
            readingToday: ReadingToday(
                ledger: ledger, access: access, views: views, residents: residents, clock: Self.systemClock),
            reload: reload, readingResidents: ReadingResidents(ledger: ledger, served: served, clock: Self.systemClock),
            movingOut: MovingOutOfDwelling(ledger: ledger, submitting: submitting, clock: Self.systemClock),
            readingPlaces: ReadingPlaces(ledger: ledger),
            importingDirectory: ImportingDirectory(
                ledger: ledger, calendars: calendars, uploads: uploads, watching: watching, journal: journal,
                pool: maintenancePool),
            working: Working(workers: workers, watching: watching, access: access, pool: handlers),
            readingOffers: ReadingOffers(ledger: ledger, served: served, clock: Self.systemClock))
        let front: VarlinkFront
        do {
            front = try VarlinkFront(
                MethodBindings(cases, reads: ReadPool()), access: access, names: names,
                language: configuration.lodge.language, uploads: uploads)
        } catch {
            crashes.close()
            throw error
        }
        let socket = ControlSocket(
            program: program, section: configuration.control, path: options.socket, front: front, access: access,
            eventLoops: eventLoops, journal: journal,
            begun: { place in
                let took = Self.systemClock() - lifetime.startedAt
                journal.log(
                    .notice, .started,
                    "\(program) serves on \(place), ready after \(took)")
                notifier.ready()
            },
            stopping: {
                lifetime.stop()
                notifier.stopping()
                journal.log(.notice, .stopping, "stopping")
                streams.stop()
            },
            finishing: {
                manager.extendTimeout(by: configuration.lodge.stopLimit + .seconds(10))
                await loop.beginNoMoreRuns()
                await workers.drain(
                    within: configuration.lodge.stopLimit, ending: ControlError(LedgerError.stopping))
            })

        // They are stopped in reverse order: first the calls, then the runs under way, and last the engine, which still
        // commits the ends of those runs.
        services = [
            EngineService(loop: loop),
            RunnerService(
                loop: loop, runner: runner, manager: manager, limit: configuration.lodge.stopLimit,
                lifetime: lifetime),
            ProviderRetries(serving: serving, notifier: notifier, eventLoops: eventLoops),
            Recovery(recoveries: recoveries, serving: serving),
            Watchdog(manager: manager, loop: loop, monitor: monitor, eventLoops: eventLoops),
            PruningService(pruner: pruner, pool: maintenancePool),
            ReloadSignal(reload: reload),
            socket,
        ]
    }

    /// Serves until SIGTERM or SIGINT.
    func run() async throws {
        do {
            try await serve()
        } catch {
            await serving.supervisor.endAll()
            // An orderly end is not counted as a crash, even if the reason is that the socket is not available.
            crashes.close()
            throw error
        }
        await serving.supervisor.endAll()
        // The lock on the state directory is still held here.
        crashes.close()
        await ledger.close()
        journal.log(.notice, .stopping, "stopped")
        journal.flush()
    }

    private func serve() async throws {
        let interrupted = try await ledger.takeUpInterruptedRuns(at: Self.systemClock())
        if interrupted > 0 {
            journal.log(
                .notice, .runsTakenUp,
                "\(interrupted.counted("run that was under way is", "runs that were under way are")) taken up again")
        }
        try await loop.takeUp()
        try await serving.serve()
        journal.tellDoubts(of: configuration, serving: serving.served.registry)
        let group = ServiceGroup(
            configuration: .init(
                services: services.map {
                    // If one service fails, the others stop in order, and the daemon fails with its error.
                    .init(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup)
                },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: journal.logger.quiet))
        try await group.run()
    }

    static func makeStateDirectory(_ directory: String) throws(StartFailure) {
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
        } catch {
            throw StartFailure(
                status: StartFailure.ioError,
                reason: "\(directory): the state directory cannot be made: \(String(plainly: error))")
        }
    }

    private static func openLedger(
        _ directory: String, _ section: DaemonConfiguration.LedgerSection, _ journal: Journal,
        damaged: @escaping @Sendable (LedgerError) -> Void
    ) throws(StartFailure) -> SQLiteLedger {
        if section.create { try makeStateDirectory(directory) }
        let ledger: SQLiteLedger
        do {
            ledger = try SQLiteLedger(stateDirectory: directory, create: section.create) { event in
                switch event {
                case .logHeld, .logReleased: journal.tell(event)
                case .damaged(let error): damaged(error)
                }
            }
        } catch {
            throw StartFailure(error)
        }
        if ledger.isNew {
            journal.log(
                .notice, .ledgerMade,
                "a new, empty ledger was made: \(ledger.path); where there should have been one, its disk may not be"
                    + " mounted: stop the daemon, and see ledger.create")
        }
        return ledger
    }
}

extension Logger {
    /// A logger for libraries, which logs warnings and errors only.
    fileprivate var quiet: Logger {
        var logger = self
        logger.logLevel = .warning
        return logger
    }
}

extension Journal {
    /// Logs the state of a provider.
    func log(_ manifest: ProviderManifest, _ state: Supervisor.Status.State) {
        switch state {
        case .serving(let contents):
            let served = contents.services.map(\.id.rawValue) + contents.tasks.map(\.id)
            log(
                .info, .providerServing, "\(manifest.id) serves: \(served.joined(separator: ", "))",
                ["provider": manifest.id, "version": manifest.version])
        case .waiting(let reason, let retryAt, _):
            log(
                .warning, .providerWaiting, "\(manifest.id) is not ready: \(reason); again at \(retryAt)",
                ["provider": manifest.id])
        case .setAside(let reason, _):
            log(.error, .providerSetAside, "\(manifest.id) is set aside: \(reason)", ["provider": manifest.id])
        case .unreadable(let reason):
            log(.error, .requestsUnreadable, "\(manifest.id) does not serve: \(reason)", ["provider": manifest.id])
        case .quarantined(let quarantine):
            log(
                .error, .providerSetAside,
                "\(manifest.id) is in quarantine since \(quarantine.since) after \(quarantine.crashes) crashes, "
                    + "the last in \(quarantine.event) (\(quarantine.cause)); "
                    + "when its cause is mended: conciergectl providers release \(manifest.id)",
                ["provider": manifest.id])
        }
    }
}
