import ConciergeKit

/// What became of a carrier's list, for programs.
struct Announced: Codable {
    /// The requests that were opened, in the order of the list.
    var announced: [String] = []
    /// The numbers that were registered before, or are gone already.
    var known: [String] = []
    /// The numbers that were refused for another reason.
    var refused: [String] = []
}

extension ParcelReception {
    struct Announcement: Input {
        static let name = Text(fr: "Liste d'un transporteur", en: "List of a carrier")
        @Field(
            fr: "Colis annoncés (CSV : numéro ; locataire ; transporteur)",
            en: "Announced parcels (CSV: number; resident; carrier)", example: AnnouncedParcels.example, in: 1...50_000,
            [.lines, .scanned])
        var parcels: AnnouncedParcels
    }

    static let announce = TaskName<Announcement, Announced>(
        "parcel.announce", fr: "Annoncer les colis d'un transporteur", en: "Announce the parcels of a carrier")

    /// For how long a parcel that was here is remembered, so that an old list does not announce it again.
    private static let remembered = Duration.days(60)

    /// Opens a request for each parcel of the list. The same list can be given again: what is registered already, or was
    /// here lately, stays as it is.
    func announceParcels(_ list: Announcement, in context: TaskContext) async throws -> TaskReport<Announced> {
        var report = Announced()
        var table = ReportTable([
            Text(fr: "Colis", en: "Parcel"), Text(fr: "Locataire", en: "Resident"), Text(fr: "Résultat", en: "Result"),
        ])
        let gone = try await numbersOfLate(context)
        for (index, line) in list.parcels.lines.enumerated() {
            let result: ReportTable.Cell
            if gone.contains(line.number) {
                report.known.append(line.number.text)
                result = .words(Text(fr: "déjà passé par la loge", en: "was here already"))
            } else {
                switch try await open(line, in: context) {
                case .done(let request):
                    report.announced.append(request.id)
                    result = .request(request.id)
                case .refused(let reason):
                    report.refused.append(line.number.text)
                    result = .words(reason)
                }
            }
            table.add([.text(line.number.text), .resident(line.resident), result])
            context.progress(index + 1, of: list.parcels.lines.count)
        }
        if !report.refused.isEmpty {
            let registered = try await openNumbers(context)
            report.known += report.refused.filter(registered.contains)
            report.refused.removeAll(where: registered.contains)
        }
        return TaskReport(report, report.words, table: table)
    }

    private func open(
        _ line: AnnouncedParcels.Line, in context: TaskContext
    ) async throws -> SubmittedAction<Reception> {
        try await context.open(
            Reception.Announce {
                $0.tracking = line.number
                $0.carrier = line.carrier
                // A carrier's file was not read from a label.
                $0.reason = "liste du transporteur"
            }, of: Reception.self, for: line.resident, as: line.number.text)
    }

    /// The numbers of all open requests.
    private func openNumbers(_ context: TaskContext) async throws -> Set<String> {
        var numbers: Set<String> = []
        for try await parcel in context.requests(of: Reception.self) { numbers.insert(parcel.record.tracking.text) }
        return numbers
    }

    /// The numbers of parcels that came lately and are gone.
    private func numbersOfLate(_ context: TaskContext) async throws -> Set<TrackingNumber> {
        var numbers: Set<TrackingNumber> = []
        let lately = context.now - Self.remembered..<Instant.latest
        for try await parcel in context.requests(of: Reception.self, closed: lately)
        where parcel.record.arrivedAt != nil { numbers.insert(parcel.record.tracking) }
        return numbers
    }
}

extension Announced {
    fileprivate var words: Text {
        var parts = [
            Text(
                fr: "\(announced.count, "colis annoncé", "colis annoncés")",
                en: "\(announced.count, "parcel", "parcels") announced")
        ]
        if !known.isEmpty {
            parts.append(
                Text(
                    fr: "\(known.count, "déjà enregistré", "déjà enregistrés")", en: "\(known.count) registered already"
                ))
        }
        if !refused.isEmpty {
            parts.append(Text(fr: "\(refused.count, "refusé", "refusés")", en: "\(refused.count) refused"))
        }
        return Text(fr: "\(parts).", en: "\(parts).")
    }
}
