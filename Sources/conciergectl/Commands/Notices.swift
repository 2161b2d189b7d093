import ArgumentParser
import ConciergeProtocol
import Wording

struct Notices: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "notices",
            Text(
                fr: "Ce qui est à dire aux locataires et aux partenaires ; noter ce qui est dit.",
                en: "What residents and partners are to be told; tick what you have told."),
            subcommands: [
                ListNotices.self, ShowNotice.self, TellNotice.self, SendNoticeAgain.self, PrintLetters.self,
            ], defaultSubcommand: ListNotices.self)
    }
}

struct ListNotices: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "list",
            Text(
                fr: "Les messages aux locataires et aux partenaires, les plus récents d'abord.",
                en: "Notices for residents and partners, the newest first."))
    }

    @Flag(
        help: ArgumentHelp(
            fr: "Seulement ceux que vous avez à dire, avec les mots, les plus anciens d'abord.",
            en: "Only those that you have to tell, with the words to say, the oldest first."))
    var byHand = false

    @Option(
        help: ArgumentHelp(
            fr: """
                Seulement ceux dans cet état : à dire, envoyé, incertain, refusé, retiré, trop tard, dit.
                """,
            en: "Only those in this state: waiting, sent, uncertain, failed, withdrawn, too-late, told.",
            value: Text(fr: "état", en: "state")))
    var state: String?

    @OptionGroup var page: Page
    @OptionGroup var common: Common

    func run() async throws {
        let call = NoticeMethods.List(
            state: try state.map { try Wire.Notice.state(named: $0) }, byHand: byHand ? true : nil,
            limit: try page.checkedLimit(), after: page.after)
        try await common.answer(call, limit: page.size) { _, reply, console in
            guard !reply.notices.isEmpty else {
                return try console.print(
                    byHand
                        ? Text(fr: "Personne n'attend un message.", en: "Nobody waits to be told anything.")
                        : Text(fr: "Aucun message.", en: "No notices."))
            }
            if byHand {
                try console.print(reply.notices.flatMap { $0.card(console) }.dropLast())
                console.remark(
                    Text(
                        fr: "Quand c'est dit : \(common.commandLine) notices told NUMÉRO",
                        en: "Once you have told it: \(common.commandLine) notices told NUMBER"))
            } else {
                try console.print(Self.table(reply.notices, console))
            }
            page.remark(next: reply.next, console)
        }
    }

    private static func table(_ notices: [Wire.Notice], _ console: Console) -> Table {
        let times = TimeFormat(console)
        var table = Table([
            Table.Column(Text(fr: "Message", en: "Notice"), isWhole: true),
            Table.Column(Text(fr: "Depuis", en: "Since"), isWhole: true),
            Table.Column(Text(fr: "État", en: "State"), isWhole: true),
            Table.Column(Text(fr: "Demande", en: "Request"), isWhole: true),
            Table.Column(Text(fr: "Pour", en: "For")),
            Table.Column(Text(fr: "Texte", en: "Words"), wraps: true),
        ])
        for notice in notices {
            table.add(
                Cell(notice.id), Cell(times.short(notice.at)),
                Cell(notice.stateWords[console.language], colour: notice.colour),
                Cell(notice.request), Cell(notice.person?.name ?? notice.partner ?? notice.resident),
                Cell(notice.shownWords[console.language]))
        }
        return table
    }
}

struct TellNotice: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "told",
            Text(
                fr: "Noter dans l'historique de la demande que le message est dit.",
                en: "Note in the request's history that you have told whom it is for."),
            discussion: Text(
                fr: "Un message déjà noté reste comme il est.",
                en: "A notice that is noted already stays as it is."))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "Le numéro du message, que montre notices --by-hand.",
            en: "The notice's number, as notices --by-hand shows it.", value: Text(fr: "identifiant", en: "id")))
    var id: String

    @OptionGroup var repeatable: Repeatable
    @OptionGroup var common: Common

    func run() async throws {
        let key = repeatable.key()
        try await common.withConnection { connection in
            let answer = try await connection.change(NoticeMethods.Told(id: id), key: key)
            try await common.show(answer, on: connection) { _, reply, console in
                let whom = reply.resident.map { Text(verbatim: $0) } ?? Wire.Notice.unknownResident
                try console.print(
                    Text(
                        fr: "C'est noté dans la demande \(reply.request) : \(whom) est au courant.",
                        en: "It is noted in the request \(reply.request): \(whom) was told."))
            }
        }
    }
}

