import ConciergeEngine
import ConciergeKit
import Glibc
import Logging
import Systemd

extension Daemon {
    /// Looks whether a provider can read all that is stored of its services, and brings up to date what must be before
    /// it serves. A start of the same build has nothing to look at.
    static func admit(
        _ contents: ProviderContents, to ledger: any Ledger, _ journal: Journal, _ manager: ServiceManager
    ) async throws(LedgerError) -> Stock {
        let id = contents.manifest.id
        let begun = systemClock()
        let stock = try await ledger.admit(contents, build: Self.build, now: begun) { _ in
            // A million requests take longer to read than the service manager waits for a start.
            manager.extendTimeout(by: .seconds(60))
        }
        if stock.count > 0 {
            let time = systemClock() - begun
            journal.log(
                .info, nil,
                "\(id): \(stock.count.counted("stored request was", "stored requests were")) looked at in \(time)",
                ["provider": id])
        }
        if stock.outdated > 0, stock.complaint == nil {
            journal.log(
                .notice, .requestsUpgraded,
                "\(id): \(stock.outdated.counted("request was", "requests were")) brought up to date",
                ["provider": id])
        }
        return stock
    }

    /// Tells of open requests that nobody serves.
    func tellUnattended() async throws(LedgerError) {
        let left = try await ledger.left(by: registry)
        for (service, count) in left.openRequests.sorted(by: { $0.key < $1.key }) {
            journal.log(
                .warning, .requestsUnattended,
                "\(count.counted("open request waits", "open requests wait")), nobody serves \(service)",
                ["service": service])
        }
        for (task, count) in left.queuedRuns.sorted(by: { $0.key < $1.key }) {
            journal.log(
                .warning, .requestsUnattended, "\(count.counted("run waits", "runs wait")), nobody serves \(task)",
                ["task": task])
        }
    }

    /// Tells one build of the program from another: the file it runs from, and when that was last changed.
    static let build: String = {
        var status = stat()
        guard stat("/proc/self/exe", &status) == 0 else { return "" }
        let times = [status.st_mtim, status.st_ctim].map { "\($0.tv_sec).\($0.tv_nsec)" }
        return "\(status.st_ino) \(status.st_size) \(times.joined(separator: " "))"
    }()
}
