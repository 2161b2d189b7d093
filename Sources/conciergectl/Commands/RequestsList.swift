import ArgumentParser
import ConciergeProtocol
import JSON
import Wording

struct ListRequests: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "list",
            Text(
                fr: "Les demandes : la plus proche échéance d'abord, puis les plus récentes.",
                en: "Requests: what is promised first before the others, then the newest first."),
            discussion: Text(
                fr: """
                    Une promesse manquée est en retard jusqu'à ce que ce soit fait. Compter dit combien il y en a, combien sont \
                    ouvertes et combien en retard : --count par service et par état, --by pour d'autres groupes.
                    """,
                en: """
                    A promise that was missed is late until it is done. Counting tells how many there are, how many of them are \
                    open, and how many are late: --count by service and state, --by for other groups.
                    """))
    }

    @OptionGroup var filters: RequestFilters

    @Option(
        help: ArgumentHelp(
            fr: "échéance (la plus proche d'abord, par défaut) ou ouverture (les plus récentes d'abord).",
            en: "due (what is promised first, the default) or opened (the newest first).",
            value: Text(fr: "ordre", en: "order")))
    var sort: String?

    @Flag(
        help: ArgumentHelp(
            fr: "Les compter par service et par état, au lieu de les lister.",
            en: "Count them by service and state, instead of listing them."))
    var count = false

    @Option(
        help: ArgumentHelp(
            fr:
                "Les compter par un à trois critères, séparés par des virgules : service, état, résidence, partenaire, locataire, mois, ou un champ du dossier.",
            en:
                "Count them by this, up to three separated by commas: service, state, residence, partner, resident, month, or a field of the record such as carrier.",
            value: Text(fr: "critères", en: "list")))
    var by: String?

    @OptionGroup var form: ListForm
    @OptionGroup var page: Page
    @OptionGroup var common: Common

    func validate() throws { try form.check(common) }

    func run() async throws {
        _ = try form.checkedLimit(page)
        try await common.withConnection { connection in
            if count || by != nil { try await countThem(connection) } else { try await list(connection) }
        }
    }

    private func list(_ connection: Connection) async throws {
        var call = RequestMethods.List()
        try await filters.fill(&call, connection)
        call.sort = Self.order(sort)
        (call.limit, call.after) = (try form.checkedLimit(page), page.after)
        let answer = try await connection.pages(call, limit: form.size(page))
        try await common.show(answer, on: connection) { connection, reply, console in
            let catalogue = try await connection.catalogue()
            let table = RequestTable(reply.requests, catalogue, console)
            if form.csv { return try console.output(table.csv()) }
            guard !reply.requests.isEmpty || reply.followed != nil else {
                return try await sayNone(connection, catalogue, console)
            }
            if let residents = reply.residents {
                let names = residents.map { Text(verbatim: "\($0.name) (\($0.dwelling))") }
                let list = Text(verbatim: ", ", joining: names)
                console.remark(Text(fr: "Locataires : \(list)", en: "Residents: \(list)"))
            }
            var lines = reply.requests.isEmpty ? [] : table.lines(isWide: form.wide)
            if let followed = reply.followed {
                let title = Text(fr: "Suivies, pour d'autres :", en: "Followed, for others:")
                lines += (lines.isEmpty ? [] : [""]) + [title[console.language]]
                lines += RequestTable(followed, catalogue, console).lines(isWide: form.wide)
            }
            try console.show(lines)
            page.remark(next: reply.next, console)
        }
    }

    /// An order by its name in either language; another text is for the daemon to judge.
    private static func order(_ typed: String?) -> RequestMethods.List.Order {
        switch typed?.folded {
        case nil, "due", "echeance": .due
        case "opened", "ouverture": .opened
        default: .init(rawValue: typed ?? "")
        }
    }

    private func sayNone(_ connection: Connection, _ catalogue: Catalogue, _ console: Console) async throws {
        if filters.unattended {
            return try console.print(Text(fr: "Aucune demande sans module.", en: "No unattended requests."))
        }
        try await connection.check(service: filters.service, state: filters.state, in: catalogue)
        if filters.late {
            return try console.print(Text(fr: "Aucune demande en retard.", en: "No late requests."))
        }
        try console.print(
            filters.open
                ? Text(fr: "Aucune demande ouverte.", en: "No open requests.")
                : Text(fr: "Aucune demande.", en: "No requests."))
    }

    private func countThem(_ connection: Connection) async throws {
        let catalogue = try await connection.catalogue()
        var names = (by ?? "service,state").split(separator: ",").map {
            RequestCount.dimension(String($0).trimmed, in: catalogue)
        }
        // The name of a state says little without its service.
        if names.contains("state"), !names.contains("service"), filters.service == nil {
            names.insert("service", at: 0)
        }
        var call = RequestMethods.Count(by: names)
        try await filters.fill(&call, connection)
        let service = call.service
        let answer = try await connection.call(call)
        try await common.show(answer, on: connection) { connection, reply, console in
            let count = RequestCount(reply.groups, by: names, of: service, catalogue, console)
            if form.csv { return try console.output(count.table.csv(console.language)) }
            guard !reply.groups.isEmpty else { return try await sayNone(connection, catalogue, console) }
            try console.print(count.table, isWide: form.wide)
        }
    }
}

