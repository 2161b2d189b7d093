import ArgumentParser
import ConciergeProtocol
import Wording

struct ShowOffers: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "offers",
            Text(
                fr: "Quels services sont offerts, où, à qui, par qui ; et à un locataire.",
                en: "Which services are offered, where, to whom, by whom; and to one resident."))
    }

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp(
            fr: "Dire à quoi ce locataire de l'annuaire a droit, et pourquoi pas au reste.",
            en: "Say what this resident of the directory may have, and why not the rest.",
            value: Text(fr: "locataire", en: "resident")))
    var resident: String?

    @Argument(
        help: ArgumentHelp(
            fr: "Une expérimentation : dire ce qu'elle a donné.",
            en: "A pilot: say what it has come to.", value: Text(fr: "expérimentation", en: "pilot")))
    var pilot: String?

    @OptionGroup var common: Common

    func validate() throws {
        if pilot != nil, resident != nil {
            throw ValidationError(
                fr: "une expérimentation et --for s'excluent", en: "a pilot and --for exclude each other")
        }
    }

    func run() async throws {
        if let pilot {
            return try await common.answer(OfferMethods.Pilot(id: pilot)) { connection, reply, console in
                let catalogue = try await connection.catalogue()
                try console.print(
                    [console.paint(catalogue.name(ofService: reply.service)[console.language].inOneLine, .bold)]
                        + reply.offer.words.flatMap { $0[console.language].inOneLine.wrapped(to: console.width) } + [""]
                )
                try console.print(reply.table(console.language))
                guard reply.tooFew else { return }
                try console.print(
                    [
                        "",
                        Text(fr: "Trop peu de cas pour conclure.", en: "Too few cases to say more.")[console.language],
                    ])
            }
        }
        try await common.answer(OfferMethods.List(resident: resident)) { _, reply, console in
            try console.print(lines(reply, console))
        }
    }

    private func lines(_ reply: OfferMethods.List.Reply, _ console: Console) -> [String] {
        let language = console.language
        var lines: [String] = []
        if let name = reply.resident { lines += [console.paint(name.inOneLine, .bold), ""] }
        for service in reply.services {
            let mark =
                switch service.offered {
                case true?: "✓ "
                case false?: "✗ "
                case nil: ""
                }
            let colour: Colour? = service.offered.map { $0 ? .green : .yellow }
            let head = "\(mark)\(service.name[language]) (\(service.service))".inOneLine
            lines.append(console.paint(head, colour))
            func say(_ text: Text, indent: Int = 2) {
                lines += text[language].inOneLine.wrapped(to: console.width.map { $0 - indent })
                    .map { String(repeating: " ", count: indent) + $0 }
            }
            if let obstacles = service.obstacles {
                let why = Text(verbatim: " ; ", joining: obstacles)
                say(Text(fr: "réservé : \(why)", en: "it is for: \(why)"))
            }
            guard reply.resident == nil else { continue }
            if service.offers.isEmpty { say(Text(fr: "à tous", en: "to everybody")) }
            for offer in service.offers { for text in offer.words { say(text) } }
        }
        return lines
    }
}

extension OfferMethods.Pilot.Reply {
    /// The figures side by side.
    fileprivate func table(_ language: Language) -> Table {
        var table = Table([
            Table.Column(Text(verbatim: "")), Table.Column(Text(fr: "Essai", en: "Pilot")),
            Table.Column(Text(fr: "Ailleurs", en: "Elsewhere")),
        ])
        func add(_ title: Text, _ figure: KeyPath<OfferMethods.Pilot.Figures, Int?>) {
            func said(_ count: Int?) -> Text {
                count.map { Text(verbatim: "\($0)") } ?? Text(fr: "moins de 5", en: "under 5")
            }
            table.add(
                Cell(title[language]), Cell(said(pilot[keyPath: figure])[language]),
                Cell(said(others[keyPath: figure])[language]))
        }
        add(Text(fr: "Locataires", en: "Residents"), \.residents)
        add(Text(fr: "Locataires qui ont demandé", en: "Residents who asked"), \.askers)
        add(Text(fr: "Demandes", en: "Requests"), \.requests)
        add(Text(fr: "Promesses tenues", en: "Promises kept"), \.kept)
        add(Text(fr: "Promesses manquées", en: "Promises missed"), \.missed)
        add(Text(fr: "Notes", en: "Scores"), \.scores)
        add(Text(fr: "Satisfaits (7 à 10)", en: "Satisfied (7 to 10)"), \.satisfied)
        return table
    }
}

extension OfferMethods.Offer {
    /// The offer in lines of text.
    fileprivate var words: [Text] {
        let all = Text(fr: "à tous", en: "to everybody")
        let whom = conditions.isEmpty ? all : Text(verbatim: " ; ", joining: conditions)
        var lines = [Text(fr: "\(id) : \(whom)", en: "\(id): \(whom)")]
        if let partner { lines.append(Text(fr: "  par \(partner)", en: "  by \(partner)")) }
        if let measure, let stop {
            lines.append(
                Text(
                    fr: "  à l'essai, pour mesurer : \(measure) ; arrêt si : \(stop)",
                    en: "  on trial, to measure: \(measure); ended if: \(stop)"))
        }
        return lines
    }
}
