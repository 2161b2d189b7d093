import ArgumentParser
import Civil
import ConciergeProtocol
import JSON
import Wording

struct Residents: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "residents",
        abstract: "The directory of residents: search, show, list, import a file; note what they told you.",
        subcommands: [
            SearchResidents.self, ShowResident.self, ListResidents.self, MoveOutResident.self, ImportResidents.self,
            NoteChannels.self,
            NoteAbsence.self, NoteReturn.self, NoteConsent.self, NoteMandate.self,
        ],
        defaultSubcommand: ListResidents.self)
}

struct SearchResidents: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Residents by what is said on the telephone.",
        discussion: """
            Beginnings of words of the name, dwelling and residence, and of the telephone number, in any order, without \
            accents and capitals: lefevre, B 204, 0601, tilleuls zoe.
            """)

    @Argument(help: "What to look for.")
    var words: [String]

    @Option(help: "How many at most, up to 100.")
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
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Make the directory what a CSV file says: all of it, or nothing.",
        discussion: """
            Columns, in any order: id, name, dwelling, and if there are any residence, language, publics, email, phone, \
            moved_in; or identifiant, nom, logement, résidence, langue, publics, courriel, téléphone, entrée. The file \
            is UTF-8, UTF-16 or Windows-1252, with semicolons, commas or tabs, as spreadsheets write it.

            Status 65 where anything in the file is wrong: each mistake is told with its line, and nothing is changed. \
            Who is not in the file stays in the directory, unless --move-out-missing.
            """)

    @OptionGroup var source: ImportedFile

    @Flag(help: "Take residents who are not in the file out of the directory.")
    var moveOutMissing = false

    @OptionGroup var common: Common

    func run() async throws {
        try await DirectoryImporter<Wire.Resident>(
            source, removesMissing: moveOutMissing, common: common
        ).run()
    }
}

struct ListResidents: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "All residents, in the order of their ids.")

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
