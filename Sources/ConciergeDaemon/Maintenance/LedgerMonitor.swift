import ConciergeEngine
import ConciergeKit
import CrashGuard
import Glibc
import Logging
import Synchronization

/// Checks the ledger's condition.
struct LedgerMonitor: Sendable {
    let ledger: any Ledger
    let health: StorageHealth
    let stop: EmergencyStop

    /// The condition of the ledger. If the ledger's files are gone, the daemon ends.
    func condition() async -> LedgerCondition {
        do throws(LedgerError) {
            return try await ledger.condition()
        } catch {
            if case .lost = error { stop(because: error) } else { health.failed(error) }
            return LedgerCondition()
        }
    }
}

/// Ends the daemon because the disk may not keep what was committed. Everything that was answered before is on disk,
/// unless the ledger's files are gone: then the contents of the ledger are saved to another file if possible.
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
    /// Probes the ledger while there is a trouble, on the maintenance pool, because a failing disk may block.
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
    /// Logs that the ledger no longer accepts changes, or that it accepts them again after `lasted`.
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

    /// Logs the names in a configuration that do not exist, and its calendars that never elapse.
    func tellDoubts(of configuration: DaemonConfiguration, serving registry: Registry) {
        for doubt in configuration.doubts(serving: registry, at: Daemon.systemClock()) {
            log(.warning, nil, "the configuration: \(doubt.description)")
        }
    }

    /// Logs that nothing is deleted because the clock may be wrong.
    func tellDoubt(of now: Instant, after newest: Instant) {
        log(
            .warning, .clockDoubted,
            "nothing is deleted for its age: the clock shows \(now), and the newest history line of more than a week ago "
                + "is of \(newest). If the clock is right, that ends by itself within days of work")
    }

    /// Logs which schedules and runs waited for a moment of a clock that was ahead.
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

    /// Logs that a reader holds the ledger's log, or that the log is written back.
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
