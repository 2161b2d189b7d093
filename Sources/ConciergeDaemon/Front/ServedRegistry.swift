import ConciergeEngine
import ConciergeKit
import Synchronization

/// The registry of what is served now. Event loops read it; a read does not block for long.
final class ServedRegistry: Sendable {
    /// A service that was served in this life of the daemon, and is not now.
    struct Left: Sendable {
        let provider: String
        let table: ServiceTable
    }

    private struct State {
        var registry = Registry()
        var left: [ServiceID: Left] = [:]
    }

    private let current = Mutex(State())

    var registry: Registry { current.withLock(\.registry) }

    /// The services that are not served any more: people still read what their requests say.
    var left: [Left] { current.withLock(\.left).values.sorted { $0.table.id.rawValue < $1.table.id.rawValue } }

    func replace(with registry: Registry) {
        current.withLock { state in
            for contents in state.registry.providers {
                for table in contents.services {
                    state.left[table.id] = Left(provider: contents.manifest.id, table: table)
                }
            }
            for table in registry.providers.flatMap(\.services) { state.left[table.id] = nil }
            state.registry = registry
        }
    }

    /// The table of a service; nil if the service is not served.
    func table(of service: ServiceID) -> ServiceTable? { current.withLock { $0.registry.service(service)?.table } }

    /// The table by which requests of a service are shown: that of a service which is not served any more too.
    func shownTable(of service: ServiceID) -> ServiceTable? { shown(service).table }

    /// The same, and whether the service is served now.
    func shown(_ service: ServiceID) -> (table: ServiceTable?, isServed: Bool) {
        current.withLock { state in
            if let table = state.registry.service(service)?.table { return (table, true) }
            return (state.left[service]?.table, false)
        }
    }

    /// A task; nil if it is not served.
    func task(_ id: TaskID) -> TaskDefinition? { current.withLock { $0.registry.task(id)?.task } }
}

extension Ledger {
    /// Counts what waits for a provider that does not serve: one that is set aside, not ready, or no longer in the
    /// build.
    nonisolated(nonsending) func unattended(by registry: Registry) async throws(LedgerError) -> Unattended {
        try await unattended(besides: registry.serviceIDs, registry.taskIDs)
    }
}
