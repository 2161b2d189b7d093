package import ConciergeKit

/// What one provider offers, checked.
package struct ProviderContents: Sendable {
    package let manifest: ProviderManifest
    package let services: [ServiceTable]
    package let tasks: [TaskDefinition]
    package let schedules: [Schedule]

    /// Takes what a provider offers, or says all that is wrong with it. `zone` is the lodge's.
    package init(
        _ manifest: ProviderManifest, services: [any Service], tasks: [TaskDefinition], schedules: [Schedule],
        zone: Zone = .utc
    ) throws(InvalidProvider) {
        self.manifest = manifest
        self.services = services.map { ServiceTable($0) }
        self.tasks = tasks
        self.schedules = schedules.map { $0.inLodge(of: zone) }
        let mistakes = mistakes
        guard mistakes.isEmpty else { throw InvalidProvider(provider: manifest.id, mistakes: mistakes) }
    }

    /// What a provider offers, checked. `zone` is the lodge's.
    package init(_ provider: some ServiceProvider, zone: Zone = .utc) throws(InvalidProvider) {
        try self.init(
            type(of: provider).manifest, services: provider.services, tasks: provider.tasks,
            schedules: provider.schedules, zone: zone)
    }

    private var mistakes: [String] {
        var mistakes = services.flatMap { service in service.mistakes.map { "\(service.id): \($0)" } }
        let ids = services.map(\.id) + tasks.map(\.id)
        for id in ids where !id.hasPrefix("\(manifest.id).") {
            mistakes.append("\(id): the id must begin with \"\(manifest.id).\"")
        }
        for id in Set(ids).sorted() where ids.count(where: { $0 == id }) > 1 {
            mistakes.append("\(id): the id is used twice")
        }
        let known = Set(tasks.map(\.id))
        for schedule in schedules where !known.contains(schedule.task) {
            mistakes.append("\(schedule.id): the schedule's task \"\(schedule.task)\" is not the provider's")
        }
        for id in Set(schedules.map(\.id)).sorted() where schedules.count(where: { $0.id == id }) > 1 {
            mistakes.append("\(id): two schedules have this id")
        }
        for schedule in schedules {
            if let mistake = schedule.recurrence.mistake { mistakes.append("\(schedule.id): \(mistake)") }
            for field in tasks.first(where: { $0.id == schedule.task })?.input.fields ?? [] where field.isRequired {
                mistakes.append("\(schedule.id): a schedule gives no input, and the task requires \"\(field.name)\"")
            }
        }
        for service in services {
            for case .outcome(let task) in service.rows.map(\.trigger) where !known.contains(task) {
                mistakes.append("\(service.id): the task \"\(task)\" is not the provider's")
            }
        }
        for task in tasks {
            mistakes += task.input.strays.map { "\(task.id): \"\($0)\" is not a @Field" }
        }
        return mistakes
    }
}

/// A provider whose table or list is wrong: a mistake of its author that is found at start.
package struct InvalidProvider: Error, CustomStringConvertible {
    package let provider: String
    package let mistakes: [String]

    package var description: String { mistakes.joined(separator: "; ") }
}
