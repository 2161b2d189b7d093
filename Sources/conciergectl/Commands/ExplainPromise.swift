import ArgumentParser
import Civil
import ConciergeProtocol
import JSON
import Wording

struct ExplainPromise: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "promise", Text(fr: "Quand un délai finit, et pourquoi.", en: "When a promise is due, and why."),
            discussion: Text(
                fr: """
                    Le délai est « 24 heures », « 10 heures ouvrées » ou « 5 jours ouvrés » ; le jour de la demande ne compte \
                    pas. --season 1/11..30/4="1 jour ouvré" est un autre délai pour ce qui commence du 1er novembre au 30 \
                    avril. Rien n'est enregistré.
                    """,
                en: """
                    The term is "24 hours", "10 working hours" or "5 working days"; the day of the request is not counted. \
                    --season 1/11..30/4="1 working day" is another term of what begins from 1 November to 30 April. Nothing is \
                    stored.
                    """))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "Le délai : \"5 jours ouvrés\".", en: "The term: \"5 working days\".",
            value: Text(fr: "délai", en: "term")))
    var term: [String]

    @Option(
        name: .customLong("season"),
        help: ArgumentHelp(
            fr: "Un autre délai en saison, premier et dernier jour compris.",
            en: "Another term in a season, both days included.",
            value: Text(fr: "J/M..J/M=délai", en: "D/M..D/M=term")))
    var seasons: [String] = []

    @Option(
        help: ArgumentHelp(
            fr: "Le calendrier d'ouverture (sinon le seul qu'il y ait).",
            en: "The working calendar (default: the only one).",
            value: Text(fr: "nom", en: "name")))
    var calendar: String?

    @Option(
        help: ArgumentHelp(
            fr: "Une résidence, par identifiant ou par nom : son calendrier, son fuseau et ses jours fériés.",
            en: "A residence's id or name: its calendar, zone and holidays.",
            value: Text(fr: "résidence", en: "residence")))
    var residence: String?

    @Option(
        help: ArgumentHelp(
            fr: "Le début, par exemple lundi 9h (sinon maintenant).",
            en: "When it begins, such as Monday 9:00 (default: now).",
            value: .time))
    var from: String?

    @Option(
        name: .customLong("pause"),
        help: ArgumentHelp(
            fr: "Une pause, avec son motif s'il y en a un ; DE.. dure encore.",
            en: "A pause, perhaps with its reason; FROM.. is still paused.",
            value: Text(fr: "DE..À[=MOTIF]", en: "FROM..TO[=REASON]")))
    var pauses: [String] = []

    @Flag(
        help: ArgumentHelp(
            fr: "La sécurité est en jeu : pas de pause.", en: "Safety is at stake: pauses are refused."))
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
