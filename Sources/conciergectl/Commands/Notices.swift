import ArgumentParser
import ConciergeProtocol
import Wording

struct Notices: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notices", abstract: "What residents are to be told; tick what you have told.",
        subcommands: [ListNotices.self, TellNotice.self], defaultSubcommand: ListNotices.self)
}

struct ListNotices: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Notices for residents, the newest first.")

    @Flag(help: "Only those that you have to tell, with the words to say, the oldest first.")
    var byHand = false

    @Option(help: "Only those in this state: waiting, told.")
    var state: String?

    @OptionGroup var page: Page
    @OptionGroup var common: Common

    func run() async throws {
        let call = NoticeMethods.List(
            state: state.map { Wire.Notice.State(rawValue: $0) }, byHand: byHand ? true : nil,
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
            Table.Column(Text(fr: "Résident", en: "Resident")),
            Table.Column(Text(fr: "Texte", en: "Words")),
        ])
        for notice in notices {
            table.add(
                Cell(notice.id), Cell(times.short(notice.at)),
                Cell(notice.stateWords[console.language], colour: notice.state == .waiting ? .yellow : nil),
                Cell(notice.request), Cell(notice.resident), Cell(notice.shownWords[console.language]))
        }
        return table
    }
}

struct TellNotice: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "told", abstract: "Note in the request's history that you have told the resident.",
        discussion: "A notice that is noted already stays as it is.")

    @Argument(help: "The notice's number, as notices --by-hand shows it.")
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

extension Wire.Notice {
    fileprivate var stateWords: Text {
        switch state {
        case .waiting: Text(fr: "à dire", en: "to be told")
        case .told: Text(fr: "dit", en: "told")
        default: Text(verbatim: state.rawValue)
        }
    }

    fileprivate static var unknownResident: Text { Text(fr: "résident inconnu", en: "resident unknown") }

    /// The words, or that they are not for the caller.
    fileprivate var shownWords: Text {
        words ?? Text(fr: "(réservé au personnel)", en: "(for staff only)")
    }

    /// The notice as a person tells it: to whom, since when, about what, and the words.
    fileprivate func card(_ console: Console) -> [String] {
        let times = TimeFormat(console)
        let whom = resident ?? Self.unknownResident[console.language]
        let about = Text(fr: "demande \(request)", en: "request \(request)")[console.language]
        return [
            "\(id)  \(whom)  ·  \(times.both(at))  ·  \(about)", "  \(shownWords[console.language])", "",
        ]
    }
}
