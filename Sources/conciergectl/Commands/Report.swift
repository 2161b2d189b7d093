import ArgumentParser
import Civil
import ConciergeProtocol
import JSON
import Wording

struct Reports: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "report", Text(fr: "Les chiffres de ce qui a été fait.", en: "Figures of what was done."),
            subcommands: [ReportCommitments.self])
    }
}

struct ReportCommitments: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "commitments",
            Text(
                fr: """
                    Ce que sont devenus les engagements : tenus, manqués, en pause, en combien de temps, et ce qu'en \
                    disent les locataires.
                    """,
                en: """
                    What has become of what was promised: kept, missed, paused, how long it took, what residents \
                    say.
                    """))
    }

    @Option(
        help: ArgumentHelp(
            fr: """
                Ce par quoi l'on compte, avec des virgules : service, engagement, partenaire, locataire, résidence, \
                territoire, public, mois.
                """,
            en: """
                By what it is counted, separated by commas: service, commitment, partner, resident, residence, \
                territory, public, month.
                """, value: Text(fr: "liste", en: "list")))
    var by = Text(fr: "service,engagement", en: "service,commitment")[Console.current.language]

    @Option(
        name: [.long, .customLong("depuis")],
        help: ArgumentHelp(
            fr: "Seulement ce qui a été promis à partir de là, par exemple 1/11/2026 ou lundi.",
            en: "Only what was promised from then on, such as 2026-11-01.", value: Text(fr: "moment", en: "time")))
    var since: String?

    @Option(
        name: [.long, .customLong("jusque")],
        help: ArgumentHelp(
            fr: "Seulement ce qui a été promis jusque-là ; un jour compte jusqu'à sa fin : 31/12/2026.",
            en: "Only what was promised until then; a day counts to its end: 2026-12-31.", value: .time))
    var until: String?

    @Option(
        help: ArgumentHelp(
            fr: "Seulement ce qui est de ce service.",
            en: "Only that of this service.", value: Text(verbatim: "service")))
    var service: String?

    @Flag(
        help: ArgumentHelp(
            fr: "Ce que doivent les partenaires, au lieu de ce qui a été promis aux locataires.",
            en: "What partners owe, instead of what residents were promised."))
    var obligations = false

    @Flag(
        help: ArgumentHelp(
            fr: "Écrire du CSV, qu'un Excel français ouvre.",
            en: "Write CSV that a French Excel opens."))
    var csv = false

    @OptionGroup var common: Common

    func validate() throws {
        if csv, common.json {
            throw ValidationError(fr: "--csv et --json s'excluent", en: "--csv and --json exclude each other")
        }
    }

    func run() async throws {
        let names = try by.split(separator: ",").map { try CommitmentTable.column(named: String($0).trimmed) }
        var call = CommitmentMethods.Report(
            by: names, since: try Instant.limit(since, "--since"),
            until: try Instant.limit(until, "--until", isEnd: true),
            kind: obligations ? .obligation : nil)
        try await common.withConnection { connection in
            if let service { call.service = try await connection.service(service).id }
            try await common.show(try await connection.call(call), on: connection) { connection, reply, console in
                let report = CommitmentTable(reply.rows, by: names, try await connection.catalogue())
                if csv {
                    try console.output(report.csv(console.language))
                } else if reply.rows.isEmpty {
                    try console.print(
                        Text(fr: "Rien n'a été promis en ce temps-là.", en: "Nothing was promised at that time."))
                } else {
                    try console.print(report.table(console.language))
                }
            }
        }
    }
}

/// A report as a table and as CSV, with the same columns.
struct CommitmentTable {
    private struct Column {
        let title: Text
        /// The title where there is little room.
        let short: Text
        let cell: (CommitmentMethods.Report.Row) -> String
    }

    private let rows: [CommitmentMethods.Report.Row]
    private let names: [String]
    private let catalogue: Catalogue

