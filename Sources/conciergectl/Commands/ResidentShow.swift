import ArgumentParser
import Civil
import ConciergeProtocol
import JSON
import Wording

struct ShowResident: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "show",
            Text(
                fr:
                    "Le dossier d'un locataire : qui c'est, ses demandes ouvertes et récentes, ce qui peut lui être proposé, ce qui lui a été dit.",
                en:
                    "One resident's dossier: who they are, what is open and recent, what may be offered, what they were told."
            ),
            discussion: Text(
                fr: """
                    Le locataire est un identifiant, ou des mots qui n'en trouvent qu'un. Qui ne peut pas lire l'annuaire voit les \
                    demandes sans les noms.
                    """,
                en: """
                    The resident is an id, or words that find one resident. Who may not read the directory gets the requests \
                    without names.
                    """))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "L'identifiant du locataire, ou des mots comme lefevre B 204.",
            en: "The resident's id, or words such as lefevre B 204.", value: .resident))
    var resident: [String]

    @Flag(
        help: ArgumentHelp(
            fr: "Ne rien abréger, même si les lignes dépassent la largeur du terminal.",
            en: "Shorten nothing, even if lines are longer than the terminal is wide."))
    var wide = false

    @OptionGroup var common: Common

    func run() async throws {
        try await common.withConnection { connection in
            let words = resident.joined(separator: " ")
            let console = Console.current
            let found = try await Self.found(words, connection)
            let answer = try await connection.call(
                RequestMethods.OfResident(resident: found?.resident.id ?? words))
            if common.json {
                return try console.print(.object(Self.joined(found?.json, answer.json)))
            }
            let catalogue = try await connection.catalogue()
            let dossier = ResidentDossier(
                found?.reply, try answer.read(), catalogue, console, isWide: wide)
            try console.show(dossier.lines)
        }
    }

    private struct Found {
        let resident: Wire.Resident
        let reply: ResidentMethods.Get.Reply
        let json: JSONObject
    }

    /// The resident of the directory; nil if the caller may not read it, or if nobody in it is meant.
    ///
    /// - Throws: That words find several residents.
    private static func found(_ words: String, _ connection: Connection) async throws(Failure) -> Found? {
        func get(_ id: String) async throws(Failure) -> Found {
            let answer = try await connection.call(ResidentMethods.Get(id: id))
            let reply = try answer.read()
            return Found(resident: reply.resident, reply: reply, json: answer.json)
        }
        do {
            return try await get(words)
        } catch  where error.status == .noRight {
            return nil
        } catch  where error.refusal == .notFound {
            let hits = try await connection.call(ResidentMethods.Search(query: words, limit: 10)).read()
            if let only = hits.residents.count == 1 ? hits.residents.first : nil { return try await get(only.id) }
            // A lodge without a directory has requests for residents whom only their text names.
            if hits.residents.isEmpty {
                let requests = try await connection.call(RequestMethods.OfResident(resident: words)).read()
                guard requests.open.isEmpty, requests.closed.isEmpty, requests.followed.isEmpty else { return nil }
                throw error
            }
            throw Failure(
                status: .refused, name: "conciergectl.SeveralResidents", parameters: ["query": .string(words)],
                message: Text(
                    fr: "« \(words) » désigne plusieurs locataires", en: "\"\(words)\" means several residents"),
                details: hits.residents.map { Text(verbatim: "\($0.id)  \($0.name) (\($0.dwelling))") })
        }
    }

    private static func joined(_ resident: JSONObject?, _ requests: JSONObject) -> JSONObject {
        var all = resident ?? [:]
        all["requests"] = .object(requests)
        return all
    }
}

/// The text that shows all that concerns a resident.
struct ResidentDossier {
    private let known: ResidentMethods.Get.Reply?
    private let requests: RequestMethods.OfResident.Reply
    private let catalogue: Catalogue
    private let console: Console
    private let isWide: Bool

    init(
        _ known: ResidentMethods.Get.Reply?, _ requests: RequestMethods.OfResident.Reply, _ catalogue: Catalogue,
        _ console: Console, isWide: Bool = false
    ) {
        self.known = known
        self.requests = requests
        self.catalogue = catalogue
        self.console = console
        self.isWide = isWide
    }

