import ArgumentParser
import Civil
import ConciergeProtocol
import JSON
import Wording

struct OpenRequest: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "open", Text(fr: "Ouvrir une demande auprès d'un service.", en: "Open a request with a service."),
            discussion: Text(
                fr: """
                    À un terminal, ce qui manque est demandé ; sans service, tout l'est. Les champs d'un service : \
                    conciergectl services SERVICE
                    """,
                en: """
                    At a terminal, what is missing is asked for; without a service, everything is. The fields of a service: \
                    conciergectl services SERVICE
                    """))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "Le service : son identifiant ou son nom, abrégé s'il n'y a pas de doute.",
            en: "The service: its id or its name, shortened where there is no doubt.", value: .service))
    var service: String?

    @Argument(
        help: ArgumentHelp(
            fr: "Ce que le service veut savoir ; devant, le nom de l'ouverture s'il y en a plusieurs.",
            en: "What the service wants to know; before it the name of the opening, where there are several.",
            value: .fieldValue))
    var fields: [String] = []

    @Option(
        help: ArgumentHelp(
            fr: """
                Pour qui : un identifiant, ou des mots qui désignent un seul locataire de l'annuaire. Tout autre texte est \
                pris tel quel.
                """,
            en: """
                Whose request it is: an id, or words that find one resident of the directory. Anything else is taken as a \
                text.
                """, value: .resident))
    var resident: String?

    @Option(
        help: ArgumentHelp(
            fr: """
                Où : une résidence de l'annuaire, par identifiant ou par nom, suivie après une virgule d'un logement ou d'une \
                partie commune : "Les Tilleuls, B 204", "Les Tilleuls, hall".
                """,
            en: """
                What it is about: a residence of the directory by id or name, with a dwelling or a common part after a comma: \
                "Les Tilleuls, B 204", "Les Tilleuls, hall".
                """, value: .place))
    var about: String?

    @Flag(
        help: ArgumentHelp(
            fr: "L'ouvrir même si vous venez d'ouvrir la même.", en: "Open it also if you have just opened the same."))
    var again = false

    @OptionGroup var repeatable: Repeatable
    @OptionGroup var common: Common

    func run() async throws {
        try Failure.refusePlaceholders(["--resident": resident, "--about": about])
        let prompter = Prompter(Console.current, asJSON: common.json)
        try await common.withConnection { connection in
            let described = try await chosenService(prompter, connection)
            let (opening, fields) = try opening(of: described, prompter)
            let values = FieldValues(
                fields: opening.fields, refused: opening.refusals, clock: FieldClock(Console.current))
            let whom = try await whom(described, prompter, connection)
            let input = try values.read(fields, asking: prompter, isWhole: service == nil)
            var call = RequestMethods.Open(
                service: described.id, action: opening == described.openings.first ? nil : opening.id,
                resident: whom.resident, about: whom.about, input: input)
            call.again = again
            let reply = try await connection.change(call, key: repeatable.key())
            try await common.show(reply, on: connection) { connection, reply, console in
                let card = RequestCard(reply.request, Catalogue([described]), commandLine: common.commandLine)
                let done = Text(fr: "C’est enregistré : \(described.name).", en: "The request is open.")
                let understood = values.understood(input).map { $0[console.language].inOneLine }
                let told = await ToldNotices(of: reply.request.id, on: connection)
                try console.print(
                    [done[console.language].inOneLine] + understood + card.short(console) + told.lines(console))
                if let others = reply.others { try console.print(already(others, described, console)) }
            }
        }
    }

    private func chosenService(_ prompter: Prompter?, _ connection: Connection) async throws -> Wire.Service {
        if let service {
            guard !service.contains("=") else {
                throw Failure.usage(
                    Text(
                        fr: "le service manque devant « \(service) »",
                        en: "the service is missing before \"\(service)\""),
                    advice: Catalogue.advice)
            }
            return try await connection.service(service)
        }
        guard let prompter else {
            throw Failure.usage(
                Text(fr: "il manque le service", en: "the service is missing"), advice: Catalogue.advice)
        }
        let services = try await connection.catalogue().services.values
            .filter { !$0.openings.isEmpty && $0.served != false }.sorted { $0.id < $1.id }
        let names = services.candidates
        guard let index = try prompter.choice(Text(fr: "Quel service ?", en: "Which service?"), among: names) else {
            throw Failure.givenUp
        }
        return services[index]
    }

    /// The opening that the first word names, if that is no field, and the fields. Without a service on the command line,
    /// the person at the terminal chooses among several.
    private func opening(
        of service: Wire.Service, _ prompter: Prompter?
    ) throws -> (opening: Wire.Action, fields: [String]) {
        guard let first = service.openings.first else {
            throw Failure.usage(
                Text(
                    fr: "le service « \(service.id) » ouvre ses demandes de lui-même, sur des signaux",
                    en: "the service \"\(service.id)\" opens its requests by itself, on signals"),
                advice: Catalogue.advice)
        }
        let names = service.openings.candidates
        guard let word = fields.first, !word.contains("="), names.count > 1 else {
            guard self.service == nil, names.count > 1, let prompter else { return (first, fields) }
            let index = try prompter.choice(Text(fr: "Pour quoi ?", en: "What for?"), among: names)
            return (index.map { service.openings[$0] } ?? first, fields)
        }
        switch NameMatch(names).find(word) {
        case .one(let found):
            if let opening = service.openings.first(where: { $0.id == found.id }) {
                return (opening, Array(fields.dropFirst()))
            }
        case .several(let found): throw Failure.ambiguous(word, found)
        case .none: break
        }
        if resident != nil || about != nil {
            throw Failure.usage(
                Text(
                    fr: "« \(word) » n'est pas de la forme champ=valeur", en: "\"\(word)\" is not field=value"),
                advice: Text(
                    fr: "Mettez entre guillemets un nom qui contient des espaces : --resident \"M. Roux\"",
                    en: "Quote a name that has spaces in it: --resident \"M. Roux\""))
        }
        throw Failure.unknown(
            word, name: "conciergectl.UnknownOpening", kind: .opening, among: names.map(\.id),
            shown: names.map(\.shown),
            advice: Catalogue.advice)
    }

    /// For whom and where, asked for if the service needs it and nothing is said.
    private func whom(
        _ service: Wire.Service, _ prompter: Prompter?, _ connection: Connection
    ) async throws -> (resident: String?, about: String?) {
        guard let prompter else { return (resident, about) }
        var (resident, about) = (resident, about)
        let isWhole = self.service == nil
        switch service.resident {
        case .required where resident == nil:
            resident = try await prompter.resident(isOptional: false, connection)
        case .orPlace where resident == nil && about == nil:
            resident = try await prompter.resident(isOptional: true, connection)
            if resident == nil { about = try prompter.place(isOptional: false) }
        case .optional where isWhole && resident == nil:
            resident = try await prompter.resident(isOptional: true, connection)
        default: break
        }
        if about == nil, service.place == .required { about = try prompter.place(isOptional: false) }
        return (resident, about)
    }

    /// The open requests of the service about the same place, and how to follow one of them instead.
    private func already(_ others: [Wire.Request], _ service: Wire.Service, _ console: Console) -> [String] {
        let (language, times) = (console.language, TimeFormat(console))
        var lines = ["", Text(fr: "Déjà signalé :", en: "Reported already:")[language]]
        // The first report is the one that is worked on.
        let others = others.sorted { $0.openedAt < $1.openedAt }
        for other in others {
            let state = Catalogue([service]).name(ofState: other.state, in: other.service)
            let what = [other.headline?[language], other.residentInShort, state[language], times.both(other.openedAt)]
            let line = "  \(other.id)  \(what.compactMap(\.self).joined(separator: " · "))".inOneLine
            lines += line.wrapped(to: console.width)
        }
        let resident = resident?.shellQuoted ?? Wire.Field.placeholder
        lines += [
            Text(fr: "Pour la suivre plutôt :", en: "To follow it instead:")[language],
            "  \(common.commandLine) requests follow \(others[0].id) --resident \(resident)".inOneLine,
        ]
        return lines
    }
}

extension Failure {
    /// Throws if an option has the placeholder of an example in the place of a value.
    static func refusePlaceholders(_ options: KeyValuePairs<String, String?>) throws(Failure) {
        for (option, value) in options where value?.trimmed == Wire.Field.placeholder {
            throw .usage(
                Text(
                    fr: "\(option) : « … » est à remplacer par la valeur",
                    en: "\(option): \"…\" is to be replaced by the value"))
        }
    }
}
