import ConciergeEngine
import ConciergeKit
import Synchronization
import Systemd

/// Tells the service manager what the daemon does.
final class ServiceNotifier: Sendable {
    private let manager: ServiceManager
    private let served: ServedRegistry
    /// Of this build.
    private let providers: Int
    private let trouble = Mutex<StorageHealth.Trouble?>(nil)

    init(_ manager: ServiceManager, served: ServedRegistry, of providers: Int) {
        self.manager = manager
        self.served = served
        self.providers = providers
    }

    /// All is well.
    func ready() { manager.ready(status: line) }

    func reloading() { manager.reloading(status: "Reading the configuration") }

    func stopping() { manager.stopping(status: "Finishing what is under way") }

    /// The ledger takes no changes any more, or takes them again.
    func note(_ trouble: StorageHealth.Trouble?) {
        self.trouble.withLock { $0 = trouble }
        manager.status(line)
    }

    private var line: String {
        if let trouble = trouble.withLock(\.self) { return "Only reading: \(trouble.error.description)" }
        return "Serving \(served.registry.providers.count) of \(providers) providers"
    }
}

/// Since when the daemon serves, and whether it stops.
final class Lifetime: Sendable {
    let startedAt: Instant
    private let stopping = Atomic(false)

    init(startedAt: Instant) { self.startedAt = startedAt }

    var isStopping: Bool { stopping.load(ordering: .acquiring) }

    func stop() { stopping.store(true, ordering: .releasing) }
}
