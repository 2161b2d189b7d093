import ArgumentParser
import Civil
import ConciergeProtocol
import JSON
import Wording

struct ExplainPromise: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promise", abstract: "When a promise is due, and why: quand un délai finit, et pourquoi.",
        discussion: """
            The term is "24 hours", "10 working hours" or "5 working days"; the day of the request is not counted. Times \
            are 2026-11-24T09:00 (yours) or 2026-11-24T08:00:00Z. --season 1/11..30/4="1 working day" is another term of \
            what begins from 1 November to 30 April. Nothing is stored.

            Le délai est « 24 heures », « 10 heures ouvrées » ou « 5 jours ouvrés » ; le jour de la demande ne compte \
            pas. Les moments s'écrivent 2026-11-24T09:00 (heure locale) ou 2026-11-24T08:00:00Z. --season \
            1/11..30/4="1 jour ouvré" est un autre délai pour ce qui commence du 1er novembre au 30 avril. Rien n'est \
            enregistré.
            """)

    @Argument(help: "The term / le délai: \"5 working days\", \"5 jours ouvrés\".")
    var term: [String]

    @Option(
        name: .customLong("season"),
        help: ArgumentHelp(
            "Another term in a season, both days included / un autre délai en saison, jours compris.",
            valueName: "D/M..D/M=TERM"))
    var seasons: [String] = []

    @Option(
        help: ArgumentHelp(
            "The working calendar / le calendrier d'ouverture (default: the only one).", valueName: "name"))
    var calendar: String?

    @Option(
        help: ArgumentHelp(
            "A residence's id or name: its calendar, zone and holidays / une résidence : son calendrier et ses fériés.",
            valueName: "residence"))
    var residence: String?

    @Option(
        help: ArgumentHelp("When it begins / le début (default: now).", valueName: "time"))
    var from: String?

    @Option(
        name: .customLong("pause"),
        help: ArgumentHelp(
            "A pause, perhaps with its reason; FROM.. is still paused / une pause, avec son motif.",
            valueName: "FROM..TO[=REASON]"))
    var pauses: [String] = []

    @Flag(help: "Safety is at stake: pauses are refused / la sécurité est en jeu, pas de pause.")
    var safety = false

    @OptionGroup var common: Common

    func run() async throws {
        let console = Console.current
        let call = CommitmentMethods.Explain(
            term: term.joined(separator: " "), seasons: seasons.isEmpty ? nil : seasons, calendar: calendar,
            residence: residence,
            from: try from.map { try Instant(typed: $0, in: "--from") }, pauses: try pauses.map(pause),
            pausable: !safety)
        try await common.withConnection { connection in
            let answer = try await connection.call(call)
            if common.json {
                // Without a date there is a null, so that scripts find the member always.
                var reply: JSONObject = ["due": .null]
                for (name, value) in answer.json { reply[name] = value }
                return try console.print(JSON.object(reply))
            }
            try console.print(try answer.read().steps.flatMap { $0[console.language].inOneLine.wrapped(to: 80) })
        }
    }

    private func pause(_ text: String) throws(Failure) -> Wire.PromisePause {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let dots = parts[0].firstRange(of: "..") else {
            throw Failure(
                noTime: Text(
                    fr: "--pause : « \(text) » n'est pas une pause comme 2026-11-24T09:00..2026-11-25T17:00",
                    en: "--pause: \"\(text)\" is not a pause such as 2026-11-24T09:00..2026-11-25T17:00"),
                in: "--pause")
        }
        let end = String(parts[0][dots.upperBound...])
        let from = try Instant(typed: String(parts[0][..<dots.lowerBound]), in: "--pause")
        let to = end.isEmpty ? nil : try Instant(typed: end, in: "--pause")
        return Wire.PromisePause(from: from, to: to, reason: parts.count > 1 ? parts[1] : nil)
    }
}
