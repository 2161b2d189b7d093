package import ConciergeKit

/// The services, tasks and schedules of one provider, checked.
package struct ProviderContents: Sendable {
    package let manifest: ProviderManifest
    package let services: [ServiceTable]
    package let tasks: [TaskDefinition]
    package let schedules: [Schedule]
    package let capacities: [Capacity]
    /// The settings that its section of the configuration gives, a JSON object.
    package var section = Array("{}".utf8)

    /// Checks the declarations of a provider. Throws an error that lists all mistakes. `zone` is the lodge's.
    package init(
        _ manifest: ProviderManifest, services: [any Service], tasks: [TaskDefinition], schedules: [Schedule],
        capacities: [Capacity] = [], settings: SectionSchema = NoSettings.schema, zone: Zone = .utc,
        folder: DurableFolder = DurableFolder("")
    ) throws(InvalidProvider) {
        self.manifest = manifest
        let tables = services.map { ServiceTable($0) }
        let states = tables.reduce(into: StateBook()) { $1.add(to: &$0) }
        self.services = tables
        let scope = TaskScope(states: states, tasks: Set(tasks.map(\.reference)), zone: zone, folder: folder)
        self.tasks = tasks.map { $0.within(scope) }
        self.schedules = schedules.map { $0.inLodge(of: zone) }
        self.capacities = capacities
        let mistakes = mistakes + settings.mistakes.map { "the setting \"\($0.name)\" \($0.says)" }
        guard mistakes.isEmpty else { throw InvalidProvider(provider: manifest.id, mistakes: mistakes) }
    }

    /// Checks the declarations of a provider. `zone` is the lodge's.
    package init(
        _ provider: some ServiceProvider, zone: Zone = .utc, folder: DurableFolder = DurableFolder("")
    ) throws(InvalidProvider) {
        try self.init(
            type(of: provider).manifest, services: provider.services, tasks: provider.tasks,
            schedules: provider.schedules, capacities: provider.capacities, settings: Self.settings(of: provider),
            zone: zone, folder: folder)
        // A list under another name compiles: the protocol's own is empty.
        if services.isEmpty, tasks.isEmpty {
            throw InvalidProvider(
                provider: manifest.id,
                mistakes: [
                    "it has neither services nor tasks: write var services: [any Service] { … } or "
                        + "var tasks: [TaskDefinition] { … }"
                ])
        }
    }

    private static func settings<P: ServiceProvider>(of provider: P) -> SectionSchema { P.Configuration.schema }

    private var mistakes: [String] {
        var mistakes = services.flatMap { service in service.mistakes.map { "\(service.id): \($0)" } }
        if !SemanticVersion.isValid(manifest.version) {
            mistakes.append("the version \"\(manifest.version)\" is not like 1.2.0 (semver.org)")
        }
        let ids = services.map(\.id.rawValue) + tasks.map(\.id)
        for id in ids where !id.hasPrefix("\(manifest.id).") {
            let own = id.split(separator: ".").last ?? "name"
            mistakes.append("\(id): the id must begin with \"\(manifest.id).\": write \"\(manifest.id).\(own)\"")
        }
        for id in Set(ids).sorted() where ids.count(where: { $0 == id }) > 1 {
            mistakes.append("\(id): the id is used twice: give each service and each task one of its own")
        }
        for key in Set(capacities.map(\.key)).sorted() where capacities.count(where: { $0.key == key }) > 1 {
            mistakes.append("the capacity of \"\(key)\" is declared twice: declare it once")
        }
        for capacity in capacities where capacity.units < 0 {
            mistakes.append("the capacity of \"\(capacity.key)\" is \(capacity.units): write how many there are, or 0")
        }
        for schedule in schedules {
            guard let task = tasks.first(where: { $0.id == schedule.task }) else {
                mistakes.append(
                    "\(schedule.id): the schedule's task \"\(schedule.task)\" is not the provider's: "
                        + "add its TaskDefinition to tasks")
                continue
            }
            mistakes += mismatch(of: task, schedule.reference).map { "\(schedule.id): \($0)" }
        }
        for id in Set(schedules.map(\.id)).sorted() where schedules.count(where: { $0.id == id }) > 1 {
            mistakes.append("\(id): two schedules have this id: give one of them another, Schedule(…, id: …)")
        }
        for schedule in schedules {
            if let mistake = schedule.recurrence.mistake { mistakes.append("\(schedule.id): \(mistake)") }
            for field in tasks.first(where: { $0.id == schedule.task })?.input.fields ?? [] where field.isRequired {
                mistakes.append(
                    "\(schedule.id): a schedule gives no input, and the task requires \"\(field.name)\": "
                        + "give it a default, or make it optional")
            }
        }
        for service in services {
            let awaited = service.rows.compactMap { if case .outcome(let task) = $0.trigger { task } else { nil } }
            for reference in Set(awaited).sorted(by: { $0.id < $1.id }) {
                guard let task = tasks.first(where: { $0.id == reference.id }) else {
                    mistakes.append(
                        "\(service.id): the task \"\(reference.id)\" is not the provider's: "
                            + "add its TaskDefinition to tasks")
                    continue
                }
                mistakes += mismatch(of: task, reference).map { "\(service.id): \($0)" }
            }
        }
        for task in tasks {
            mistakes += task.input.mistakes.map { "\(task.id): \"\($0.name)\" \($0.says)" }
            mistakes += task.mistakesForWorkers.map { "\(task.id): \($0)" }
        }
        return mistakes
    }

    /// The mistake if `reference` was made by another declaration than the one in the provider's list of tasks.
    private func mismatch(of task: TaskDefinition, _ reference: TaskReference) -> [String] {
        task.reference == reference
            ? [] : ["the task \"\(task.id)\" is declared twice, with other types: declare one TaskName"]
    }
}

extension ProviderContents {
    package var id: ProviderID { ProviderID(manifest.id) }
}

// Providers declare their names as text; the engine has a type for each kind of name.

extension TaskDefinition {
    package var key: TaskID { TaskID(id) }
}

extension Schedule {
    package var key: ScheduleID { ScheduleID(id) }
    package var triggered: TaskID { TaskID(task) }
}

/// A provider with a wrong table or list: a mistake of its author, found at start.
package struct InvalidProvider: Error, CustomStringConvertible {
    package let provider: String
    package let mistakes: [String]

    package var description: String { mistakes.joined(separator: "; ") }
}
