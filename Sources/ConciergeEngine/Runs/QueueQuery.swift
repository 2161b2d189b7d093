package import ConciergeKit

/// Which queued runs of a provider may begin.
package struct QueueQuery: Sendable {
    package let provider: ProviderID
    package let tasks: Set<TaskID>
    /// The schedules whose runs have to wait.
    package let notOfSchedules: Set<ScheduleID>
    /// The requests and runs in quarantine. The ledger also leaves out those that it has stored as quarantined.
    package let quarantined: Quarantined
    package let dueBy: Instant
    package var limit: Int

    package init(
        provider: ProviderID, tasks: Set<TaskID>, notOfSchedules: Set<ScheduleID> = [],
        quarantined: Quarantined = Quarantined(), dueBy: Instant, limit: Int
    ) {
        self.provider = provider
        self.tasks = tasks
        self.notOfSchedules = notOfSchedules
        self.quarantined = quarantined
        self.dueBy = dueBy
        self.limit = limit
    }

    package func takes(_ run: StoredRun) -> Bool {
        run.provider == provider && tasks.contains(run.task) && run.state == .queued && run.due <= dueBy
            && !(run.schedule.map(notOfSchedules.contains) ?? false) && !quarantined.holds(run)
    }

    /// The most urgent run first; among equally urgent runs, the one that was due first.
    package static func order(_ one: StoredRun, _ other: StoredRun) -> Bool {
        (other.priority, one.due, one.createdAt, one.id) < (one.priority, other.due, other.createdAt, other.id)
    }
}
