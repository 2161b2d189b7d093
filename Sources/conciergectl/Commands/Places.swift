import ArgumentParser
import ConciergeProtocol
import JSON
import Wording

struct Residences: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "residences",
            Text(
                fr: "Les résidences de l'annuaire : montrer, lister, importer un fichier.",
                en: "The residences of the directory: show, list, import a file."),
            subcommands: [ShowResidence.self, ListResidences.self, ImportResidences.self],
            defaultSubcommand: ListResidences.self)
    }
}

struct ListResidences: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "list",
            Text(
                fr: "Toutes les résidences, dans l'ordre des identifiants.",
                en: "All residences, in the order of their ids."))
    }

    @OptionGroup var page: Page
    @OptionGroup var common: Common

    func run() async throws {
        let call = PlaceMethods.ListResidences(limit: try page.checkedLimit(), after: page.after)
        try await common.answer(call, limit: page.size) { _, reply, console in
            guard !reply.residences.isEmpty else {
                return try console.print(
                    Text(fr: "Aucune résidence dans l'annuaire.", en: "There are no residences in the directory."))
            }
            try console.print(Wire.Residence.table(reply.residences, console.language))
            page.remark(next: reply.next, console)
        }
    }
}

struct ShowResidence: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "show", Text(fr: "Une résidence en entier.", en: "One residence in full."))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "L'identifiant ou le nom de la résidence.",
            en: "The residence's id or name.", value: Text(fr: "identifiant", en: "id")))
    var id: String

    @OptionGroup var common: Common

    func run() async throws {
        try await common.answer(PlaceMethods.GetResidence(id: id)) { _, reply, console in
            var card = Card()
            card.add(Text(fr: "Identifiant", en: "Id"), reply.residence.id, colour: .bold)
            card.add(reply.residence, console)
            try console.print(card.lines(console))
        }
    }
}

struct ImportResidences: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "import",
            Text(
                fr: "Mettre les résidences à l'image d'un fichier CSV : en entier, ou pas du tout.",
                en: "Make the residences what a CSV file says: all of it, or nothing."),
            discussion: Text(
                fr: """
                    Colonnes, dans n'importe quel ordre : identifiant, nom et, s'il y en a, adresse, territoire, \
                    fuseau, région, calendrier, téléphone, parties_communes. Une résidence a un fuseau horaire \
                    (Europe/Paris) ou un calendrier d'ouverture de la configuration. Le fichier est comme pour les \
                    locataires.

                    Code 65 si quoi que ce soit est faux dans le fichier : chaque erreur est dite avec sa ligne, et \
                    rien n'est changé. Ce qui n'est pas dans le fichier reste dans l'annuaire, sauf avec \
                    --remove-missing.
                    """,
                en: """
                    Columns, in any order: id, name, and if there are any address, territory, zone, region, \
                    calendar, phone, common_parts; or identifiant, nom, adresse, territoire, fuseau, région, \
                    calendrier, téléphone, parties_communes. A residence has a time zone (Europe/Paris) or a working \
                    calendar of the configuration. The file is as for residents.

                    Status 65 where anything in the file is wrong: each mistake is told with its line, and nothing \
                    is changed. What is not in the file stays in the directory, unless --remove-missing.
                    """))
    }

    @OptionGroup var source: ImportedFile

    @Flag(
        help: ArgumentHelp(
            fr: """
                Retirer de l'annuaire les résidences absentes du fichier, si elles n'ont pas de logement.
                """,
            en: """
                Take residences that are not in the file out of the directory, if they have no dwellings.
                """))
    var removeMissing = false

    @OptionGroup var common: Common

    func run() async throws {
        try await DirectoryImporter<Wire.Residence>(
            source, removesMissing: removeMissing, common: common
        ).run()
    }
}

struct Dwellings: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "dwellings",
            Text(
                fr: "Les logements de l'annuaire : montrer, lister, importer un fichier.",
                en: "The dwellings of the directory: show, list, import a file."),
            subcommands: [ShowDwelling.self, ListDwellings.self, ImportDwellings.self],
            defaultSubcommand: ListDwellings.self)
    }
}

