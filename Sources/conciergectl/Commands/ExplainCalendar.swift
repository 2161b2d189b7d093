import ArgumentParser
import CalendarLanguage
import JSON

struct ExplainCalendar: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calendar", abstract: "When a calendar expression elapses; needs no daemon.",
        discussion: """
            The language is that of systemd.time(7), CALENDAR EVENTS: Mon..Fri 08:00, *-*-01, hourly. Quote the \
            expression: the shell has its own idea of *.
            """)

    @Argument(help: "The expression, such as \"Mon..Fri 08:00\".")
    var expression: [String]

    @Option(help: ArgumentHelp("Elapses after this time, such as 2026-11-24T09:00 (default: now).", valueName: "time"))
    var base: String?

    @Option(help: "How many elapses at most, 1 to 1000.")
    var iterations = 5

    @Option(
        help: ArgumentHelp(
            "The zone of an expression that names none, such as Europe/Paris (default: yours).", valueName: "zone"))
    var zone: String?

    @OptionGroup var common: Common

    func run() async throws {
        let console = Console.current
        guard (1...1000).contains(iterations) else {
            throw Failure.usage(
                Words(fr: "--iterations va de 1 à 1000", en: "--iterations is 1 to 1000"))
        }
        let home = try home(console)
        let text = expression.joined(separator: " ")
        let expression = try read(text)
        let shown = expression.zone ?? home
        // A time that is written without a zone is one of the zone that the times below are shown in.
        let start = try start(in: Zone(offset: shown.offset(at:)), console)
        let elapses = expression.elapses(after: start, in: home, limit: iterations)
        if common.json {
            let reply: JSON = [
                "normalized": .string(expression.description),
                "elapses": .array(elapses.map { .string(CivilTime.utcText($0)) }),
            ]
            return try console.print(reply)
        }
        try print(expression, elapses, in: shown, console)
    }

    private func home(_ console: Console) throws(Failure) -> CalendarZone {
        guard let zone else { return .local(console.environment["TZ"]) }
        guard let known = CalendarZone(zone) else {
            throw .usage(
                Words(
                    fr: "--zone : cette machine ne connaît pas le fuseau horaire « \(zone) »",
                    en: "--zone: this machine knows no time zone \"\(zone)\""),
                advice: Words(
                    fr: "Un fuseau s'écrit comme Europe/Paris ou UTC.", en: "A zone is written as Europe/Paris or UTC.")
            )
        }
        return known
    }

    /// Microseconds since 1970.
    private func start(in zone: Zone, _ console: Console) throws(Failure) -> Int64 {
        guard let base else { return console.now() * 1_000_000 }
        guard let written = WrittenTime(base), let moment = written.moment(in: zone) else {
            throw .usage(
                Words(
                    fr: "--base : « \(base) » n'est pas un moment comme 2026-11-24T09:00 (heure locale) "
                        + "ou 2026-11-24T08:00:00Z",
                    en: "--base: \"\(base)\" is not a time such as 2026-11-24T09:00 (local) or 2026-11-24T08:00:00Z"))
        }
        let fraction = written.fraction.prefix(6)
        return moment * 1_000_000 + (Int64(fraction + String(repeating: "0", count: 6 - fraction.count)) ?? 0)
    }

    private func read(_ text: String) throws(Failure) -> CalendarExpression {
        do {
            return try CalendarExpression(text)
        } catch {
            let before = String(text.prefix(error.position)).inOneLine.columns
            throw Failure(
                status: .refused, name: "conciergectl.InvalidCalendar",
                parameters: ["expression": .string(text), "position": JSON(error.position)],
                message: Words(
                    fr: "ce n'est pas une expression de calendrier : \(error.fr)",
                    en: "not a calendar expression: \(error.en)"),
                details: [Words(same: text), Words(same: String(repeating: " ", count: before) + "^")])
        }
    }

    private func print(
        _ expression: CalendarExpression, _ elapses: [Int64], in zone: CalendarZone, _ console: Console
    ) throws {
        var card = Card()
        card.add(Words(fr: "Forme normalisée", en: "Normalized form"), expression.description)
        card.add(Words(fr: "Fuseau horaire", en: "Time zone"), zone.description)
        try console.print(card.lines(console))
        guard !elapses.isEmpty else {
            return try console.print(
                Words(
                    fr: "Ce moment ne vient plus jamais (jusqu'en 2199).",
                    en: "It never comes again (until the end of 2199)."))
        }
        let times = TimeFormat(console)
        var table = Table([
            Table.Column(Words(fr: "Heure locale", en: "Local time"), isWhole: true),
            Table.Column(Words(same: "UTC"), isWhole: true),
            Table.Column(Words(fr: "Dans", en: "In"), isWhole: true),
        ])
        for elapse in elapses {
            let (seconds, fraction) = elapse.quotientAndRemainder(dividingBy: 1_000_000)
            let local = CivilTime(seconds: seconds + zone.offset(at: seconds))
            table.add(
                Cell("\(local.dateText) \(local.timeText(microseconds: fraction))"), Cell(CivilTime.utcText(elapse)),
                Cell(times.distance(seconds - times.now)[console.language]))
        }
        try console.print([""])
        try console.print(table)
        if elapses.count < iterations {
            console.remark(Words(fr: "Ensuite plus jamais.", en: "Never after that."))
        }
    }
}

extension CivilTime {
    /// `09:00:00`, and six decimals where the fraction is not zero.
    fileprivate func timeText(microseconds: Int64) -> String {
        "\(shortTimeText):\(second.padded(2))" + (microseconds > 0 ? "." + microseconds.padded(6) : "")
    }

    /// RFC 3339 of microseconds since 1970.
    fileprivate static func utcText(_ moment: Int64) -> String {
        let (seconds, fraction) = moment.quotientAndRemainder(dividingBy: 1_000_000)
        let utc = CivilTime(seconds: seconds)
        return "\(utc.dateText)T\(utc.timeText(microseconds: fraction))Z"
    }
}
