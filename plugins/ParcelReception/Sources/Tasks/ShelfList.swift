import ConciergeKit

/// What lies on the shelves, for programs.
struct ShelfList: Codable {
    struct Parcel: Codable {
        let request: String
        let tracking: String
        let carrier: String?
        let shelf: String?
        let state: String
        let arrivedAt: Instant?
        let lastDay: LocalDate?
    }
    let parcels: [Parcel]
}

extension ParcelReception {
    /// Which parcels are listed.
    struct ShelfQuery: Input {
        static let name = Text(fr: "Étagère à lister", en: "Shelf to list")
        @Field(fr: "Étagère", en: "Shelf", example: "A3", in: 1...20) var shelf: String?
        @Field(fr: "Seulement ceux à retourner", en: "Only those to be returned") var toReturn = false
    }

    static let shelf = TaskName<ShelfQuery, ShelfList>(
        "parcel.shelf", fr: "Lister les colis par étagère", en: "List the parcels by shelf")

    /// Lists the parcels that are with the lodge, in the order of the shelves.
    func listShelves(_ query: ShelfQuery, in context: TaskContext) async throws -> TaskReport<ShelfList> {
        let parcels = try await parcelsInLodge(context).filter { parcel in
            (query.shelf.map { Shelf.key($0) == parcel.record.shelf.map(Shelf.key) } ?? true)
                && (!query.toReturn || parcel.state == .toReturn)
        }
        let list = ShelfList(
            parcels: parcels.map { parcel in
                ShelfList.Parcel(
                    request: parcel.id, tracking: parcel.record.tracking.text, carrier: parcel.record.carrier,
                    shelf: parcel.record.shelf, state: parcel.state.id, arrivedAt: parcel.record.arrivedAt,
                    lastDay: parcel.record.lastDay)
            })
        let count =
            query.toReturn
            ? Text(
                fr: "\(parcels.count) colis à retourner", en: "\(parcels.count, "parcel", "parcels") to be returned")
            : Text(fr: "\(parcels.count) colis en loge", en: "\(parcels.count, "parcel", "parcels") held")
        return TaskReport(list, Text(fr: "\(count).", en: "\(count)."), table: Self.table(of: parcels))
    }

    /// What the person at the shelves compares with what lies there.
    static func table(of parcels: [RequestSnapshot<Reception>]) -> ReportTable {
        var table = ReportTable([
            Text(fr: "Étagère", en: "Shelf"), Text(fr: "Colis", en: "Parcel"), Text(fr: "Transporteur", en: "Carrier"),
            Text(fr: "Locataire", en: "Resident"), Text(fr: "État", en: "State"),
            Text(fr: "Arrivé le", en: "Arrived on"), Text(fr: "Dernier jour", en: "Last day"),
            Text(fr: "Demande", en: "Request"),
        ])
        for parcel in parcels {
            let record = parcel.record
            table.add([
                record.shelf.map { .text($0) } ?? .nothing, .text(record.tracking.text),
                record.carrierWords.map { .words($0) } ?? .nothing, parcel.resident.map { .resident($0) } ?? .nothing,
                .words(parcel.state.name), record.arrivedAt.map { .instant($0, .day) } ?? .nothing,
                record.lastDay.map { .words(Text(fr: "\($0)", en: "\($0)")) } ?? .nothing, .request(parcel.id),
            ])
        }
        return table
    }

    /// The parcels that lie in the lodge, in the order of their shelves; those without a shelf come last.
    func parcelsInLodge(_ context: TaskContext) async throws -> [RequestSnapshot<Reception>] {
        var parcels: [RequestSnapshot<Reception>] = []
        for try await parcel in context.requests(of: Reception.self)
        where parcel.state == .held || parcel.state == .toReturn { parcels.append(parcel) }
        func place(_ parcel: RequestSnapshot<Reception>) -> (Int, String, Instant, String) {
            (
                parcel.record.shelf == nil ? 1 : 0, parcel.record.shelf.map(Shelf.key) ?? "", parcel.openedAt,
                parcel.id
            )
        }
        return parcels.sorted { place($0) < place($1) }
    }
}
