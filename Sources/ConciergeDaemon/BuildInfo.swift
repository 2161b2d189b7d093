import ConciergeEngine
import ConciergeKit
import CrashGuard
import Foundation
import JSON

/// `concierged --build-info`: what the program consists of. It serves nothing, and neither reads nor changes a ledger.
///
/// A provider's services and tasks are known once the provider is made. It is made in a scratch folder, from the
/// configuration that `--config` names, otherwise from the defaults of its settings.
struct BuildInfo: Encodable {
    struct Provider: Encodable {
        let id: String
        let version: String
        let module: String
        var services: [Service]?
        var tasks: [String]?
        /// Why the services and tasks are not known.
        var reason: String?
    }

    struct Service: Encodable {
        let id: String
        let recordVersion: Int
        let fingerprint: String
    }

    let name: String
    let version: String
    let core: String
    private(set) var providers: [Provider] = []

    /// - Throws: ``StartFailure`` if the configuration that `--config` names cannot be read.
    init(_ program: Program, _ options: Options, _ registered: [RegisteredProvider]) async throws(StartFailure) {
        (name, version, core) = (program.name, program.version, program.core)
        let tree: ConfigurationTree
        do throws(ConfigurationError) {
            tree =
                try options.config.map { file throws(ConfigurationError) in try ConfigurationTree(mainFile: file) }
                ?? .empty
        } catch {
            throw StartFailure(status: StartFailure.badConfiguration, words: error.text)
        }
        let scratch = NSTemporaryDirectory() + "concierged-build-info-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        for provider in registered { providers.append(await Self.inspect(provider, tree, scratch)) }
    }

    private static func inspect(
        _ provider: RegisteredProvider, _ tree: ConfigurationTree, _ scratch: String
    ) async -> Provider {
        var found = Provider(id: provider.manifest.id, version: provider.manifest.version, module: provider.module)
        let supervisor = Supervisor(inspecting: [provider], tree: tree, zone: .utc, scratch: scratch)
        do {
            try await supervisor.makeAll(from: tree, zone: .utc)
            switch await supervisor.statuses.first?.state {
            case .serving(let contents):
                found.services = contents.services.map {
                    Service(id: $0.id.rawValue, recordVersion: $0.records.version, fingerprint: $0.fingerprint)
                }
                found.tasks = contents.tasks.map(\.id)
            case .waiting(let reason, _, _): found.reason = "it is not ready: \(reason)"
            case .setAside(let reason, _), .unreadable(let reason): found.reason = reason
            // Without a ledger there are no quarantines.
            case .quarantined, nil: break
            }
        } catch {
            found.reason = error.description
        }
        await supervisor.endAll()
        return found
    }

    /// The text for people.
    var text: String {
        var lines = ["\(name) \(version)", "core \(core)"]
        for provider in providers {
            lines += ["", "\(provider.id) \(provider.version), module \(provider.module)"]
            lines += (provider.services ?? []).map { service in
                "  service  \(service.id), record version \(service.recordVersion), fingerprint \(service.fingerprint)"
            }
            lines += (provider.tasks ?? []).map { "  task     \($0)" }
            if let reason = provider.reason { lines.append("  its services and tasks are not known: \(reason)") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The JSON for programs, in one line.
    func json() throws -> String { String(decoding: try JSONCoding.encode(self), as: UTF8.self) + "\n" }
}

extension ConfigurationTree {
    /// A configuration without any key.
    static let empty = ConfigurationTree(root: .absent(from: "the defaults"), mainFile: "the defaults", files: [])
}

extension Supervisor {
    /// A supervisor that makes providers to look at them, in a scratch folder. What they log is discarded.
    init(
        inspecting providers: [RegisteredProvider], tree: ConfigurationTree, zone: Zone, scratch: String,
        checkStored: @escaping @Sendable (ProviderContents) async throws(LedgerError) -> UpgradeFindings = { _ in
            UpgradeFindings()
        }
    ) {
        self.init(
            providers, tree: tree, zone: zone, stateDirectory: scratch,
            pool: HandlerPool(marking: .inMemory(), clock: Daemon.monotonicClock), clock: Daemon.systemClock,
            log: { _, _ in }, providerLog: { _, _ in }, checkStored: checkStored)
    }
}
