import ConciergeEngine
import ConciergeKit
import ConciergeProtocol

/// The use cases that read the providers, services and schedules, and their state.
struct ReadingProviders: Sendable {
    let ledger: any Ledger
    let supervisor: Supervisor
    let loop: EngineLoop
    let served: ServedRegistry

    func providers() async throws -> ManagerMethods.Providers.Reply {
        let holds = await loop.holds
        let statuses = await supervisor.statuses
        let unattended = try await unattended()
        let absent = Set(unattended.keys).subtracting(statuses.map { ProviderID($0.manifest.id) }).sorted()
        return ManagerMethods.Providers.Reply(
            providers: statuses.map { status in
                let id = ProviderID(status.manifest.id)
                return Wire.Provider(
                    status, pause: holds.pauses[id], breaker: holds.breakers[id], unattended: unattended[id])
            } + absent.map { Wire.Provider(absent: $0.rawValue, unattended: unattended[$0]) })
    }

    func services(_ call: ManagerMethods.Services) async throws -> ManagerMethods.Services.Reply {
        let registry = served.registry
        let found = registry.providers.flatMap { contents in
            contents.services.filter { call.id == nil || $0.id.rawValue == call.id }
                .map { Wire.Service($0, provider: contents.manifest.id, zone: registry.zone) }
        }
        let left = served.left.filter { call.id == nil || $0.table.id.rawValue == call.id }.map { left in
            var service = Wire.Service(left.table, provider: left.provider, zone: registry.zone)
            service.served = false
            return service
        }
        if let wanted = call.id, found.isEmpty, left.isEmpty {
            throw await supervisor.explanation(of: wanted, .notFound(wanted))
        }
        return ManagerMethods.Services.Reply(services: found + left)
    }

    func schedules() async throws -> ManagerMethods.Schedules.Reply {
        let schedules = served.registry.schedules
        let marks = await loop.marks
        return ManagerMethods.Schedules.Reply(
            schedules: marks.compactMap { mark, due in
                schedules[mark.id].map { Wire.Schedule($0, mark, due: due) }
            },
            unattended: try await unattendedSchedules().map { Wire.Schedule.Unattended($0) })
    }

    /// The number of open requests that are not served now, by provider. It is 0 for a provider of which only runs
    /// wait.
    private func unattended() async throws(LedgerError) -> [ProviderID: Int] {
        let unattended = try await ledger.unattended(by: served.registry)
        var counts: [ProviderID: Int] = [:]
        for (service, count) in unattended.openRequests { counts[service.provider, default: 0] += count }
        for (task, _) in unattended.queuedRuns { counts[task.provider, default: 0] += 0 }
        return counts
    }

    /// The marks of the schedules whose providers do not serve now. A schedule that a serving provider no longer
    /// declares is left out: its author has removed it.
    private func unattendedSchedules() async throws(LedgerError) -> [ScheduleMark] {
        let providers = served.registry.providers
        let serving = Set(providers.map(\.id))
        let known = Set(providers.flatMap(\.schedules).map(\.key))
        return try await ledger.scheduleMarks().filter { mark in
            mark.id.provider.map { !serving.contains($0) } ?? false && !known.contains(mark.id)
        }
    }
}
