import ConciergeEngine
import ConciergeKit
import ConciergeStore
import CrashGuard
import Foundation
import Glibc
import Logging
import NIOCore
import NIOPosix
import Product
import Synchronization
import Systemd
import Varlink

/// The composition root: makes every part, joins them, and holds what the control socket asks about.
final class Daemon: Sendable {
    static let systemClock: @Sendable () -> Instant = {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Instant(milliseconds: Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000)
    }

    let options: Options
    let registered: [RegisteredProvider]
    let configuration: DaemonConfiguration
    let journal: Journal
    let ledger: any Ledger
    let loop: EngineLoop
    let storageHealth: StorageHealth
    let pruner: Pruner
    let backups: Backups
    /// Threads for what is done to the whole ledger and takes its time.
    let maintenancePool = MaintenancePool()
    let runner: TaskRunner
    let supervisor: Supervisor
    let watchers = Watchers()
    let streams = OpenStreams()
    let reads = ReadPool()
    let progress = ProgressBoard()
    let access: AccessRules
    let names: LoginNames
    let manager = ServiceManager()
    let crashes: CrashFile
    let eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let startedAt = Daemon.systemClock()
    let isStopping = Mutex(false)
    let schedulesWanted: Mutex<SchedulesWanted>
    private let served = Mutex(Registry())
    private let ledgerChanged: Relay

    /// Opens the ledger and makes every provider.
    init(_ options: Options, providers: [RegisteredProvider]) async throws {
        self.options = options
        registered = providers
        let (tree, configuration) = try Self.configuration(options, providers)
        self.configuration = configuration
        schedulesWanted = Mutex(
            SchedulesWanted(sections: configuration.schedules, zone: configuration.lodge.timeZone))
        let journal = Journal(level: configuration.journal.level)
        self.journal = journal
        access = AccessRules(configuration.access, names: .system, pool: maintenancePool) { [streams] access in
            journal.tell(access)
            streams.checkAgain()
        }
        names = LoginNames(.system, pool: maintenancePool)
        let relay = Relay()
        let ledger = try Self.openLedger(options.stateDirectory, configuration.ledger, journal) { error in
            relay.daemon?.storageHealth.failed(error)
        }
        self.ledger = ledger
        let crashes = try await Self.beginLife(in: options.stateDirectory, ledger, journal)
        self.crashes = crashes
        eventLoops.any().execute { CrashThread.isOwn() }

        let pool = HandlerPool(marking: crashes, clock: Self.monotonicClock)
        let inbox = Inbox()
        ledgerChanged = relay
        let storageHealth = Self.storageHealth(ledger, inbox, maintenancePool) {
            relay.daemon?.ledgerChanged($0, lasted: $1)
        }
        self.storageHealth = storageHealth
        pruner = Pruner(
            .init(
                prune: { retention, now, limit throws(LedgerError) in
                    try await ledger.prune(retention, at: now, limit: limit)
                },
                giveBackRoom: { () throws(LedgerError) in try await ledger.giveBackRoom() },
                newestEntry: { moment throws(LedgerError) in try await ledger.newestEntry(before: moment) }),
            configuration.retention, clock: Self.systemClock,
            sleep: { [eventLoops] time in try? await eventLoops.any().sleep(for: time) }, told: { journal.tell($0) },
            doubted: { newest, now in journal.tellDoubt(of: now, after: newest) })
        // Two seconds without a commit: what made the last ones fast is given back.
        let idleNotifier = IdleNotifier(after: .seconds(2)) { [maintenancePool] in
            Task.detached(executorPreference: maintenancePool) { await ledger.giveBackMemory() }
        }
        backups = Backups(ledger: ledger, stateDirectory: options.stateDirectory)
        backups.cleanUp()
        let runner = TaskRunner(
            requests: LedgerRequests(ledger: ledger), pool: pool, clock: Self.systemClock,
            outputs: .init(
                ended: { [progress] run, result, handlerReturned in
                    progress.forget(run.id)
                    inbox.submit(
                        .end(run: run.id, attempt: run.attempt, result: result, handlerReturned: handlerReturned))
                },
                returned: { run in inbox.submit(.returned(task: run.task, provider: run.provider)) },
                ignoresCancellation: { run in journal.tellThatItGoesOn(run) },
                progressed: { [progress] run, said in progress.take(said, of: run.id) },
                log: { run, line in
                    journal.log(.info, nil, line, ["run": run.id, "task": run.task, "provider": run.provider])
                }))
        self.runner = runner
        loop = EngineLoop(
            inbox: inbox, ledger: ledger, clock: Self.systemClock,
            observer: CrashFileObserver(crashes, clock: Self.monotonicClock) { journal.tellSlow($0, $1) },
            outputs: .init(
                start: { run, task, zone in runner.start(run, task, in: zone) },
                stop: { run in runner.stop(run) },
                publish: { [watchers] committed in
                    idleNotifier.noteActivity()
                    watchers.publish(committed.entries)
                    journal.tell(committed)
                },
                ledgerFailed: { error in journal.log(.error, .ledgerUnavailable, error.description) },
                ledgerLost: { error in Self.end(because: error, ledger, journal, crashes) },
                clockWasAhead: { [pruner] schedules, runs in
                    journal.tellThatClockWasAhead(schedules, runs: runs)
                    pruner.lookAgain()
                },
                storageFailed: { error, item in storageHealth.failed(error, keeping: item) }))
        let quarantined: [Quarantine]
        do throws(LedgerError) {
            quarantined = try await ledger.quarantines()
        } catch {
            crashes.close()
            throw StartFailure(error)
        }
        supervisor = Supervisor(
            providers, tree: tree, zone: configuration.lodge.timeZone, stateDirectory: options.stateDirectory,
            pool: pool, quarantined: quarantined, clock: Self.systemClock,
            log: { manifest, state in journal.log(manifest, state) },
            providerLog: { provider, line in journal.log(.info, nil, line, ["provider": provider]) },
            readStock: { [manager] contents throws(LedgerError) in
                try await Self.admit(contents, to: ledger, journal, manager)
            })
        do {
            try await supervisor.makeAll(from: tree, zone: configuration.lodge.timeZone)
        } catch {
            crashes.close()
            throw StartFailure(status: StartFailure.badConfiguration, reason: error.description)
        }
        relay.daemon = self
    }

