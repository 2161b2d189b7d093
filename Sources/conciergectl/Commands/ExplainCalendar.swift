import ArgumentParser
import Civil
import JSON
import Wording

struct ExplainCalendar: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "calendar",
            Text(
                fr: "Quand vient une expression de calendrier ; sans concierged.",
                en: "When a calendar expression elapses; needs no daemon."),
            discussion: Text(
                fr: """
                    « lundi 8h », « lundi au vendredi 8:00 », « tous les jours 7h30 », « le 25 décembre », « le premier \
                    lundi du mois à 8h », ou les formes de systemd.time(7) : Mon..Fri 08:00, *-*-01, hourly. Mettez l'expression entre guillemets \
                    : le shell a sa propre idée de *.
                    """,
                en: """
                    The language is that of systemd.time(7), CALENDAR EVENTS: Mon..Fri 08:00, *-*-01, hourly. Quote \
                    the expression: the shell has its own idea of *.
                    """))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "L'expression, par exemple \"lundi 8h\".",
            en: "The expression, such as \"Mon..Fri 08:00\".", value: Text(verbatim: "expression")))
    var expression: [String]

    @Option(
        help: ArgumentHelp(
            fr: "Celles qui viennent après ce moment, par exemple demain 9h (sinon maintenant).",
            en: "Elapses after this time, such as 2026-11-24T09:00 (default: now).",
            value: Text(fr: "moment", en: "time")))
    var base: String?

    @Option(
        help: ArgumentHelp(
            fr: "Combien au plus, de 1 à 1000.",
            en: "How many elapses at most, 1 to 1000.", value: Text(fr: "nombre", en: "number")))
    var iterations = 5

    @Option(
        help: ArgumentHelp(
            fr: """
                Le fuseau d'une expression qui n'en nomme pas, par exemple Europe/Paris (sinon le vôtre).
                """,
            en: "The zone of an expression that names none, such as Europe/Paris (default: yours).",
            value: Text(fr: "fuseau", en: "zone")))
    var zone: String?

    @OptionGroup var common: Common

    func run() async throws {
        let console = Console.current
        guard (1...1000).contains(iterations) else {
            throw Failure.usage(
                Text(fr: "--iterations va de 1 à 1000", en: "--iterations is 1 to 1000"))
        }
        let home = try home(console)
        let text = expression.joined(separator: " ")
        let expression = try read(text)
        let shown = expression.zone ?? home
        // A time without a zone is read in the zone in which the output shows times.
        let start = try start(in: shown, console)
        let elapses = expression.elapses(after: start, in: home, limit: iterations)
        if common.json {
            let reply: JSON = [
                "normalized": .string(expression.description),
                "elapses": .array(elapses.map { .string(Self.text($0, in: .utc, joint: "T") + "Z") }),
            ]
            return try console.print(reply)
        }
        try print(expression, elapses, in: shown, console)
    }

    private func home(_ console: Console) throws(Failure) -> Zone {
        guard let zone else { return .local(console.environment["TZ"]) }
        guard let known = Zone(zone) else {
            throw .usage(
                Text(
                    fr: "--zone : cette machine ne connaît pas le fuseau horaire « \(zone) »",
                    en: "--zone: this machine knows no time zone \"\(zone)\""),
                advice: Text(
                    fr: "Un fuseau s'écrit comme Europe/Paris ou UTC.", en: "A zone is written as Europe/Paris or UTC.")
            )
        }
        return known
    }

    /// Microseconds since 1970.
    private func start(in zone: Zone, _ console: Console) throws(Failure) -> Int64 {
        guard let base else { return console.now().milliseconds * 1000 }
        if let moment = WrittenTime(base)?.microseconds(in: zone) { return moment }
        let read = Result { () throws(SpokenTime.Mistake) in try SpokenTime(base, now: console.now(), zone: zone) }
        guard case .success(let time) = read, let moment = time.instant(in: zone) else {
            throw .usage(.noTime(base, in: "--base", read))
        }
        return moment.milliseconds * 1000
    }

    private func read(_ text: String) throws(Failure) -> CalendarExpression {
        do {
            return try CalendarExpression(text)
        } catch {
            if let words = SpokenCalendar.expression(text), let said = try? CalendarExpression(words) { return said }
            let mistake = Self.inFrench(error, of: text)
            let marks = [mistake.position, error.position].map { position in
                String(repeating: " ", count: String(text.prefix(position)).inOneLine.columns) + "^"
            }
            throw Failure(
                status: .refused, name: "conciergectl.InvalidCalendar",
                parameters: ["expression": .string(text), "position": JSON(error.position)],
                message: Text(
                    fr: "ce n'est pas une expression de calendrier : \(mistake.words)",
                    en: "not a calendar expression: \(error.words)"),
                details: [Text(verbatim: text), Text(saidInFrench: marks[0], english: marks[1])],
                advice: Text(
                    fr: """
                        On peut écrire : « lundi 8h », « du lundi au vendredi 8:00 », « tous les jours 7h30 », \
                        « le 25 décembre », « le premier lundi du mois à 8h ».
                        """,
                    en: "What can be written: \"Mon 08:00\", \"Mon..Fri 08:00\", \"*-12-25\", \"daily\"."))
        }
    }

    /// The mistake as it is said in French: a word is no English one that is mistyped, but a French one.
    private static func inFrench(_ mistake: CalendarMistake, of text: String) -> (words: Text, position: Int) {
        let rest = text.dropFirst(mistake.position)
        let word = rest.prefix { $0 != " " }
        guard word.first?.isLetter == true, !word.contains("/") else { return (mistake.words, mistake.position) }
        if let unknown = SpokenCalendar.unknownWord(text) {
            return (
                Text(
                    fr: "« \(unknown.word) » n'est ni un jour, ni une date, ni une heure",
                    en: "\"\(unknown.word)\" is neither a day nor a date nor a time"), unknown.position
            )
        }
        guard SpokenCalendar.isIncomplete(text) else { return (mistake.words, mistake.position) }
        return (Text(fr: "il manque quelque chose à la fin", en: "something is missing at the end"), text.count)
    }

    private func print(
        _ expression: CalendarExpression, _ elapses: [Int64], in zone: Zone, _ console: Console
    ) throws {
        var card = Card()
        card.add(
            Text(fr: "En clair", en: "In words"), CalendarWords(zone: zone).words(expression)?[console.language])
        card.add(Text(fr: "Forme normalisée", en: "Normalized form"), expression.description)
        card.add(Text(fr: "Fuseau horaire", en: "Time zone"), zone.description)
        try console.print(card.lines(console))
        guard !elapses.isEmpty else {
            return try console.print(
                Text(
                    fr: "Ce moment ne vient plus jamais (jusqu'en 2199).",
                    en: "It never comes again (until the end of 2199)."))
        }
        let times = TimeFormat(console)
        var table = Table([
            Table.Column(Text(fr: "Quand", en: "When"), isWhole: true),
            Table.Column(Text(fr: "Dans", en: "In"), isWhole: true),
        ])
        for elapse in elapses {
            table.add(
                Cell(Self.words(elapse, in: zone)[console.language]),
                Cell(times.distance(to: Instant(milliseconds: elapse / 1000))[console.language]))
        }
        try console.print([""])
        try console.print(table)
        if elapses.count < iterations {
            console.remark(Text(fr: "Ensuite plus jamais.", en: "Never after that."))
        }
    }

    /// A moment in words: `lundi 11 janvier 2027 à 8 h`; with its seconds where it has any.
    private static func words(_ moment: Int64, in zone: Zone) -> Text {
        let instant = Instant(milliseconds: moment / 1000)
        guard moment % 60_000_000 != 0 else { return .moment(instant, in: zone) }
        let time = Self.text(moment, in: zone, joint: " ").split(separator: " ").last ?? ""
        return Text(fr: "\(instant, .dayAndYear) à \(time)", en: "\(instant, .dayAndYear), \(time)").said(in: zone)
    }

    /// The local time of the zone, `moment` microseconds after 1970: `2026-11-24`, the joint, `09:00:00`, and six
    /// decimals if the fraction of the second is not zero.
    private static func text(_ moment: Int64, in zone: Zone, joint: String) -> String {
        let offset = zone.offset(at: Instant(milliseconds: moment / 1000))
        let (days, rest) = (moment + Int64(offset) * 1_000_000).quotientAndRemainder(flooringBy: 86_400_000_000)
        var text = "\(LocalDate(daysSinceEpoch: Int(days)))\(joint)"
        text.append(timeOfDay: Int(rest / 1_000_000))
        let fraction = rest % 1_000_000
        return fraction == 0 ? text : text + "." + fraction.padded(6)
    }
}
