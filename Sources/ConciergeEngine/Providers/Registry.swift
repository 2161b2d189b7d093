package import ConciergeKit

/// All that is served now, found by id.
package struct Registry: Sendable {
    /// Tells this lodge from others: the parts of schedules' spreads are drawn from it.
    private let lodge: String
    /// Times in what providers say are those of this zone's clocks.
    package let zone: Zone
    package private(set) var providers: [ProviderContents] = []
    private var services: [String: (provider: String, table: ServiceTable)] = [:]
    private var tasks: [String: (provider: String, task: TaskDefinition)] = [:]
    private var manifests: [String: ProviderManifest] = [:]
    private var tasksByProvider: [String: [TaskDefinition]] = [:]
    package private(set) var schedules: [String: Schedule] = [:]
    private var delays: [String: Duration] = [:]

    package init(lodge: String = "", zone: Zone = .utc) {
        self.lodge = lodge
        self.zone = zone
    }

    package mutating func add(_ provider: ProviderContents) {
        providers.append(provider)
        let id = provider.manifest.id
        manifests[id] = provider.manifest
        for table in provider.services { services[table.id] = (id, table) }
        for task in provider.tasks { tasks[task.id] = (id, task) }
        tasksByProvider[id] = provider.tasks
        for schedule in provider.schedules { set(schedule) }
    }

    /// Adds a schedule, or puts another in the place of the one with its id.
    package mutating func set(_ schedule: Schedule) {
        schedules[schedule.id] = schedule
        delays[schedule.id] = delay(within: schedule.spread, for: schedule.id)
    }

    private func delay(within spread: Duration, for id: String) -> Duration {
        guard spread.milliseconds > 0 else { return .zero }
        return .milliseconds(Int64(Fingerprint.hash(of: [lodge, id]) % UInt64(spread.milliseconds)))
    }

    /// How much later than the calendar says a schedule triggers its task: the same at every elapse and every start.
    package func delay(of schedule: String) -> Duration { delays[schedule] ?? .zero }

    package func service(_ id: String) -> (provider: String, table: ServiceTable)? { services[id] }
    package func task(_ id: String) -> (provider: String, task: TaskDefinition)? { tasks[id] }
    package func manifest(of provider: String) -> ProviderManifest? { manifests[provider] }
    package var serviceIDs: Set<String> { Set(services.keys) }
    package var taskIDs: Set<String> { Set(tasks.keys) }

    func tasks(of provider: String) -> [TaskDefinition] { tasksByProvider[provider] ?? [] }
    func ratedTasks(of provider: String) -> [TaskDefinition] { tasks(of: provider).filter { $0.rate != nil } }

    /// How many runs of a provider may be under way at once; nil where it is not served.
    func concurrency(of provider: String) -> Int? { manifests[provider]?.concurrency }
}