    init(_ rows: [CommitmentMethods.Report.Row], by names: [String], _ catalogue: Catalogue) {
        self.rows = rows
        self.names = names
        self.catalogue = catalogue
    }

    func table(_ language: Language) -> Table {
        let columns = columns(language)
        var table = Table(columns.map { Table.Column($0.short) })
        for row in rows { table.add(columns.map { Cell($0.cell(row)) }) }
        return table
    }

    func csv(_ language: Language) -> String {
        let columns = columns(language)
        return CSV.text(
            [columns.map { $0.title[language] }] + rows.map { row in columns.map { $0.cell(row) } }, language)
    }

    private func columns(_ language: Language) -> [Column] {
        let dimensions = names.enumerated().map { index, name in
            Column(title: Self.title(of: name), short: Self.title(of: name)) {
                value(name, index < $0.values.count ? $0.values[index] : "", language)
            }
        }
        func column(
            _ fr: Phrase, _ en: Phrase, short: Text? = nil, _ cell: @escaping (CommitmentMethods.Report.Row) -> String
        ) -> Column {
            let title = Text(fr: fr, en: en)
            return Column(title: title, short: short ?? title, cell: cell)
        }
        return dimensions + [
            column("Promis", "Made") { String($0.made) },
            column("Tenu", "Kept") { String($0.kept) },
            column("Manqué", "Missed") { String($0.missed) },
            column("En cours", "Open", short: Text(fr: "Ouvert", en: "Open")) { String($0.open) },
            column("Pauses", "Paused") { String($0.paused) },
            column("Rouvert", "Reopened") { String($0.reopened) },
            column("Médiane (h)", "Median (h)", short: Text(fr: "Méd. h", en: "Med. h")) {
                Self.hours($0.median, language)
            },
            column("9 sur 10 (h)", "9 of 10 (h)", short: Text(fr: "9/10 h", en: "9/10 h")) {
                Self.hours($0.ninetieth, language)
            },
            column("Notes", "Scores") { String($0.scores) },
            column("Satisfaits", "Satisfied", short: Text(fr: "7 à 10", en: "7 to 10")) { String($0.satisfied) },
        ]
    }

    private func value(_ name: String, _ value: String, _ language: Language) -> String {
        guard !value.isEmpty else { return "–" }
        switch name {
        case "service": return catalogue.name(ofService: value)[language]
        case "commitment": return catalogue.name(ofCommitment: value)[language]
        case "month": return Text.month(value)[language]
        default: return value
        }
    }

    /// The id of the column with that id or title.
    static func column(named typed: String) throws(Failure) -> String {
        let ids = ["service", "commitment", "partner", "resident", "residence", "territory", "public", "month"]
        let names = ids.map { NameMatch.Candidate(id: $0, name: title(of: $0)) }
        switch NameMatch(names).find(typed) {
        case .one(let found): return found.id
        case .several(let found): throw .ambiguous(typed, found)
        case .none:
            throw .unknown(
                typed, name: "conciergectl.UnknownColumn", kind: .column, among: ids, shown: names.map(\.shown))
        }
    }

    private static func title(of name: String) -> Text {
        switch name {
        case "service": Text(fr: "Service", en: "Service")
        case "commitment": Text(fr: "Engagement", en: "Commitment")
        case "partner": Text(fr: "Partenaire", en: "Partner")
        case "resident": Text(fr: "Locataire", en: "Resident")
        case "residence": Text(fr: "Résidence", en: "Residence")
        case "territory": Text(fr: "Territoire", en: "Territory")
        case "public": Text(fr: "Public", en: "Public")
        case "month": Text(fr: "Mois", en: "Month")
        default: Text(verbatim: name)
        }
    }

    /// Hours with one decimal.
    private static func hours(_ seconds: Int?, _ language: Language) -> String {
        guard let seconds else { return "" }
        let tenths = (seconds + 180) / 360
        return "\(tenths / 10)\(language == .fr ? "," : ".")\(tenths % 10)"
    }
}
