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
        var (held, withoutShelf, shelves): (Int, Int, [String: Int]) = (0, 0, [:])
        var oldestSince: Instant?
        for try await parcel in context.requests(of: Reception.self) {
            held += 1
            oldestSince = min(oldestSince ?? parcel.openedAt, parcel.openedAt)
            if let shelf = parcel.record.shelf { shelves[shelf, default: 0] += 1 } else { withoutShelf += 1 }
        }
        let audit = Audit(
            held: held, withoutShelf: withoutShelf, oldestSince: oldestSince,
            shelves: shelves.sorted { $0.key < $1.key }.map { Audit.Place(shelf: $0.key, parcels: $0.value) })
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
