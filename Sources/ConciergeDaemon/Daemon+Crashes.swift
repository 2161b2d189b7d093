import ConciergeEngine
import ConciergeKit
import ConciergeStore
import Glibc
import Logging

extension Daemon {
    /// Nanoseconds that no step of the clock shifts.
    static let monotonicClock: @Sendable () -> UInt64 = {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    }

    /// When the machine was booted, by its wall clock, in seconds: tells one boot from another.
    private static var boot: Int64 {
        var (now, sinceBoot) = (timespec(), timespec())
        clock_gettime(CLOCK_REALTIME, &now)
        clock_gettime(CLOCK_BOOTTIME, &sinceBoot)
        return Int64(now.tv_sec - sinceBoot.tv_sec)
    }

    /// Records what the life before died of, and begins a new one in the crash file.
    ///
    /// The file is emptied after the ledger has it all; a crash in between is recorded once, by its id.
    static func beginLife(
        in directory: String, _ ledger: any Ledger, _ journal: Journal
    ) async throws(StartFailure) -> CrashFile {
        let opened = CrashFile.open(in: directory)
        for warning in opened.warnings { journal.log(.warning, .crashFileSetAside, warning) }
        let boot = boot
        if let report = opened.report {
            let analysis = CrashAnalysis(report, now: systemClock(), boot: boot)
            do throws(LedgerError) {
                journal.tell(analysis, try await ledger.record(analysis.crashes, by: CrashPolicy()))
            } catch {
                throw StartFailure(error)
            }
        }
        opened.file.begin(life: .random(in: .min ... .max), boot: boot)
        if !opened.file.installHandler() {
            journal.log(.warning, .crashFileSetAside, "the signal handler cannot be installed; crashes have no name")
        }
        return opened.file
    }

    /// Takes a provider out of quarantine and makes it; false where it is in none.
    func release(provider: String, by actor: String) async throws(LedgerError) -> Bool {
        guard try await ledger.release(provider: provider) else { return false }
        journal.tellReleased(.provider, provider, by: actor)
        await supervisor.release(provider)
        try await serveProvidersOnceWritten()
        tellReady()
        return true
    }
}
