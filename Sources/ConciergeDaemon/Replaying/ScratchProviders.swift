import ConciergeEngine
import ConciergeKit
import Foundation

/// The providers of this build, made in a scratch folder that is deleted once they are: their rules are called, and
/// nothing of theirs is served.
struct ScratchProviders {
    let registry: Registry
    /// Why providers cannot serve.
    let absent: [ProviderID: String]

    private let supervisor: Supervisor

    /// Makes all providers from a configuration. ``end()`` must follow.
    ///
    /// - Throws: ``ConfigurationError`` if a section is invalid.
    init(
        _ providers: [RegisteredProvider], from tree: ConfigurationTree, zone: Zone, calendars: CalendarBook
    ) async throws {
        let scratch = NSTemporaryDirectory() + "concierged-replay-\(UUID().uuidString)"
        supervisor = Supervisor(inspecting: providers, tree: tree, zone: zone, scratch: scratch)
        // Rules do not use the folder, so that a replay that is killed leaves nothing.
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        try await supervisor.makeAll(from: tree, zone: zone)
        var registry = Registry(zone: zone, calendars: calendars)
        for contents in await supervisor.registry.providers { registry.add(contents) }
        self.registry = registry
        absent = await supervisor.statuses.reduce(into: [:]) { absent, status in
            guard let reason = status.state.reason else { return }
            absent[ProviderID(status.manifest.id)] = "its provider cannot serve: \(reason)"
        }
    }

    /// Ends the providers.
    func end() async { await supervisor.endAll() }
}

extension Supervisor.Status.State {
    /// Why the provider does not serve; nil if it does.
    fileprivate var reason: String? {
        switch self {
        case .serving: nil
        case .waiting(let reason, _, _), .setAside(let reason, _), .unreadable(let reason): reason
        case .quarantined(let quarantine): quarantine.cause
        }
    }
}
