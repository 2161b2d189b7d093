import ConciergeEngine
import ConciergeKit
import JSON

// What waits for a provider that does not serve: one that is set aside or not ready, or that left the build.

extension Ledger {
    /// What nobody serves.
    nonisolated(nonsending) func left(by registry: Registry) async throws(LedgerError) -> Backlog {
        try await backlog(besides: registry.serviceIDs, registry.taskIDs)
    }
}

extension ControlHandler {
    /// By provider, how many open requests it does not serve now. One of which runs alone wait has none.
    func unattended() async throws(LedgerError) -> [String: Int] {
        let providers = manager.providers
        let backlog = try await ledger.backlog(
            besides: Set(providers.flatMap { $0.services.map(\.id) }), Set(providers.flatMap { $0.tasks.map(\.id) }))
        var counts: [String: Int] = [:]
        for (service, count) in backlog.openRequests { counts[service.provider, default: 0] += count }
        for (task, _) in backlog.queuedRuns { counts[task.provider, default: 0] += 0 }
        return counts
    }

    /// The providers among them that are not of this build.
    func absent(from statuses: [Supervisor.Status], _ unattended: [String: Int]) -> [String] {
        Set(unattended.keys).subtracting(statuses.map(\.manifest.id)).sorted()
    }

    /// Where the schedules stand whose providers do not serve now. One that a serving provider does not have any more
    /// was given up by its author.
    func unattendedSchedules() async throws(LedgerError) -> [ScheduleMark] {
        let serving = Set(manager.providers.map(\.manifest.id))
        let known = Set(manager.providers.flatMap(\.schedules).map(\.id))
        return try await ledger.scheduleMarks().filter { mark in
            mark.id.contains(".") && !known.contains(mark.id) && !serving.contains(mark.id.provider)
        }
    }
}

extension String {
    /// The provider of a service, task or schedule, from its id.
    fileprivate var provider: String { String(prefix { $0 != "." }) }
}

extension JSONWriter {
    /// A provider that this build does not have.
    mutating func absent(_ id: String, unattended: Int?) {
        beginObject()
        member("id", id)
        key("name")
        value(["fr": .string(id), "en": .string(id)])
        key("summary")
        value(["fr": "", "en": ""])
        member("state", "absent")
        for list in ["services", "tasks", "schedules", "holds"] { member(list, [String]()) }
        if let unattended { member("unattended", unattended) }
        endObject()
    }
}

extension ScheduleMark {
    func writeUnattended(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("recurrence", recurrence)
        writer.member("last", last)
        writer.member("next", next)
        writer.endObject()
    }
}
