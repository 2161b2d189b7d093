import ConciergeKit

/// What an audit found, for programs.
struct Audit: Codable {
    struct Place: Codable {
        let shelf: String
        let parcels: Int
    }
    let held: Int
    let withoutShelf: Int
    let oldestSince: Instant?
    let shelves: [Place]
}

extension ParcelReception {
    static let shelfAudit = TaskName<NoInput, Audit>(
        "parcel.shelf-audit", fr: "Contrôler les étagères", en: "Audit the shelves")

    /// Counts the parcels that should be on each shelf, so that the caretaker can compare.
    func auditShelves(_: NoInput, in context: TaskContext) async throws -> TaskReport<Audit> {
        let parcels = try await context.openRequests(of: Reception.self)
        let places = Dictionary(grouping: parcels.compactMap(\.record.shelf)) { $0 }
            .map { Audit.Place(shelf: $0.key, parcels: $0.value.count) }
            .sorted { $0.shelf < $1.shelf }
        let audit = Audit(
            held: parcels.count, withoutShelf: parcels.count { $0.record.shelf == nil },
            oldestSince: parcels.map(\.openedAt).min(), shelves: places)
        let oldest =
            audit.oldestSince.map { since in
                Text(
                    fr: " ; le plus ancien depuis le \(since, .dayAndYear).",
                    en: "; the oldest since \(since, .dayAndYear).")
            } ?? Text(verbatim: ".")
        return TaskReport(
            audit,
            Text(
                fr: "\(audit.held) colis en loge, dont \(audit.withoutShelf) sans place\(oldest)",
                en: "\(audit.held, "parcel", "parcels") held, \(audit.withoutShelf) without a shelf place\(oldest)"))
    }
}
