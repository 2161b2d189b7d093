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
        "repairs.overdue-report", fr: "Lister les retards", en: "Report what is overdue")

    /// A repair that is overdue, with what the table shows of it.
    private struct Line {
        let item: Overdue.Item
        let resident: String?
        let what: Text
    }

    /// Lists the repairs whose deadline has passed and that are not completed, the longest overdue first.
    func reportOverdue(_: NoInput, in context: TaskContext) async throws -> TaskReport<Overdue> {
        var lines: [Line] = []
        for try await repair in context.requests(of: Repair.self) {
            let record = repair.record
            let due = repair.due(.repaired)
            let isMissed = repair.isMissed(.repaired) || due.map { $0 <= context.now } ?? false
            guard repair.isOpen(.repaired), isMissed else { continue }
            lines.append(
                Line(
                    item: Overdue.Item(
                        id: repair.id, state: repair.state.id, category: record.category, urgency: record.urgency,
                        contractor: record.contractor, due: due, missed: repair.isMissed(.repaired)),
                    resident: repair.resident, what: record.what))
        }
        lines.sort { ($0.item.due ?? .latest, $0.item.id) < ($1.item.due ?? .latest, $1.item.id) }
        let words =
            lines.isEmpty
            ? Text(fr: "Aucun retard.", en: "Nothing is overdue.")
            : Text(
                fr: "\(lines.count, "réparation en retard", "réparations en retard").",
                en: "\(lines.count, "repair is overdue", "repairs are overdue").")
        return TaskReport(Overdue(overdue: lines.map(\.item)), words, table: table(of: lines))
    }

    private func table(of lines: [Line]) -> ReportTable {
        var table = ReportTable([
            Text(fr: "Réparation", en: "Repair"), Text(fr: "Panne", en: "What"), Text(fr: "Locataire", en: "Resident"),
            Text(fr: "Urgence", en: "Urgency"), Text(fr: "Échéance", en: "Due"),
            Text(fr: "Entreprise", en: "Contractor"), Text(fr: "Téléphone", en: "Telephone"),
        ])
        for line in lines {
            let contractor = line.item.contractor
            let phone = contractor.flatMap { contractors[$0]?.terms.phone }
            table.add([
                .request(line.item.id), .words(line.what), line.resident.map { .resident($0) } ?? .nothing,
                line.item.urgency.map { .text($0.rawValue) } ?? .nothing,
                // A missed repair that waits for parts has no deadline now.
                line.item.due.map { .instant($0) } ?? .words(Text(fr: "en pause", en: "paused")),
                contractor.map { .text(contractors.name(of: $0)) } ?? .nothing, phone.map { .text($0) } ?? .nothing,
            ])
        }
        return table
    }
}
