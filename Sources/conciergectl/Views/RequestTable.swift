import Civil
import ConciergeProtocol
import JSON
import Wording

/// Requests as a table on the terminal and as a file for a spreadsheet.
struct RequestTable {
    private let requests: [Wire.Request]
    private let catalogue: Catalogue
    private let console: Console

    init(_ requests: [Wire.Request], _ catalogue: Catalogue, _ console: Console) {
        self.requests = requests
        self.catalogue = catalogue
        self.console = console
    }

    /// On a narrow terminal the place stands in the column of the resident, and what is long goes on below itself.
    ///
    /// - Parameter isWide: Whether nothing is wrapped, even on a narrow terminal.
    func lines(isWide: Bool = false) -> [String] {
        let (language, times) = (console.language, TimeFormat(console))
        let isNarrow = !isWide && console.width.map { $0 < Self.wide } ?? false
        var table = Table([
            Table.Column(Text(fr: "Demande", en: "Request"), isWhole: true),
            Table.Column(Text(fr: "Quoi", en: "What"), wraps: true),
            Table.Column(Text(fr: "État", en: "State"), wraps: true),
            Table.Column(Text(fr: "Lieu", en: "Place"), wraps: true),
            Table.Column(Text(fr: "Locataire", en: "Resident"), wraps: true),
            Table.Column(Text(fr: "Échéance", en: "Due"), isWhole: true),
        ])
        for request in requests {
            var state = catalogue.name(ofState: request.state, in: request.service)
            if request.quarantine != nil {
                state = Text(
                    fr: "\(state) (\(Wire.Quarantine.name))", en: "\(state) (\(Wire.Quarantine.name))")
            }
            let due = request.dueInShort(times)
            table.add(
                Cell(request.id),
                Cell((request.headline ?? catalogue.name(ofService: request.service))[language]),
                Cell(state[language] + request.mark[language], colour: request.stateColour),
                Cell(isNarrow ? nil : request.about?.inWords),
                Cell(request.residentInShort ?? (isNarrow ? request.about?.inWords : nil)),
                Cell(due?[language], colour: request.dueColour(times)))
        }
        return table.lines(in: language, width: isWide ? nil : console.width, colours: console.colours)
    }

    /// The columns of a terminal that has room for all of a list.
    private static let wide = 100

    /// The same with days, hours late, and a column for each member of the records.
    func csv() -> String {
        let language = console.language
        // A member that no request has would be a column without a value.
        let members = members().filter { member in
            requests.contains { $0.service == member.service && !cell(member.field, $0).isEmpty }
        }
        let heads: [Text] =
            [
                Text(fr: "Demande", en: "Request"), Text(fr: "Service", en: "Service"), Text(fr: "Quoi", en: "What"),
                Text(fr: "État", en: "State"), Text(fr: "Ouverte", en: "Open"), Text(fr: "Résidence", en: "Residence"),
                Text(fr: "Lieu", en: "Place"), Text(fr: "N° locataire", en: "Resident id"),
                Text(fr: "Locataire", en: "Resident"), Text(fr: "Logement", en: "Dwelling"),
                Text(fr: "Ouverte le", en: "Opened"), Text(fr: "Fermée le", en: "Closed"),
                Text(fr: "Échéance", en: "Due"), Text(fr: "Retard (h)", en: "Late (h)"),
            ] + members.map(\.title)
        let rows = requests.map { request -> [String] in
            let known = request.knownResident
            var cells = [
                request.id, catalogue.name(ofService: request.service)[language],
                (request.headline ?? catalogue.name(ofService: request.service))[language],
                catalogue.name(ofState: request.state, in: request.service)[language],
                RecordWords.said(request.open)[language],
            ]
            cells += [
                request.about.map { $0.name ?? $0.residence } ?? known?.residence ?? "",
                request.about.flatMap { $0.dwelling ?? $0.commonPart } ?? "", request.resident ?? "",
                known?.name ?? "", known?.dwelling ?? "",
            ]
            cells += [request.openedAt, request.closedAt, request.deadline].map { moment in
                moment.map { CSV.said($0, in: console.zone, language) } ?? ""
            }
            cells.append(request.hoursLate(at: console.now()).map { CSV.said($0, language) } ?? "")
            return cells
                + members.map { member in request.service == member.service ? cell(member.field, request) : "" }
        }
        return CSV.text([heads.map { $0[language] }] + rows, language)
    }

    // MARK: Records

    private struct Member {
        let service: String
        let field: Wire.Field
        let title: Text
    }

    /// What the records of the listed services say; with the service's name if there are several.
    private func members() -> [Member] {
        let services = Set(requests.map(\.service)).sorted().compactMap { catalogue.services[$0] }
        return services.flatMap { service in
            service.record.map { field in
                Member(
                    service: service.id, field: field,
                    title: services.count == 1
                        ? field.shortTitle : service.name.followed(by: field.shortTitle))
            }
        }
    }

