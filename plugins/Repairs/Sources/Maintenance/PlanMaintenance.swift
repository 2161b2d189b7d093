import ConciergeKit

/// The maintenance that was opened, for programs.
struct PlannedMaintenance: Codable {
    let opened: [String]
}

extension Repairs {
    static let planMaintenance = TaskName<NoInput, PlannedMaintenance>(
        "repairs.plan-maintenance", fr: "Prévoir les entretiens", en: "Plan the maintenance")

    /// Opens the next maintenance of each piece of equipment that has none under way, from its last visit on. Equipment
    /// whose maintenance was stopped waits until somebody opens it again.
    func planMaintenance(_: NoInput, in context: TaskContext) async throws -> TaskReport<PlannedMaintenance> {
        var last: [String: LocalDate] = [:]
        var resting: Set<String> = []
        for try await maintenance in context.requests(of: Maintenance.self, .all) {
            let (id, record) = (maintenance.record.equipment, maintenance.record)
            if let day = record.on { last[id] = max(last[id] ?? day, day) }
            if maintenance.closedAt == nil || record.stopped != nil { resting.insert(id) } else { resting.remove(id) }
        }
        var (opened, planned): ([String], [Text]) = ([], [])
        for (id, equipment) in settings.equipment.sorted(by: { $0.key < $1.key }) where !resting.contains(id) {
            let plan = Maintenance.Plan { ($0.equipment, $0.last) = (id, last[id]) }
            if case .done(let maintenance) = try await context.open(plan, of: Maintenance.self, for: nil, as: id) {
                opened.append(maintenance.id)
                planned.append(Text(verbatim: equipment.what))
            }
        }
        return TaskReport(
            PlannedMaintenance(opened: opened),
            planned.isEmpty
                ? Text(fr: "Aucun entretien à prévoir.", en: "No maintenance has to be planned.")
                : Text(fr: "Entretien prévu : \(planned).", en: "Maintenance planned: \(planned)."))
    }
}