    /// Serves what the providers offer now.
    func serveProviders() async throws(LedgerError) {
        let registry = await registryAsConfigured()
        try await loop.serve(registry)
        served.withLock { $0 = registry }
        await supervisor.endReplaced()
        try await tellUnattended()
    }

    var registry: Registry { served.withLock(\.self) }

    static func configuration(
        _ options: Options, _ providers: [RegisteredProvider]
    ) throws(StartFailure) -> (ConfigurationTree, DaemonConfiguration) {
        let ids = providers.map(\.manifest.id)
        if let twice = ids.first(where: { id in ids.count { $0 == id } > 1 }) {
            throw StartFailure(
                status: StartFailure.badConfiguration,
                reason: "two providers of this build are called \"\(twice)\": one of them must be renamed")
        }
        do throws(ConfigurationError) {
            // A configuration that was named must be there; where none was, the defaults serve.
            let tree = try ConfigurationTree(
                mainFile: options.configurationFile, requiresMainFile: options.config != nil)
            let configuration = try DaemonConfiguration(tree, providers: ids)
            for provider in providers { try provider.check(tree) }
            return (tree, configuration)
        } catch {
            throw StartFailure(status: StartFailure.badConfiguration, reason: error.description)
        }
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

extension Journal {
    /// Tells how a provider is.
    func log(_ manifest: ProviderManifest, _ state: Supervisor.Status.State) {
        switch state {
        case .serving(let contents):
            let served = contents.services.map(\.id) + contents.tasks.map(\.id)
            log(
                .info, .providerServing, "\(manifest.id) serves: \(served.joined(separator: ", "))",
                ["provider": manifest.id])
        case .waiting(let reason, let retryAt, _):
            log(
                .warning, .providerWaiting, "\(manifest.id) is not ready: \(reason); again at \(retryAt)",
                ["provider": manifest.id])
        case .setAside(let reason):
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
