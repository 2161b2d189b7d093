import ConciergeEngine
import ConciergeKit
import CrashGuard
import Glibc
import Logging
import SQLiteLedger

extension Daemon {
    /// The monotonic clock, in nanoseconds. Steps of the wall clock do not affect it.
    static let monotonicClock: @Sendable () -> UInt64 = {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    }

    /// Records what the previous daemon process died of, and starts a new record in the crash file.
    ///
    /// The file is emptied after the ledger has all of it. If the daemon crashes in between, each crash is still
    /// recorded once, by its id.
    static func beginLife(
        in directory: String, _ ledger: any Ledger, _ journal: Journal
    ) async throws(StartFailure) -> CrashFile {
        let (file, analysis, warnings) = CrashFile.takeOver(in: directory, at: systemClock())
        for warning in warnings { journal.log(.warning, .crashFileSetAside, warning) }
        if let analysis {
            do throws(LedgerError) {
                journal.tell(analysis, try await ledger.record(analysis.crashes, by: CrashPolicy()))
            } catch {
                throw StartFailure(error)
            }
        }
        if !file.begin() {
            journal.log(.warning, .crashFileSetAside, "the signal handler cannot be installed; crashes have no name")
        }
        return file
    }
}
