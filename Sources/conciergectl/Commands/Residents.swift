import ArgumentParser
import Civil
import ConciergeProtocol
import JSON
import Wording

struct Residents: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "residents",
            Text(
                fr:
                    "L'annuaire des locataires : chercher, montrer, lister, importer un fichier ; noter ce qu'ils ont dit.",
                en: "The directory of residents: search, show, list, import a file; note what they told you."),
            subcommands: [
                SearchResidents.self, ShowResident.self, ListResidents.self, MoveOutResident.self, ImportResidents.self,
                NoteChannels.self, NoteAbsence.self, NoteReturn.self, NoteConsent.self, NoteMandate.self,
            ],
            defaultSubcommand: ListResidents.self)
    }
}

struct SearchResidents: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "search",
            Text(
                fr: "Les locataires par ce qui se dit au téléphone.",
                en: "Residents by what is said on the telephone."),
            discussion: Text(
                fr: """
                    Des débuts de mots du nom, du logement et de la résidence, et du numéro de téléphone, dans n'importe quel \
                    ordre, sans accents ni majuscules : lefevre, B 204, 0601, tilleuls zoe.
                    """,
                en: """
                    Beginnings of words of the name, dwelling and residence, and of the telephone number, in any order, without \
                    accents and capitals: lefevre, B 204, 0601, tilleuls zoe.
                    """))
    }

    @Argument(
        help: ArgumentHelp(fr: "Ce qui est cherché.", en: "What to look for.", value: Text(fr: "mots", en: "words")))
    var words: [String]

    @Option(
        help: ArgumentHelp(
            fr: "Combien au plus, jusqu'à 100.", en: "How many at most, up to 100.", value: .number))
    var limit: Int?

    @OptionGroup var common: Common

    func run() async throws {
        try await common.answer(ResidentMethods.Search(query: words.joined(separator: " "), limit: limit)) {
            _, reply, console in
            guard !reply.residents.isEmpty else {
                return try console.print(Text(fr: "Aucun locataire trouvé.", en: "No resident was found."))
            }
            try console.print(Wire.Resident.table(reply.residents, console.language))
            if reply.more {
                console.remark(
                    Text(
                        fr: "Il y en a d'autres : ajoutez un mot, ou --limit.",
                        en: "There are more: add a word, or --limit."))
            }
        }
    }
}

struct ImportResidents: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "import",
            Text(
                fr: "Faire de l'annuaire ce que dit un fichier CSV : en entier, ou rien.",
                en: "Make the directory what a CSV file says: all of it, or nothing."),
            discussion: Text(
                fr: """
                    Des colonnes dans n'importe quel ordre : identifiant, nom, logement, et s'il y en a résidence, langue, \
                    publics, courriel, téléphone, entrée. Le fichier est en UTF-8, UTF-16 ou Windows-1252, avec des \
                    points-virgules, des virgules ou des tabulations, comme les tableurs l'écrivent.

                    Code 65 si quelque chose du fichier est faux : chaque erreur est dite avec sa ligne, et rien n'est changé. \
                    Qui n'est pas dans le fichier reste dans l'annuaire, sauf avec --move-out-missing.
                    """,
                en: """
                    Columns, in any order: id, name, dwelling, and if there are any residence, language, publics, email, phone, \
                    moved_in; or identifiant, nom, logement, résidence, langue, publics, courriel, téléphone, entrée. The file \
                    is UTF-8, UTF-16 or Windows-1252, with semicolons, commas or tabs, as spreadsheets write it.

                    Status 65 where anything in the file is wrong: each mistake is told with its line, and nothing is changed. \
                    Who is not in the file stays in the directory, unless --move-out-missing.
                    """))
    }

    @OptionGroup var source: ImportedFile

    @Flag(
        help: ArgumentHelp(
            fr: "Retirer de l'annuaire les locataires qui ne sont pas dans le fichier.",
            en: "Take residents who are not in the file out of the directory."))
    var moveOutMissing = false

    @OptionGroup var common: Common

    func run() async throws {
        try await DirectoryImporter<Wire.Resident>(
            source, removesMissing: moveOutMissing, common: common
        ).run()
    }
}

struct ListResidents: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "list",
            Text(
                fr: "Tous les locataires, dans l'ordre de leurs identifiants.",
                en: "All residents, in the order of their ids."))
    }

    @OptionGroup var page: Page
    @OptionGroup var common: Common

    func run() async throws {
        let call = ResidentMethods.List(limit: try page.checkedLimit(), after: page.after)
        try await common.answer(call, limit: page.size) { _, reply, console in
            guard !reply.residents.isEmpty else {
                return try console.print(
                    Text(fr: "Aucun locataire dans l'annuaire.", en: "There are no residents in the directory."))
            }
            try console.print(Wire.Resident.table(reply.residents, console.language))
            page.remark(next: reply.next, console)
        }
    }

}

extension Wire.Resident: ImportedEntry {
    static var words: ImportWords {
        ImportWords(
            one: Text(fr: "locataire", en: "resident"), many: Text(fr: "locataires", en: "residents"),
            missingMember: "missing_residents", removedMember: "moved_out", option: "move-out-missing")
    }

    var summary: JSON {
        ["id": .string(id), "name": .string(name), "dwelling": .string(dwelling), "residence": .string(residence)]
    }

    static func table(_ residents: [Wire.Resident], _ language: Language) -> Table {
        var table = Table([
            Table.Column(Text(fr: "Identifiant", en: "Id"), isWhole: true),
            Table.Column(Text(fr: "Nom", en: "Name")),
            Table.Column(Text(fr: "Logement", en: "Dwelling"), isWhole: true),
            Table.Column(Text(fr: "Résidence", en: "Residence")),
            Table.Column(Text(fr: "Téléphone", en: "Phone"), isWhole: true),
        ])
        for resident in residents {
            table.add(
                Cell(resident.id), Cell(resident.name), Cell(resident.dwelling), Cell(resident.residence),
                Cell(resident.phone))
        }
        return table
    }
}