    /// A value as a spreadsheet reads it.
    private func cell(_ field: Wire.Field, _ request: Wire.Request) -> String {
        let language = console.language
        let words = catalogue.recordWords(of: request.service, console)
        guard let value = request.data.members[field.name], !value.isNull else { return "" }
        switch field.kind {
        case .time:
            return value.stringValue.flatMap { Instant($0) }.map { CSV.said($0, in: words.zone, language) } ?? ""
        case .date: return value.stringValue.flatMap { LocalDate($0) }.map { CSV.said($0, language) } ?? ""
        case .money:
            guard language == .fr else { return value.stringValue ?? "" }
            return value.stringValue?.replacing(".", with: ",") ?? ""
        case .float: return value.doubleValue.map { CSV.said($0, language) } ?? ""
        case .int: return value.intValue.map { String($0) } ?? ""
        default: return words.said(value, as: field)?[language] ?? ""
        }
    }
}

/// How many requests there are, by groups.
struct RequestCount {
    let table: Table

    init(
        _ groups: [RequestMethods.Count.Group], by names: [String], of service: String?, _ catalogue: Catalogue,
        _ console: Console
    ) {
        let language = console.language
        let place = names.firstIndex(of: "service")
        var table = Table(
            names.map { Table.Column(Self.title(of: $0, in: service, catalogue)) } + [
                Table.Column(Text(fr: "Nombre", en: "Number"), isWhole: true),
                Table.Column(Text(fr: "Ouvertes", en: "Open"), isWhole: true),
                Table.Column(Text(fr: "En retard", en: "Late"), isWhole: true),
            ])
        for group in groups {
            let service = place.flatMap { $0 < group.values.count ? group.values[$0] : nil } ?? service
            let values = names.indices.map { index in
                let value = index < group.values.count ? group.values[index] : ""
                return value.isEmpty ? "–" : Self.said(value, of: names[index], in: service, catalogue)[language]
            }
            table.add(
                values.map { Cell($0) } + [
                    Cell(String(group.count)), Cell(String(group.open)),
                    Cell(String(group.late), colour: group.late > 0 ? .red : nil),
                ])
        }
        if groups.count > 1 {
            let sums = [groups.map(\.count), groups.map(\.open), groups.map(\.late)].map { $0.reduce(0, +) }
            let heads = names.indices.map { $0 == 0 ? Text(fr: "Total", en: "Total")[language] : "" }
            table.add(heads.map { Cell($0, colour: .bold) } + sums.map { Cell(String($0), colour: .bold) })
        }
        self.table = table
    }

    /// The titles of what requests are counted by, besides members of their records.
    private static let titles: [(name: String, title: Text)] = [
        ("service", Text(fr: "Service", en: "Service")), ("state", Text(fr: "État", en: "State")),
        ("residence", Text(fr: "Résidence", en: "Residence")), ("partner", Text(fr: "Partenaire", en: "Partner")),
        ("resident", Text(fr: "Locataire", en: "Resident")), ("month", Text(fr: "Mois", en: "Month")),
    ]

    /// What requests are counted by, from its name or its title in either language; another text as it is, for the daemon to
    /// judge.
    static func dimension(_ typed: String, in catalogue: Catalogue) -> String {
        let key = typed.folded
        func isMeant(_ name: String, _ title: Text) -> Bool {
            [name, title.fr, title.en].contains { $0.folded == key }
        }
        if let own = titles.first(where: { isMeant($0.name, $0.title) }) { return own.name }
        return catalogue.services.values.lazy.flatMap(\.record).first { isMeant($0.name, $0.shortTitle) }?.name ?? typed
    }

    private static func title(of name: String, in service: String?, _ catalogue: Catalogue) -> Text {
        titles.first { $0.name == name }?.title ?? member(name, in: service, catalogue)?.shortTitle
            ?? Text(verbatim: name)
    }

    private static func said(_ value: String, of name: String, in service: String?, _ catalogue: Catalogue) -> Text {
        switch name {
        case "service": return catalogue.name(ofService: value)
        case "state": return catalogue.name(ofState: value, in: service ?? "")
        case "residence", "partner", "resident": return Text(verbatim: value)
        case "month": return .month(value)
        default:
            let field = member(name, in: service, catalogue)
            if field?.kind == .bool { return RecordWords.said(value == "true") }
            return field?.choices.first { $0.value == value }?.words ?? Text(verbatim: value)
        }
    }

    private static func member(_ name: String, in service: String?, _ catalogue: Catalogue) -> Wire.Field? {
        let services =
            service.map { id in catalogue.services[id].map { [$0] } ?? [] } ?? Array(catalogue.services.values)
        return services.lazy.compactMap { $0.record.first { $0.name == name } }.first
    }
}