struct ListDwellings: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "list",
            Text(
                fr: "Les logements, dans l'ordre des résidences et des portes.",
                en: "Dwellings, in the order of their residences and labels."))
    }

    @Option(
        help: ArgumentHelp(
            fr: "Seulement ceux de cette résidence : son identifiant ou son nom.",
            en: "Only those of this residence: its id or name.", value: Text(fr: "résidence", en: "residence")))
    var residence: String?

    @OptionGroup var page: Page
    @OptionGroup var common: Common

    func run() async throws {
        let call = PlaceMethods.ListDwellings(
            residence: residence, limit: try page.checkedLimit(), after: page.after)
        try await common.answer(call, limit: page.size) { _, reply, console in
            guard !reply.dwellings.isEmpty else {
                return try console.print(Text(fr: "Aucun logement.", en: "There are no dwellings."))
            }
            try console.print(Wire.Dwelling.table(reply.dwellings, console.language))
            page.remark(next: reply.next, console)
        }
    }
}

struct ShowDwelling: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "show", Text(fr: "Un logement en entier.", en: "One dwelling in full."),
            discussion: Text(
                fr: """
                    Par son identifiant, ou par sa porte et sa résidence : conciergectl dwellings show "B 204" \
                    --residence R-1
                    """,
                en: """
                    By its id, or by its label and its residence: conciergectl dwellings show "B 204" --residence \
                    R-1
                    """))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "L'identifiant du logement, ou avec --residence sa porte.",
            en: "The dwelling's id, or with --residence its label.", value: Text(fr: "identifiant", en: "id")))
    var id: String

    @Option(
        help: ArgumentHelp(
            fr: "L'identifiant ou le nom de la résidence.",
            en: "The residence's id or name.", value: Text(fr: "résidence", en: "residence")))
    var residence: String?

    @OptionGroup var common: Common

    func run() async throws {
        try await common.answer(PlaceMethods.GetDwelling(id: id, residence: residence)) { _, reply, console in
            let dwelling = reply.dwelling
            var card = Card()
            card.add(Text(fr: "Identifiant", en: "Id"), dwelling.id, colour: .bold)
            card.add(Text(fr: "Logement", en: "Dwelling"), dwelling.label)
            card.add(Text(fr: "Résidence", en: "Residence"), dwelling.residence)
            card.add(dwelling, console)
            try console.print(card.lines(console))
        }
    }
}

struct ImportDwellings: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "import",
            Text(
                fr: "Mettre les logements à l'image d'un fichier CSV : en entier, ou pas du tout.",
                en: "Make the dwellings what a CSV file says: all of it, or nothing."),
            discussion: Text(
                fr: """
                    Colonnes, dans n'importe quel ordre : logement, résidence et, s'il y en a, identifiant, étage, \
                    adapté, connecté. La résidence et la porte disent de quel logement il s'agit ; les résidences \
                    s'importent avant. Le fichier est comme pour les locataires.

                    Code 65 si quoi que ce soit est faux dans le fichier : chaque erreur est dite avec sa ligne, et \
                    rien n'est changé. Ce qui n'est pas dans le fichier reste dans l'annuaire, sauf avec \
                    --remove-missing.
                    """,
                en: """
                    Columns, in any order: label, residence, and if there are any id, floor, adapted, connected; or \
                    logement, résidence, identifiant, étage, adapté, connecté. Residence and label say which \
                    dwelling it is; the residences are imported before. The file is as for residents.

                    Status 65 where anything in the file is wrong: each mistake is told with its line, and nothing \
                    is changed. What is not in the file stays in the directory, unless --remove-missing.
                    """))
    }

    @OptionGroup var source: ImportedFile

    @Flag(
        help: ArgumentHelp(
            fr: "Retirer de l'annuaire les logements absents du fichier.",
            en: "Take dwellings that are not in the file out of the directory."))
    var removeMissing = false

    @OptionGroup var common: Common

    func run() async throws {
        try await DirectoryImporter<Wire.Dwelling>(
            source, removesMissing: removeMissing, common: common
        ).run()
    }
}

