import ConciergeEngine
import ConciergeKit
import CrashGuard
import Glibc
import Logging
import ServiceLifecycle
import Synchronization
import Systemd

extension Daemon {
    /// Keeps account of whether the ledger's storage takes changes, and reports each change of that through `changed`.
    static func storageHealth(
        _ ledger: any Ledger, _ inbox: Inbox, _ pool: MaintenancePool,
        changed: @escaping @Sendable (StorageHealth.Trouble?, _ lasted: Duration?) -> Void
    ) -> StorageHealth {
        StorageHealth(
            inbox: inbox, clock: systemClock,
            probe: { storageHealth in
                // On a thread that may be held: a disk in trouble takes its time.
                Task.detached(executorPreference: pool) {
                    do throws(LedgerError) {
                        try await ledger.probe()
                        storageHealth.probed(nil)
                    } catch {
                        storageHealth.probed(error)
                    }
                }
            },
            changed: changed)
    }

    /// What the daemon does now, for the service manager.
    var statusLine: String {
        if let trouble = storageHealth.trouble { return "Only reading: \(trouble.error.description)" }
        return "Serving \(registry.providers.count) of \(registered.count) providers"
    }

    /// The ledger takes no changes any more, or takes them again.
    func ledgerChanged(_ trouble: StorageHealth.Trouble?, lasted: Duration?) {
        if let trouble {
            let outlook =
                trouble.error.isLasting
                ? "reading goes on as far as it goes; stop the daemon and restore a backup (concierged --restore)"
                : "reading goes on, and what must not be lost is kept and tried again"
            journal.log(
                .error, .ledgerUnavailable,
                "\(trouble.error.description); what would change something is answered Unavailable, \(outlook)")
        } else {
            let span = lasted.map { "\(TimeSpan($0))" } ?? ""
            journal.log(.notice, .ledgerRecovered, "the ledger takes changes again, after \(span)")
        }
        manager.status(statusLine)
        guard trouble == nil else { return }
        // A provider that got ready, or a reload, may have found it closed.
        Task(executorPreference: DaemonTasks.threads) { try? await self.serveProviders() }
    }

    /// Ends the daemon because what was committed may not be kept. Everything that was answered before is on disk, unless
    /// the ledger's files are gone: then what it has is saved, where that is possible.
    static func end(because error: LedgerError, _ ledger: any Ledger, _ journal: Journal, _ crashes: CrashFile) {
        guard !isEnding.exchange(true, ordering: .relaxed) else { return }
        var words = error.description
        if case .lost = error, let path = ledger.rescue() { words += "; all that was in it is saved in \(path)" }
        journal.log(.critical, .ledgerUnavailable, words)
        journal.flush()
        crashes.close()
        exit(StartFailure.ioError)
    }

    private static let isEnding = Atomic(false)

    /// How the ledger is. Where its files are gone the daemon ends.
    func ledgerCondition() async -> LedgerCondition {
        do throws(LedgerError) {
            return try await ledger.condition()
        } catch {
            if case .lost = error {
                Self.end(because: error, ledger, journal, crashes)
            } else {
                storageHealth.failed(error)
            }
            return LedgerCondition()
        }
    }

    func tellBackup(by actor: String, size: Int?, error: LedgerError?) {
        if let error {
            journal.log(.error, .backupFailed, "no backup was made: \(error.description)", ["actor": actor])
        } else if let size {
            journal.log(.notice, .backupMade, "a backup of \(size) bytes was made", ["actor": actor])
        } else {
            journal.log(
                .warning, .backupFailed, "no backup was made: whoever had asked for it is gone", ["actor": actor])
        }
    }

    func tellStalledBackup(by actor: String) {
        journal.log(
            .warning, .backupFailed,
            "no backup was made: whoever had asked for it stopped reading, it was given up after a minute",
            ["actor": actor])
    }

    /// Tells the journal where a configuration names what there is not.
    func tellDoubts(_ configuration: DaemonConfiguration) {
        for doubt in configuration.doubts(serving: registry, at: Self.systemClock()) {
            journal.log(.warning, nil, "the configuration: \(doubt.description)")
        }
    }
}

extension Journal {
    /// Tells that nothing is deleted because the clock is not believed.
    func tellDoubt(of now: Instant, after newest: Instant) {
        log(
            .warning, .clockDoubted,
            "nothing is deleted for its age: the clock shows \(now), and the newest history line of more than a week ago "
                + "is of \(newest). If the clock is right, that ends by itself within days of work")
    }

    /// Tells what a clock that was ahead had put into the future.
    func tellThatClockWasAhead(_ schedules: [(was: ScheduleMark, now: ScheduleMark)], runs: Int) {
        for (was, now) in schedules {
            log(
                .warning, .clockDoubted,
                "the clock was ahead: \(now.id) was to elapse next at \(was.next), and does at \(now.next)",
                ["schedule": now.id])
        }
        if runs > 0 {
            let waited = runs.counted("queued run that waited for it is", "queued runs that waited for it are")
            log(.warning, .clockDoubted, "the clock was ahead: \(waited) due now")
        }
    }

    func tell(_ access: ResolvedAccess) {
        for unknown in access.unknown { log(.warning, nil, "access.\(unknown.key): \(unknown.reason)") }
        if access.unknown.isEmpty { log(.notice, nil, "all groups of the section access are known now") }
    }

    /// Tells of a log that a reader holds.
    func tell(_ event: LedgerEvent) {
        switch event {
        case .logHeld(let log):
            self.log(
                .warning, .logHeld,
                "the ledger's log has \(log.size >> 20) MiB and grows, because another program reads an old moment of the"
                    + " ledger (\(log.holder)): end it")
        case .logReleased(let log):
            self.log(.notice, .logReleased, "the ledger's log is written back; it had \(log.size >> 20) MiB")
        case .damaged: break
        }
    }

    func tell(_ pruned: Pruned) {
        log(
            .notice, .pruned,
            "kept for long enough and deleted: \(pruned.requests.counted("closed request")), "
                + "\(pruned.runs.counted("run")), \(pruned.answers.counted("answer")) to idempotency keys",
            [
                "pruned_requests": "\(pruned.requests)", "pruned_runs": "\(pruned.runs)",
                "pruned_answers": "\(pruned.answers)",
            ])
    }
}

/// Deletes what has been kept for long enough.
struct PruningService: ServiceLifecycle.Service {
    let daemon: Daemon

    func run() async {
        await cancelWhenGracefulShutdown {
            await withTaskExecutorPreference(daemon.maintenancePool) { await daemon.pruner.run() }
        }
    }
}

/// Where the parts that the daemon is made of find it, once it is made.
final class Relay: Sendable {
    private let known = Mutex<WeakDaemon>(WeakDaemon())

    private struct WeakDaemon: Sendable {
        weak var daemon: Daemon?
    }

    var daemon: Daemon? {
        get { known.withLock(\.daemon) }
        set { known.withLock { $0.daemon = newValue } }
    }
}

extension Daemon {
    /// Serves what the providers offer now, or, where the ledger's storage does not take it, once it does.
    func serveProvidersOnceWritten() async throws(LedgerError) {
        do throws(LedgerError) {
            try await serveProviders()
        } catch  where error.isOfStorage {
            storageHealth.failed(error)
        }
    }
}