struct ShowNotice: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "show",
            Text(
                fr: "Un message, tel que la personne le lit.",
                en: "A notice, and the message as its person reads it."))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "Le numéro du message.",
            en: "The notice's number.", value: Text(fr: "identifiant", en: "id")))
    var id: String

    @OptionGroup var common: Common

    func run() async throws {
        try await common.answer(NoticeMethods.Show(id: id)) { _, reply, console in
            let (notice, times) = (reply.notice, TimeFormat(console))
            var lines = [
                "\(notice.id)  \(notice.whom(console.language))  ·  \(times.both(notice.at))  ·  "
                    + Text(fr: "demande \(notice.request)", en: "request \(notice.request)")[console.language],
                "",
                "  \(notice.stateWords[console.language])",
            ]
            if let until = notice.usefulUntil {
                lines.append(
                    "  "
                        + Text(fr: "utile jusqu'au \(times.both(until))", en: "useful until \(times.both(until))")[
                            console.language])
            }
            if let run = notice.run {
                lines.append(
                    "  "
                        + Text(
                            fr: "envoi : \(common.commandLine) runs show \(run)",
                            en: "its mail: \(common.commandLine) runs show \(run)")[console.language])
            }
            if let email = notice.person?.email, !email.isEmpty {
                lines.append("  " + Text(fr: "à \(email)", en: "to \(email)")[console.language])
            }
            lines += ["", reply.message.subject, ""]
            lines += reply.message.mail.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            try console.print(lines)
        }
    }
}

struct SendNoticeAgain: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "send-again",
            Text(
                fr: "Envoyer par courriel ce qui était à dire : l'adresse est corrigée.",
                en: "Send by mail what you were to tell: the address has been put right."))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "Le numéro du message, que montre notices --by-hand.",
            en: "The notice's number, as notices --by-hand shows it.", value: Text(fr: "identifiant", en: "id")))
    var id: String

    @OptionGroup var repeatable: Repeatable
    @OptionGroup var common: Common

    func run() async throws {
        let key = repeatable.key()
        try await common.withConnection { connection in
            let answer = try await connection.change(NoticeMethods.SendAgain(id: id), key: key)
            try await common.show(answer, on: connection) { _, reply, console in
                try console.print(
                    Text(
                        fr: "Le message de la demande \(reply.request) part par courriel.",
                        en: "The notice of the request \(reply.request) leaves by mail."))
            }
        }
    }
}

struct PrintLetters: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "letter",
            Text(
                fr: "Imprimer des messages en lettres, une page chacun.",
                en: "Print notices as letters, a page each."),
            discussion: Text(
                fr: """
                    Chaque page finit par un saut de page, pour que l'imprimante prenne une feuille nouvelle : \
                    conciergectl notices letter --all | lp. Notez-les par notices told une fois dans les boîtes aux \
                    lettres.
                    """,
                en: """
                    Pages end with a form feed, so that a printer begins a new sheet: conciergectl notices letter \
                    --all | lp. Tick them with notices told once they are in the letter box.
                    """))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "Les numéros des messages.",
            en: "The numbers of the notices.", value: Text(fr: "numéro", en: "number")))
    var ids: [String] = []

    @Flag(
        help: ArgumentHelp(
            fr: "Tous ceux que vous avez à dire, 1000 au plus.",
            en: "All that you have to tell, 1000 at most."))
    var all = false

    @OptionGroup var common: Common

    func validate() throws {
        guard all != ids.isEmpty else { return }
        throw ValidationError(fr: "donnez des numéros de messages, ou --all", en: "give numbers of notices, or --all")
    }

    func run() async throws {
        try await common.withConnection { connection in
            var ids = ids
            if all {
                let list = try await connection.call(NoticeMethods.List(byHand: true, limit: 1000)).read()
                ids = list.notices.map(\.id)
            }
            for id in ids {
                let answer = try await connection.call(NoticeMethods.Show(id: id))
                try await common.show(answer, on: connection) { _, reply, console in
                    var lines = reply.message.letter.split(separator: "\n", omittingEmptySubsequences: false)
                        .map(String.init)
                    if id != ids.last { lines.append("\u{0C}") }
                    try console.print(lines)
                }
            }
        }
    }
}

