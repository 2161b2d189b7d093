import ConciergeEngine
import ConciergeKit
import Synchronization
import Systemd

/// Notifies the service manager of the daemon's state.
final class ServiceNotifier: Sendable {
    private let manager: ServiceManager
    private let served: ServedRegistry
    /// The number of providers in this build.
    private let providers: Int
    private let trouble = Mutex<StorageHealth.Trouble?>(nil)

    init(_ manager: ServiceManager, served: ServedRegistry, of providers: Int) {
        self.manager = manager
        self.served = served
        self.providers = providers
    }

    /// Notifies that the daemon is ready, or that a reload has ended.
    func ready() { manager.ready(status: line) }

    func reloading() { manager.reloading(status: "Reading the configuration") }

    func stopping() { manager.stopping(status: "Finishing what is under way") }

    /// Notes that the ledger takes no changes any more, or, with nil, takes them again.
    func note(_ trouble: StorageHealth.Trouble?) {
        self.trouble.withLock { $0 = trouble }
        manager.status(line)
    }

    private var line: String {
        if let trouble = trouble.withLock(\.self) { return "Only reading: \(trouble.error.description)" }
        return "Serving \(served.registry.providers.count) of \(providers) providers"
    }
}

/// When the daemon started, and whether it is stopping.
final class Lifetime: Sendable {
    let startedAt: Instant
    private let stoppedAt = Mutex<ContinuousClock.Instant?>(nil)

    init(startedAt: Instant) { self.startedAt = startedAt }

    var isStopping: Bool { stoppedAt.withLock { $0 != nil } }

    func stop() { stoppedAt.withLock { $0 = $0 ?? .now } }

    /// What is left of a limit that began when the daemon began to stop; all of it before that.
    func rest(of limit: Duration) -> Duration {
        stoppedAt.withLock { max(.zero, limit - ($0?.duration(to: .now) ?? .zero)) }
    }
}
