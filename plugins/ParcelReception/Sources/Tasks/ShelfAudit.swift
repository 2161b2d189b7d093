import ConciergeKit

/// What an audit found, for programs.
struct Audit: Codable {
    struct Place: Codable {
        let shelf: String
        let parcels: Int
    }
    let held: Int
    let toReturn: Int
    let withoutShelf: Int
    let oldestSince: Instant?
    let shelves: [Place]
    /// The numbers of parcels that should be there and were not scanned.
    let missing: [String]
    /// The numbers that were scanned and that no parcel in the lodge has.
    let extra: [String]
    /// The numbers that were scanned on this shelf, and should be on another one or on none.
    let misplaced: [String]
}

extension ParcelReception {
    /// What was scanned on the shelves, or on one of them.
    struct Scan: Input {
        static let name = Text(fr: "Numéros lus sur les étagères", en: "Numbers read on the shelves")
        @Field(fr: "Étagère", en: "Shelf", example: "A3", in: 1...20) var shelf: String?
        @Field(
            fr: "Numéros lus", en: "Numbers read", example: [TrackingNumber("6A12345678901")].compactMap(\.self),
            in: ...2000, .scanned)
        var scanned: [TrackingNumber] = []
    }

    static let shelfAudit = TaskName<Scan, Audit>(
        "parcel.shelf-audit", fr: "Contrôler les étagères", en: "Audit the shelves")

    /// Compares what was scanned with what should be there. Without scanned numbers it says what should be there, so that
    /// the caretaker can compare.
    func auditShelves(_ scan: Scan, in context: TaskContext) async throws -> TaskReport<Audit> {
        let shelf = scan.shelf.map(Shelf.key)
        let parcels = try await parcelsInLodge(context)
        let expected = parcels.filter { shelf == nil || $0.record.shelf.map(Shelf.key) == shelf }
        let audit = Audit(expected, among: parcels, scanned: scan.scanned)
        guard !scan.scanned.isEmpty else { return TaskReport(audit, audit.summary, table: Self.table(of: expected)) }
        let differing = Set(audit.missing + audit.misplaced)
        let table = Self.table(of: parcels.filter { differing.contains($0.record.tracking.text) })
        return TaskReport(audit, audit.comparison(of: scan.scanned.count), table: table)
    }
}

extension Audit {
    fileprivate init(
        _ expected: [RequestSnapshot<Reception>], among parcels: [RequestSnapshot<Reception>],
        scanned: [TrackingNumber]
    ) {
        var counts: [(shelf: String, parcels: Int)] = []
        for shelf in expected.compactMap(\.record.shelf) {
            if let last = counts.last, Shelf.key(last.shelf) == Shelf.key(shelf) {
                counts[counts.count - 1].parcels += 1
            } else {
                counts.append((shelf, 1))
            }
        }
        let read = Set(scanned)
        let known = Set(parcels.map(\.record.tracking))
        let due = Set(expected.map(\.record.tracking))
        self.init(
            held: expected.count, toReturn: expected.count { $0.state == .toReturn },
            withoutShelf: expected.count { $0.record.shelf == nil },
            oldestSince: expected.map { $0.record.arrivedAt ?? $0.openedAt }.min(),
            shelves: counts.map { Place(shelf: $0.shelf, parcels: $0.parcels) },
            missing: scanned.isEmpty ? [] : expected.map(\.record.tracking).filter { !read.contains($0) }.map(\.text),
            extra: read.subtracting(known).map(\.text).sorted(),
            misplaced: read.intersection(known).subtracting(due).map(\.text).sorted())
    }

    fileprivate var summary: Text {
        let oldest =
            oldestSince.map { since in
                Text(
                    fr: " ; le plus ancien depuis le \(since, .dayAndYear).",
                    en: "; the oldest since \(since, .dayAndYear).")
            } ?? Text(verbatim: ".")
        let returns =
            toReturn == 0
            ? Text(verbatim: "") : Text(fr: ", \(toReturn) à retourner", en: ", \(toReturn) to be returned")
        return Text(
            fr: "\(held) colis en loge, dont \(withoutShelf) sans place\(returns)\(oldest)",
            en: "\(held, "parcel", "parcels") held, \(withoutShelf) without a shelf place\(returns)\(oldest)")
    }

    fileprivate func comparison(of scanned: Int) -> Text {
        func list(_ numbers: [String], _ words: (Int) -> Text) -> Text? {
            guard !numbers.isEmpty else { return nil }
            let shown = numbers.prefix(20).joined(separator: ", ") + (numbers.count > 20 ? ", …" : "")
            return Text(fr: "\(words(numbers.count)) : \(shown).", en: "\(words(numbers.count)): \(shown).")
        }
        let differences = [
            list(missing) { Text(fr: "\($0, "manquant", "manquants")", en: "\($0) missing") },
            list(extra) { Text(fr: "\($0) en trop", en: "\($0) extra") },
            list(misplaced) { Text(fr: "\($0, "mal rangé", "mal rangés")", en: "\($0) on the wrong shelf") },
        ].compactMap(\.self)
        let read = Text(
            fr: "\(scanned, "numéro lu", "numéros lus"), \(held) colis attendus.",
            en: "\(scanned, "number", "numbers") read, \(held, "parcel", "parcels") expected.")
        let result =
            differences.isEmpty
            ? [Text(fr: "Tout y est.", en: "Everything is there.")] : differences
        return Text(verbatim: " ", joining: [read] + result)
    }
}
