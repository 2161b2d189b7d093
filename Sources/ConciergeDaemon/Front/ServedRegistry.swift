import ConciergeEngine
import ConciergeKit
import Synchronization

/// The registry of what is served now. Event loops read it; a read does not block for long.
final class ServedRegistry: Sendable {
    private let current = Mutex(Registry())

    var registry: Registry { current.withLock(\.self) }

    func replace(with registry: Registry) { current.withLock { $0 = registry } }

    /// The table of a service; nil if the service is not served.
    func table(of service: ServiceID) -> ServiceTable? { current.withLock { $0.service(service)?.table } }

    /// A task; nil if it is not served.
    func task(_ id: TaskID) -> TaskDefinition? { current.withLock { $0.task(id)?.task } }
}

extension Ledger {
    /// Counts what waits for a provider that does not serve: one that is set aside, not ready, or no longer in the
    /// build.
    nonisolated(nonsending) func unattended(by registry: Registry) async throws(LedgerError) -> Unattended {
        try await unattended(besides: registry.serviceIDs, registry.taskIDs)
    }
}
