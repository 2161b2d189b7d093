import ConciergeEngine
import ConciergeKit
import Logging
import Product
import Synchronization
import Systemd

extension Daemon: DaemonInformation {
    var providers: [ProviderContents] { registry.providers }

    func table(of service: String) -> ServiceTable? { registry.service(service)?.table }

    func serves(task: String) -> Bool { registry.task(task) != nil }

    func providerStatuses() async -> [ProviderStatus] {
        let holds = await loop.holds
        return await supervisor.statuses.map { status in
            let id = status.manifest.id
            return ProviderStatus(status: status, pause: holds.pauses[id], breaker: holds.breakers[id])
        }
    }

    func schedules() async -> [ScheduleStatus] {
        let schedules = registry.schedules
        return await loop.marks.compactMap { mark, due in
            schedules[mark.id].map { ScheduleStatus(schedule: $0, mark: mark, due: due) }
        }
    }

    func status() async throws(LedgerError) -> DaemonStatus {
        let statuses = await supervisor.statuses
        let condition = await ledgerCondition()
        let unattended = try await ledger.left(by: registry)
        return DaemonStatus(
            version: Product.version, isStopping: isStopping.withLock(\.self), startedAt: startedAt,
            store: options.stateDirectory + "/ledger.sqlite",
            providersServing: statuses.count { if case .serving = $0.state { true } else { false } },
            providers: statuses.count, trouble: storageHealth.trouble, heldLog: condition.heldLog,
            counts: try await ledger.counts(),
            unattendedRequests: unattended.openRequests.values.reduce(0, +),
            unattendedRuns: unattended.queuedRuns.values.reduce(0, +), nextDue: await loop.nextDue)
    }

    func whyNotServed(_ id: String) async -> Text? {
        let provider = id.prefix { $0 != "." }
        guard let status = await supervisor.statuses.first(where: { $0.manifest.id == provider }) else { return nil }
        let name = status.manifest.name
        func words(_ state: Text) -> Text {
            let isItself = id == provider
            return Text(
                fr: isItself
                    ? "le fournisseur « \(name.fr) » (\(id)) \(state.fr)"
                    : "« \(id) » n'est pas servi en ce moment : le fournisseur « \(name.fr) » \(state.fr)",
                en: isItself
                    ? "the provider \"\(name.en)\" (\(id)) \(state.en)"
                    : "\"\(id)\" is not served now: the provider \"\(name.en)\" \(state.en)")
        }
        switch status.state {
        case .serving: return nil
        case .waiting: return words(Text(fr: "n'est pas encore prêt", en: "is not ready yet"))
        case .setAside, .unreadable: return words(Text(fr: "est mis de côté", en: "is set aside"))
        case .quarantined: return words(Text(fr: "est en quarantaine", en: "is in quarantine"))
        }
    }

    func isRegistered(_ provider: String) -> Bool { registered.contains { $0.manifest.id == provider } }

    /// Takes a new configuration, all of it or nothing. The sections `control` and `journal`, and the lodge's language
    /// and stop limit, hold from the next start.
    func reload() async throws(ReloadError) {
        manager.reloading(status: "Reading the configuration")
        defer { tellReady() }
        let configuration: DaemonConfiguration
        do throws(ConfigurationError) {
            let tree = try ConfigurationTree(
                mainFile: options.configurationFile, requiresMainFile: options.config != nil)
            configuration = try DaemonConfiguration(tree, providers: registered.map(\.manifest.id))
            try await supervisor.makeAll(from: tree, zone: configuration.lodge.timeZone)
            await access.replace(with: configuration.access)
            streams.checkAgain()
            schedulesWanted.withLock {
                $0 = SchedulesWanted(sections: configuration.schedules, zone: configuration.lodge.timeZone)
            }
            pruner.adopt(configuration.retention)
            await names.refresh()
        } catch {
            journal.log(.error, .reloadRefused, "the configuration was refused, the old one holds: \(error)")
            throw .refused(error)
        }
        do throws(LedgerError) {
            try await serveProvidersOnceWritten()
            journal.log(.notice, .reloaded, "the configuration was read again")
            tellDoubts(configuration)
        } catch {
            journal.log(.error, .ledgerUnavailable, error.description)
            throw .ledger(error)
        }
    }

    /// Tells the service manager that all is well.
    func tellReady() {
        manager.ready(status: statusLine)
    }
}