extension Card {
    /// What is known of a residence, without its id.
    mutating func add(_ residence: Wire.Residence, _ console: Console) {
        add(Text(fr: "Résidence", en: "Residence"), residence.name)
        add(Text(fr: "Adresse", en: "Address"), residence.address)
        add(Text(fr: "Territoire", en: "Territory"), residence.territory)
        add(Text(fr: "Téléphone", en: "Phone"), residence.phone)
        add(Text(fr: "Calendrier", en: "Calendar"), residence.calendar)
        add(Text(fr: "Fuseau horaire", en: "Time zone"), residence.zone)
        add(Text(fr: "Jours fériés", en: "Public holidays"), residence.region)
        add(Text(fr: "Parties communes", en: "Common parts"), residence.commonParts.joined(separator: ", "))
        add(Text(fr: "Logements", en: "Dwellings"), residence.dwellings.map { "\($0)" })
    }

    /// What is known of a dwelling, without what says which one it is.
    mutating func add(_ dwelling: Wire.Dwelling, _ console: Console) {
        add(Text(fr: "Étage", en: "Floor"), dwelling.floor)
        add(Text(fr: "Adapté", en: "Adapted"), dwelling.adapted?.words[console.language])
        add(Text(fr: "Connecté", en: "Connected"), dwelling.connected?.words[console.language])
    }
}

extension Bool {
    fileprivate var words: Text { self ? Text(fr: "oui", en: "yes") : Text(fr: "non", en: "no") }
}

extension Wire.Residence: ImportedEntry {
    static var words: ImportWords {
        ImportWords(
            one: Text(fr: "résidence", en: "residence"), many: Text(fr: "résidences", en: "residences"),
            missingMember: "missing_residences", removedMember: "removed", option: "remove-missing")
    }

    var summary: JSON { ["id": .string(id), "name": .string(name)] }

    static func table(_ residences: [Wire.Residence], _ language: Language) -> Table {
        var table = Table([
            Table.Column(Text(fr: "Identifiant", en: "Id"), isWhole: true),
            Table.Column(Text(fr: "Nom", en: "Name")),
            Table.Column(Text(fr: "Territoire", en: "Territory")),
            Table.Column(Text(fr: "Calendrier", en: "Calendar")),
            Table.Column(Text(fr: "Fériés", en: "Holidays"), isWhole: true),
            Table.Column(Text(fr: "Téléphone", en: "Phone"), isWhole: true),
            Table.Column(Text(fr: "Logements", en: "Dwellings"), isWhole: true),
        ])
        for residence in residences {
            table.add(
                Cell(residence.id), Cell(residence.name), Cell(residence.territory), Cell(residence.calendar),
                Cell(residence.region), Cell(residence.phone), Cell(residence.dwellings.map { "\($0)" }))
        }
        return table
    }
}

extension Wire.Dwelling: ImportedEntry {
    static var words: ImportWords {
        ImportWords(
            one: Text(fr: "logement", en: "dwelling"), many: Text(fr: "logements", en: "dwellings"),
            missingMember: "missing_dwellings", removedMember: "removed", option: "remove-missing")
    }

    var summary: JSON { ["id": .string(id), "label": .string(label), "residence": .string(residence)] }

    static func table(_ dwellings: [Wire.Dwelling], _ language: Language) -> Table {
        var table = Table([
            Table.Column(Text(fr: "Résidence", en: "Residence"), isWhole: true),
            Table.Column(Text(fr: "Logement", en: "Dwelling"), isWhole: true),
            Table.Column(Text(fr: "Étage", en: "Floor")),
            Table.Column(Text(fr: "Particularités", en: "Features")),
            Table.Column(Text(fr: "Identifiant", en: "Id"), isWhole: true),
        ])
        for dwelling in dwellings {
            let features = [
                dwelling.adapted == true ? Text(fr: "adapté", en: "adapted") : nil,
                dwelling.connected == true ? Text(fr: "connecté", en: "connected") : nil,
            ].compactMap(\.self)
            table.add(
                Cell(dwelling.residence), Cell(dwelling.label), Cell(dwelling.floor),
                Cell(features.map { $0[language] }.joined(separator: ", ")), Cell(dwelling.id))
        }
        return table
    }
}