struct FindRequests: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "find",
            Text(
                fr: "Les demandes par des mots : un numéro, un nom, un logement, un lieu, ce qui est écrit.",
                en: "Requests by words: a number, a name, a flat, a place, what was written."),
            discussion: Text(
                fr: """
                    Des mots dans n'importe quel ordre, sans accents ni majuscules : lefevre, B 204, 172635. Un mot de trois \
                    caractères ou plus peut être n'importe quelle partie d'un autre ; il les faut tous. Les demandes ouvertes \
                    d'abord. Le début d'un identifiant, de quatre caractères ou plus, trouve aussi sa demande.
                    """,
                en: """
                    Words in any order, without accents and capitals: lefevre, B 204, 172635. A word of three characters or more \
                    may be any part of another, and all words must be met. The open requests first. The beginning of a request's \
                    id, of four characters or more, finds it too.
                    """))
    }

    @Argument(
        help: ArgumentHelp(fr: "Ce qui est cherché.", en: "What to look for.", value: Text(fr: "mots", en: "words")))
    var words: [String]

    @OptionGroup var form: ListForm
    @OptionGroup var page: Page
    @OptionGroup var common: Common

    func validate() throws { try form.check(common) }

    func run() async throws {
        let call = RequestMethods.Find(
            words: words.joined(separator: " "), limit: try form.checkedLimit(page), after: page.after)
        try await common.answer(call, limit: form.size(page)) { connection, reply, console in
            let catalogue = try await connection.catalogue()
            let table = RequestTable(reply.requests, catalogue, console)
            if form.csv { return try console.output(table.csv()) }
            guard !reply.requests.isEmpty else {
                return try console.print(Text(fr: "Aucune demande trouvée.", en: "No request was found."))
            }
            try console.show(table.lines(isWide: form.wide))
            page.remark(next: reply.next, console)
        }
    }
}

/// The options that say how a list of requests is written.
struct ListForm: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            fr: "Écrire un fichier CSV pour un tableur : toutes sans --limit, avec ce que disent les dossiers.",
            en: "Write CSV that a spreadsheet opens: all of them without --limit, with what the records say."))
    var csv = false

    @Flag(
        help: ArgumentHelp(
            fr: "Ne rien abréger, même si les lignes dépassent la largeur du terminal.",
            en: "Shorten nothing, even if lines are longer than the terminal is wide."))
    var wide = false

    func check(_ common: Common) throws {
        if csv, common.json {
            throw ValidationError(fr: "--csv et --json s'excluent.", en: "--csv and --json exclude each other.")
        }
    }

    /// How many are listed: a file has all of them.
    func size(_ page: Page) -> Int { isOfAll(page) ? .max : page.size }

    /// How many the first call asks for.
    func checkedLimit(_ page: Page) throws(Failure) -> Int? { isOfAll(page) ? Page.most : try page.checkedLimit() }

    private func isOfAll(_ page: Page) -> Bool { csv && page.limit == nil }
}

extension Connection {
    /// Calls a method that lists until it has `limit` elements or there are no more, and joins the pages to one reply.
    ///
    /// The daemon ends a page early if the elements are large, or if it would have to search for long.
    func pages<Method: PagedMethod>(
        _ call: Method, limit: Int
    ) async throws(Failure) -> Answer<Method.Reply> {
        var parameters = try Failure.parameters(of: call)
        var reply = try await self.call(Method.self, parameters)
        var elements = reply[Method.elements]?.arrayValue ?? []
        let first = reply
        // If a server returned the same cursor again, the loop would never end.
        while let next = reply["next"], elements.count < limit, next != parameters["after"] {
            parameters["after"] = next
            if limit < .max { parameters["limit"] = JSON(min(limit - elements.count, Page.most)) }
            reply = try await self.call(Method.self, parameters)
            elements += reply[Method.elements]?.arrayValue ?? []
            reply[Method.elements] = .array(elements)
        }
        // What comes beside the first page alone.
        for (name, value) in first where reply[name] == nil && name != "next" { reply[name] = value }
        return Answer(reply)
    }
}

/// The options that select a part of a long list.
struct Page: ParsableArguments {
    @Option(help: ArgumentHelp(fr: "Combien au plus (100).", en: "How many at most (100).", value: .number))
    var limit: Int?

    @Option(
        help: ArgumentHelp(
            fr: "Continuer où une liste précédente s'est arrêtée.", en: "Go on where a list before ended.",
            value: Text(fr: "repère", en: "cursor")))
    var after: String?

    /// The most elements that the daemon returns for one call. More are fetched by several.
    static let most = 1000

    /// The maximum number of elements; without `--limit` the daemon's default.
    var size: Int { limit ?? 100 }

    /// The maximum number of elements of the first call.
    func checkedLimit() throws(Failure) -> Int? {
        guard limit ?? 1 > 0 else { throw .usage(Text(fr: "--limit vaut au moins 1", en: "--limit is at least 1")) }
        return limit.map { min($0, Self.most) }
    }

    /// If the list has more elements, writes the command line that shows them.
    func remark(next: String?, _ console: Console) {
        guard let next else { return }
        var words = ["conciergectl"]
        var isValue = false
        for word in console.arguments {
            if !isValue, word != "--after", !word.hasPrefix("--after=") { words.append(word.shellQuoted) }
            isValue = !isValue && word == "--after"
        }
        let command = (words + ["--after", next.shellQuoted]).joined(separator: " ")
        console.remark(
            Text(fr: "Il y en a d'autres : \(command)", en: "There are more: \(command)"))
    }
}
