import ConciergeEngine
import ConciergeKit
import Logging

/// Adopts a new configuration while the daemon serves, all of it or nothing. The sections `control` and `journal`, and
/// all of the lodge but its zone, take effect at the next start.
struct Reload: Sendable {
    /// Why a reload was not done, or not completely.
    enum Failure: Error {
        /// The configuration is invalid; the current one stays in force.
        case refused(ConfigurationError)
        /// The configuration was adopted, but serving it failed in the ledger for a reason other than its storage.
        case ledger(LedgerError)
    }

    /// The parts that adopt the new configuration.
    struct Parts: Sendable {
        let supervisor: Supervisor
        let serving: Serving
        let access: AccessRules
        let names: LoginNames
        let streams: OpenStreams
        let pruner: Pruner
        let calendars: WorkingCalendars
        let messages: ComposingMessages
    }

    let source: ConfigurationSource
    let parts: Parts
    let notifier: ServiceNotifier
    let journal: Journal

    /// Reloads may overlap; one adopts after the other.
    private let turns = OneAtATime()

    func run() async throws(Failure) {
        notifier.reloading()
        defer { notifier.ready() }
        let configuration: DaemonConfiguration
        do throws(ConfigurationError) {
            // The whole configuration is validated first: if any section is invalid, nothing changes.
            let tree: ConfigurationTree
            let book: MessageBook
            (tree, configuration, book) = try source.read()
            let read = configuration
            let made = try await parts.supervisor.make(from: tree, zone: read.lodge.timeZone)
            do throws(ConfigurationError) {
                try source.check(book, for: made.contents, tree)
            } catch {
                await parts.supervisor.discard(made)
                throw error
            }
            let isAdopted = try await turns.run { () async throws(ConfigurationError) in
                try await adopt(made, read, book)
            }
            guard isAdopted else {
                return journal.log(.notice, nil, "the configuration was read again later, and that one holds")
            }
        } catch {
            journal.log(.error, .reloadRefused, "the configuration was refused, the old one holds: \(error)")
            throw .refused(error)
        }
        // Streams are checked again, because the callers may have lost the role that a stream requires.
        parts.streams.checkAgain()
        do throws(LedgerError) {
            // If the ledger's storage refuses changes now, the providers are served once it accepts them again.
            try await parts.serving.serveOnceWritten()
        } catch {
            journal.log(.error, .ledgerUnavailable, error.description)
            throw .ledger(error)
        }
        journal.log(.notice, .reloaded, "the configuration was read again")
        journal.tellDoubts(of: configuration, serving: parts.serving.served.registry)
    }

    /// Replaces the old configuration by a new one, or returns false if one that was read later is in force.
    private func adopt(
        _ made: Supervisor.Made, _ configuration: DaemonConfiguration, _ book: MessageBook
    ) async throws(ConfigurationError) -> Bool {
        guard try await parts.supervisor.adopt(made) else { return false }
        await parts.access.replace(with: configuration.access)
        parts.serving.adopt(configuration)
        parts.pruner.adopt(configuration.retention.rules)
        parts.calendars.adopt(configuration.calendars)
        parts.messages.adopt(book)
        await parts.names.refresh()
        return true
    }
}
