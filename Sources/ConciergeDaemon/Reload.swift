import ConciergeEngine
import ConciergeKit
import Logging

/// Takes a new configuration while the daemon serves, all of it or nothing. The sections `control` and `journal`, and
/// the lodge's language and stop limit, hold from the next start.
struct Reload: Sendable {
    /// Why a reload was not done, or not wholly.
    enum Failure: Error {
        /// The configuration is bad; the running one stays in force.
        case refused(ConfigurationError)
        /// It was taken, and what it serves takes effect once the ledger can be written.
        case ledger(LedgerError)
    }

    /// What is handed a part of the new configuration.
    struct Parts: Sendable {
        let supervisor: Supervisor
        let serving: Serving
        let access: AccessRules
        let names: LoginNames
        let streams: OpenStreams
        let pruner: Pruner
    }

    let source: ConfigurationSource
    let parts: Parts
    let notifier: ServiceNotifier
    let journal: Journal

    func run() async throws(Failure) {
        notifier.reloading()
        defer { notifier.ready() }
        let configuration: DaemonConfiguration
        do throws(ConfigurationError) {
            // Validated whole: nothing is changed where any section is wrong.
            let tree: ConfigurationTree
            (tree, configuration) = try source.read()
            let zone = configuration.lodge.timeZone
            let made = try await parts.supervisor.make(from: tree, zone: zone)

            // Swapped.
            await parts.supervisor.adopt(made)
            await parts.access.replace(with: configuration.access)
            parts.serving.adopt(configuration.schedules, zone: zone)
            parts.pruner.adopt(configuration.retention.rules)
            await parts.names.refresh()
        } catch {
            journal.log(.error, .reloadRefused, "the configuration was refused, the old one holds: \(error)")
            throw .refused(error)
        }
        // Streams are checked again: their callers may have lost the role for them.
        parts.streams.checkAgain()
        do throws(LedgerError) {
            // Where the ledger's storage does not take it now, it is served once it does.
            try await parts.serving.serveOnceWritten()
        } catch {
            journal.log(.error, .ledgerUnavailable, error.description)
            throw .ledger(error)
        }
        journal.log(.notice, .reloaded, "the configuration was read again")
        journal.tellDoubts(of: configuration, serving: parts.serving.served.registry)
    }
}