    var lines: [String] {
        var sections = known.map { [person($0), place($0), [""] + $0.dossier.lines(catalogue, console)] } ?? []
        sections.append(
            list(requests.open, Text(fr: "Demandes ouvertes", en: "Open requests"), none: known != nil))
        sections.append(list(requests.followed, Text(fr: "Suivies, pour d'autres", en: "Followed, for others")))
        sections.append(list(requests.closed, Text(fr: "Dernières demandes fermées", en: "Requests closed last")))
        sections += [offers, messages]
        if requests.more {
            sections.append(
                ["", Text(fr: "Il y en a d'autres.", en: "There are more.")[console.language]])
        }
        return Array(sections.flatMap(\.self).drop { $0.isEmpty })
    }

    private func person(_ known: ResidentMethods.Get.Reply) -> [String] {
        let resident = known.resident
        let days = RecordWords(zone: console.zone, now: console.now())
        let movedIn = resident.movedIn.map { text in
            LocalDate(text).map { days.said($0)[console.language] } ?? text
        }
        var card = Card()
        card.add(Text(fr: "Identifiant", en: "Id"), resident.id, colour: .bold)
        card.add(Text(fr: "Nom", en: "Name"), resident.name)
        card.add(Text(fr: "Logement", en: "Dwelling"), resident.dwelling)
        card.add(Text(fr: "Résidence", en: "Residence"), resident.residence)
        card.add(Text(fr: "Langue", en: "Language"), resident.language)
        card.add(Text(fr: "Publics", en: "Publics"), resident.publics.joined(separator: ", "))
        card.add(Text(fr: "Courriel", en: "Email"), resident.email)
        card.add(Text(fr: "Téléphone", en: "Phone"), resident.phone)
        card.add(Text(fr: "Entrée", en: "Moved in"), movedIn)
        return card.lines(console)
    }

    private func place(_ known: ResidentMethods.Get.Reply) -> [String] {
        var place = Card()
        if let dwelling = known.dwelling { place.add(dwelling, console) }
        if let residence = known.residence { place.add(residence, console) }
        let lines = place.lines(console)
        return lines.isEmpty ? [] : ["", Text(fr: "Lieu", en: "Place")[console.language]] + lines
    }

    /// - Parameter none: Whether it is said that there are none.
    private func list(_ requests: [Wire.Request], _ title: Text, none: Bool = false) -> [String] {
        guard !requests.isEmpty else {
            return none ? ["", Text(fr: "\(title) : aucune", en: "\(title): none")[console.language]] : []
        }
        var narrow = console
        narrow.width = console.width.map { $0 - 2 }
        return ["", Text(fr: "\(title) (\(requests.count))", en: "\(title) (\(requests.count))")[console.language]]
            + RequestTable(requests, catalogue, narrow).lines(isWide: isWide).map { "  " + $0 }
    }

    private var offers: [String] {
        guard let offers = requests.offers, !offers.isEmpty else { return [] }
        let lines = offers.map { offer -> Text in
            guard let obstacles = offer.obstacles, !offer.offered else { return offer.name }
            let reasons = Text(verbatim: " ; ", joining: obstacles)
            return Text(fr: "\(offer.name) : non ; \(reasons)", en: "\(offer.name): no; \(reasons)")
        }
        return ["", Text(fr: "Ce qui peut être demandé", en: "What may be asked for")[console.language]]
            + lines.flatMap { wrapped($0[console.language], indent: 2) }
    }

    private var messages: [String] {
        guard !requests.messages.isEmpty else { return [] }
        let times = TimeFormat(console)
        let lines = requests.messages.flatMap { message -> [String] in
            let words = message.words ?? Text(fr: "(réservé au personnel)", en: "(for staff only)")
            let state = message.state.words
            return ["  \(times.short(message.at))  \(message.request)  \(state[console.language])"]
                + words[console.language].split(whereSeparator: \.isNewline).flatMap { wrapped(String($0), indent: 4) }
        }
        return ["", Text(fr: "Messages", en: "Messages")[console.language]] + lines
    }

    private func wrapped(_ text: String, indent: Int) -> [String] {
        text.inOneLine.wrapped(to: console.width.map { $0 - indent }).map { String(repeating: " ", count: indent) + $0 }
    }
}
