import ConciergeKit

/// What the report found, for programs.
struct Overdue: Codable {
    struct Item: Codable {
        let id: String
        let state: String
        let category: Category
        let urgency: Urgency?
        let contractor: String?
        let due: Instant?
        let missed: Bool
    }
    let overdue: [Item]
}

extension Repairs {
    static let overdueReport = TaskName<NoInput, Overdue>(
        "repairs.overdue-report", fr: "Relever les retards", en: "Report what is overdue")

    /// Lists the repairs whose deadline has passed and that are not completed, the longest overdue first.
    func reportOverdue(_: NoInput, in context: TaskContext) async throws -> TaskReport<Overdue> {
        var items: [Overdue.Item] = []
        for try await repair in context.requests(of: Repair.self) {
            let record = repair.record
            let due = repair.due(.repaired)
            let isMissed = repair.isMissed(.repaired) || due.map { $0 <= context.now } ?? false
            guard repair.isOpen(.repaired), isMissed else { continue }
            items.append(
                Overdue.Item(
                    id: repair.id, state: repair.state.id, category: record.category,
                    urgency: record.urgency, contractor: record.contractor, due: due, missed: repair.isMissed(.repaired)
                ))
        }
        items.sort { ($0.due ?? .latest, $0.id) < ($1.due ?? .latest, $1.id) }
        return TaskReport(Overdue(overdue: items), words(for: items))
    }
}

/// The maximum number of repairs that the text names; the data names all.
private let named = 20

private func words(for items: [Overdue.Item]) -> Text {
    guard !items.isEmpty else { return Text(fr: "Aucun retard.", en: "Nothing is overdue.") }
    let due = items.prefix(named).map { item in
        let urgency = item.urgency?.rawValue ?? ""
        // A missed repair that waits for parts has no deadline now.
        guard let due = item.due else {
            return Text(fr: "\(item.id) (\(urgency), en pause)", en: "\(item.id) (\(urgency), paused)")
        }
        return Text(
            fr: "\(item.id) (\(urgency), attendue le \(due))", en: "\(item.id) (\(urgency), due \(due))")
    }
    let all = Text(verbatim: ", ", joining: due)
    let more = items.count - due.count
    return more > 0
        ? Text(
            fr: "\(items.count) en retard : \(all), et \(more) de plus.",
            en: "\(items.count) overdue: \(all), and \(more) more.")
        : Text(fr: "\(items.count) en retard : \(all).", en: "\(items.count) overdue: \(all).")
}
