import ConciergeEngine
import ConciergeKit
import Foundation
import SQLiteLedger
import Synchronization
import UpgradeCheck

/// `concierged --check`: reports what it can find without serving. It reads the configuration, makes every provider
/// once in a scratch folder, and reads the stored requests if a ledger exists, even while a daemon uses the ledger. It
/// changes neither the configuration nor the ledger.
struct Check {
    private let options: Options
    private let providers: [RegisteredProvider]

    init(_ options: Options, _ providers: [RegisteredProvider]) {
        self.options = options
        self.providers = providers
    }

    func run() async throws {
        let scratch = NSTemporaryDirectory() + "concierged-check-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let source = ConfigurationSource(options, providers)
        let (tree, configuration, book) = try source.readAtStart()
        let (ledger, trouble) = try openLedger()
        let all = FindingsByProvider()
        let supervisor = Supervisor(
            inspecting: providers, tree: tree, zone: configuration.lodge.timeZone, scratch: scratch,
            checkStored: { contents throws(LedgerError) in
                guard let ledger else { return UpgradeFindings() }
                let findings = try await ledger.scan(contents.services)
                all.keep(findings, of: contents.manifest.id)
                return findings
            })
        do {
            try await supervisor.makeAll(from: tree, zone: configuration.lodge.timeZone)
            try source.check(book, for: await supervisor.registry.providers, tree)
        } catch {
            throw StartFailure(status: StartFailure.badConfiguration, reason: error.description)
        }
        let isSound = tell(await supervisor.statuses, all)
        let registry = await supervisor.registry
        await supervisor.endAll()
        try tellUnattended(ledger, registry)
        for unheard in registry.unheard { print(unheard.description) }
        tellDoubts(configuration, tree, registry)
        if let trouble { print("the ledger was not looked at: \(trouble)") }
        let files = tree.files.isEmpty ? "no configuration file; the defaults" : tree.files.joined(separator: ", ")
        print("checked: \(files)")
        if !isSound { throw StartFailure(status: StartFailure.badConfiguration, reason: "a provider cannot serve") }
    }

    /// Opens the ledger if it exists. If it cannot be read now, for example for lack of permission, returns the reason.
    private func openLedger() throws(StartFailure) -> (LedgerInspection?, trouble: LedgerError?) {
        do {
            return (try LedgerInspection(stateDirectory: options.stateDirectory), nil)
        } catch {
            switch error {
            // The daemon would not start with these errors.
            case .newer, .unreleased, .foreign, .damaged, .mixed: throw StartFailure(error)
            case .lost, .missing, .locked, .cannotOpen, .inUse, .unavailable, .full, .readOnly, .failing,
                .noRoomForBackup, .makesNoBackups, .stopping:
                return (nil, error)
            }
        }
    }

    /// Prints the state of each provider; returns whether all can serve, now or later.
    private func tell(_ statuses: [Supervisor.Status], _ all: FindingsByProvider) -> Bool {
        var isSound = true
        for status in statuses {
            let id = status.manifest.id
            switch status.state {
            case .serving:
                let findings = all[id]
                var line = "\(id): can serve"
                if findings.count > 0 { line += ", and read all of its \(findings.count.counted("stored request"))" }
                if findings.outdated > 0 { line += "; \(findings.outdated) will be brought up to date at start" }
                print(line)
            case .waiting(let reason, _, _): print("\(id): is not ready: \(reason)")
            case .setAside(let reason), .unreadable(let reason):
                print("\(id): cannot serve: \(reason)")
                isSound = false
            // A check has no quarantines: it makes every provider.
            case .quarantined: break
            }
        }
        return isSound
    }

    /// Prints where the configuration names something that does not exist. This is not an error: it may exist later, or
    /// on another machine.
    private func tellDoubts(_ configuration: DaemonConfiguration, _ tree: ConfigurationTree, _ registry: Registry) {
        for unknown in ResolvedAccess(configuration.access, in: .system).unknown {
            print(tree.error(at: ["access", unknown.key], reason: unknown.reason))
        }
        for doubt in configuration.doubts(serving: registry, at: Daemon.systemClock()) {
            print(tree.error(at: doubt.path, reason: doubt.reason, suggestion: doubt.suggestion))
        }
    }

    private func tellUnattended(_ ledger: LedgerInspection?, _ registry: Registry) throws {
        guard let ledger else { return }
        let left = try ledger.openRequests().filter { registry.service($0.key) == nil }
        for (service, count) in left.sorted(by: { $0.key < $1.key }) {
            print("\(service): \(count.counted("open request")) will wait, nobody serves it")
        }
    }
}

/// The findings in the ledger, by provider.
private final class FindingsByProvider: Sendable {
    private let all = Mutex<[String: UpgradeFindings]>([:])

    func keep(_ findings: UpgradeFindings, of provider: String) { all.withLock { $0[provider] = findings } }

    subscript(provider: String) -> UpgradeFindings { all.withLock { $0[provider] ?? UpgradeFindings() } }
}
