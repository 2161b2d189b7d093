import ConciergeEngine
import ConciergeKit
import CrashGuard
import Glibc
import Logging
import Synchronization

/// Looks after the ledger's storage.
struct LedgerMonitor: Sendable {
    let ledger: any Ledger
    let health: StorageHealth
    let stop: EmergencyStop

    /// How the ledger is. Where its files are gone the daemon ends.
    func condition() async -> LedgerCondition {
        do throws(LedgerError) {
            return try await ledger.condition()
        } catch {
            if case .lost = error { stop(because: error) } else { health.failed(error) }
            return LedgerCondition()
        }
    }
}

/// Ends the daemon because what was committed may not be kept. Everything that was answered before is on disk, unless
/// the ledger's files are gone: then what it has is saved, where that is possible.
struct EmergencyStop: Sendable {
    private static let isEnding = Atomic(false)

    let ledger: any Ledger
    let journal: Journal
    let crashes: CrashFile

    func callAsFunction(because error: LedgerError) {
        guard !Self.isEnding.exchange(true, ordering: .relaxed) else { return }
        var words = error.description
        if case .lost = error, let path = ledger.rescue() { words += "; all that was in it is saved in \(path)" }
        journal.log(.critical, .ledgerUnavailable, words)
        journal.flush()
        crashes.close()
        exit(StartFailure.ioError)
    }
}

extension StorageHealth {
    /// Has the ledger asked while there is trouble, on a thread that may be held: a disk in trouble takes its time.
    func probe(_ ledger: any Ledger, on pool: MaintenancePool) {
        probe(by: { health in
            Task.detached(executorPreference: pool) {
                do throws(LedgerError) {
                    try await ledger.probe()
                    health.probed(nil)
                } catch {
                    health.probed(error)
                }
            }
        })
    }
}

extension Journal {
    /// Tells that the ledger takes no changes any more, or takes them again after so long.
    func tell(_ trouble: StorageHealth.Trouble?, lasted: Duration?) {
        if let trouble {
            let outlook =
                trouble.error.isLasting
                ? "reading goes on as far as it goes; stop the daemon and restore a backup (concierged --restore)"
                : "reading goes on, and what must not be lost is kept and tried again"
            log(
                .error, .ledgerUnavailable,
                "\(trouble.error.description); what would change something is answered Unavailable, \(outlook)")
        } else {
            let span = lasted.map { "\(TimeSpan($0))" } ?? ""
            log(.notice, .ledgerRecovered, "the ledger takes changes again, after \(span)")
        }
    }

    /// Tells where a configuration names what there is not.
    func tellDoubts(of configuration: DaemonConfiguration, serving registry: Registry) {
        for doubt in configuration.doubts(serving: registry, at: Daemon.systemClock()) {
            log(.warning, nil, "the configuration: \(doubt.description)")
        }
    }

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
                ["schedule": now.id.rawValue])
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
