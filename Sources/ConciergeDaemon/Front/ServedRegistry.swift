import ConciergeEngine
import ConciergeKit
import Synchronization

/// What is served now. It is asked on event loops and answers at once.
final class ServedRegistry: Sendable {
    private let current = Mutex(Registry())

    var registry: Registry { current.withLock(\.self) }

    func replace(with registry: Registry) { current.withLock { $0 = registry } }

    /// A service's table, if it is served.
    func table(of service: ServiceID) -> ServiceTable? { current.withLock { $0.service(service)?.table } }

    /// Whether a task is served.
    func serves(task: TaskID) -> Bool { current.withLock { $0.task(task) != nil } }
}

extension Ledger {
    /// What waits for a provider that does not serve: one that is set aside or not ready, or that left the build.
    nonisolated(nonsending) func unattended(by registry: Registry) async throws(LedgerError) -> Unattended {
        try await unattended(besides: registry.serviceIDs, registry.taskIDs)
    }
}
