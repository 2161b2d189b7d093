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
            throw StartFailure(status: StartFailure.badConfiguration, words: error.text)
        }
        let isSound = tell(await supervisor.statuses, all)
        let registry = await supervisor.registry
        await supervisor.endAll()
        try tellUnattended(ledger, registry)
        for unheard in registry.unheard { print(unheard.description) }
        tellDoubts(configuration, tree, registry)
        if let trouble {
            Terminal.print(
                Text(
                    fr: "le registre n'a pas été examiné : \(trouble.words)",
                    en: "the ledger was not looked at: \(trouble.words)"))
        }
        let files = Text(verbatim: tree.files.joined(separator: ", "))
        Terminal.print(
            tree.files.isEmpty
                ? Text(
                    fr: "vérifié : aucun fichier de configuration ; les valeurs par défaut",
                    en: "checked: no configuration file; the defaults")
                : Text(fr: "vérifié : \(files)", en: "checked: \(files)"))
        if !isSound {
            throw StartFailure(
                status: StartFailure.badConfiguration,
                words: Text(fr: "un module ne peut pas servir", en: "a provider cannot serve"))
        }
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
                Terminal.print(Self.words(for: id, findings))
            case .waiting(let reason, _, _):
                Terminal.print(Text(fr: "\(id) : pas encore prêt : \(reason)", en: "\(id): is not ready: \(reason)"))
            case .setAside(let reason, let words):
                Self.tell(id, cannotServe: words ?? Text(verbatim: reason))
                isSound = false
            case .unreadable(let reason):
                Self.tell(id, cannotServe: Text(verbatim: reason))
                isSound = false
            // A check has no quarantines: it makes every provider.
            case .quarantined: break
            }
        }
        return isSound
    }

    private static func tell(_ id: String, cannotServe reason: Text) {
        Terminal.print(Text(fr: "\(id) : ne peut pas servir : \(reason)", en: "\(id): cannot serve: \(reason)"))
    }

    /// What is said of a provider that can serve.
    private static func words(for id: String, _ findings: UpgradeFindings) -> Text {
        let count = findings.count
        var words = Text(fr: "\(id) : peut servir", en: "\(id): can serve")
        if count > 0 {
            words = Text(
                fr: "\(words), et lire \(count == 1 ? "sa demande enregistrée" : "ses \(count) demandes enregistrées")",
                en: "\(words), and read all of its \(count.counted("stored request"))")
        }
        if findings.outdated > 0 {
            words = Text(
                fr: "\(words) ; \(findings.outdated, "sera mise", "seront mises") à jour au démarrage",
                en: "\(words); \(findings.outdated) will be brought up to date at start")
        }
        return words
    }

    /// Prints where the configuration names something that does not exist. This is not an error: it may exist later, or
    /// on another machine.
    private func tellDoubts(_ configuration: DaemonConfiguration, _ tree: ConfigurationTree, _ registry: Registry) {
        for unknown in ResolvedAccess(configuration.access, in: .system).unknown {
            Terminal.print(tree.error(at: ["access", unknown.key], words: unknown.words).text)
        }
        for doubt in configuration.doubts(serving: registry, at: Daemon.systemClock()) {
            Terminal.print(tree.error(at: doubt.path, reason: doubt.reason, suggestion: doubt.suggestion).text)
        }
    }

    private func tellUnattended(_ ledger: LedgerInspection?, _ registry: Registry) throws {
        guard let ledger else { return }
        let left = try ledger.openRequests().filter { registry.service($0.key) == nil }
        for (service, count) in left.sorted(by: { $0.key < $1.key }) {
            Terminal.print(
                Text(
                    fr:
                        "\(service) : \(count, "demande ouverte attendra", "demandes ouvertes attendront"), aucun module ne sert ce service",
                    en: "\(service): \(count.counted("open request")) will wait, nobody serves it"))
        }
    }
}

/// The findings in the ledger, by provider.
private final class FindingsByProvider: Sendable {
    private let all = Mutex<[String: UpgradeFindings]>([:])

    func keep(_ findings: UpgradeFindings, of provider: String) { all.withLock { $0[provider] = findings } }

    subscript(provider: String) -> UpgradeFindings { all.withLock { $0[provider] ?? UpgradeFindings() } }
}