extension Wire.Notice {
    /// The state with that id or name.
    fileprivate static func state(named typed: String) throws(Failure) -> State {
        let states: [State] = [.waiting, .sent, .uncertain, .failed, .withdrawn, .tooLate, .told]
        let names = states.map { NameMatch.Candidate(id: $0.rawValue, name: $0.words) }
        switch NameMatch(names).find(typed) {
        case .one(let found): return State(rawValue: found.id)
        case .several(let found): throw .ambiguous(typed, found)
        case .none:
            throw .unknown(
                typed, name: "conciergectl.UnknownState", kind: .state, among: names.map(\.id),
                shown: names.map(\.shown))
        }
    }

    fileprivate var stateWords: Text {
        switch state {
        case .waiting where by == .mail: Text(fr: "part par courriel", en: "leaves by mail")
        case .failed: Text(fr: "à dire (courriel refusé)", en: "to be told (mail refused)")
        default: state.words
        }
    }

    fileprivate var colour: Colour? {
        switch state {
        case .waiting where by == .hand: .yellow
        case .failed, .uncertain, .tooLate: .red
        default: nil
        }
    }

    fileprivate static var unknownResident: Text { Text(fr: "locataire inconnu", en: "resident unknown") }

    /// The words, or that they are not for the caller.
    fileprivate var shownWords: Text {
        words ?? Text(fr: "(réservé au personnel)", en: "(for staff only)")
    }

    /// Whom it is for: the name with the flat where the directory has them.
    fileprivate func whom(_ language: Language) -> String {
        guard let person else { return partner ?? resident ?? Self.unknownResident[language] }
        let resident = [person.name, person.dwelling, person.residence].filter { !$0.isEmpty }.joined(separator: ", ")
        guard let holder = person.holder else { return resident }
        return Text(fr: "\(holder), pour \(resident)", en: "\(holder), for \(resident)")[language]
    }

    /// The notice as a person tells it: to whom, how to reach them, since when, about what, and the words.
    fileprivate func card(_ console: Console) -> [String] {
        let times = TimeFormat(console)
        let about = Text(fr: "demande \(request)", en: "request \(request)")[console.language]
        var lines = ["\(id)  \(whom(console.language))"]
        var facts = [times.both(at), about]
        // A number that goes on in the next line is dialled wrongly.
        if let phone = person?.phone, !phone.isEmpty { facts.insert(phone.replacing(" ", with: "\u{A0}"), at: 0) }
        switch person?.channels?.first {
        case "letter": facts.insert(Text(fr: "par lettre", en: "by letter")[console.language], at: 0)
        case "door": facts.insert(Text(fr: "à la porte", en: "at the door")[console.language], at: 0)
        default: break
        }
        if state == .failed {
            facts.append(Text(fr: "le courriel est refusé", en: "the mail is refused")[console.language])
        }
        if let usefulUntil {
            facts.append(
                Text(fr: "avant le \(times.both(usefulUntil))", en: "before \(times.both(usefulUntil))")[
                    console.language])
        }
        let width = console.width.map { $0 - 2 }
        lines += facts.joined(separator: "  ·  ").inOneLine.wrapped(to: width).map { "  " + $0 }
        return lines + shownWords[console.language].inOneLine.wrapped(to: width).map { "  " + $0 } + [""]
    }
}

extension Wire.Word<Wire.Notice> {
    /// What became of a notice, in a few words.
    var words: Text {
        switch self {
        case .waiting: Text(fr: "à dire", en: "to be told")
        case .sent: Text(fr: "envoyé", en: "sent")
        case .uncertain: Text(fr: "incertain", en: "uncertain")
        case .failed: Text(fr: "à dire (courriel refusé)", en: "to be told (mail refused)")
        case .withdrawn: Text(fr: "retiré", en: "withdrawn")
        case .tooLate: Text(fr: "trop tard", en: "too late")
        case .told: Text(fr: "dit", en: "told")
        default: Text(verbatim: rawValue)
        }
    }
}
