import ArgumentParser
import ConciergeProtocol
import Wording

struct UndoRequest: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "undo",
            Text(
                fr: "Revenir sur la dernière chose faite à une demande.",
                en: "Take back the last thing that was done to a request."),
            discussion: Text(
                fr: """
                    État, dossier, délais et engagements redeviennent ce qu'ils étaient ; ce qui n'est pas encore \
                    parti est retiré, et qui était prévenu apprend que cela ne vaut plus. Une demande à peine \
                    ouverte est fermée. L'historique garde les deux.
                    """,
                en: """
                    State, record, timers and what was promised are as before; what was not sent yet is withdrawn, \
                    and who was told is told that it does not hold. A request that was just opened is closed. The \
                    history keeps both.
                    """))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "L'identifiant de la demande, ou son début.",
            en: "The request's id.", value: .requestID))
    var id: String

    @Flag(help: ArgumentHelp(fr: "Ne pas demander.", en: "Do not ask."))
    var yes = false

    @OptionGroup var repeatable: Repeatable
    @OptionGroup var common: Common

    func run() async throws {
        try await common.withConnection { connection in
            let id = try await connection.requestID(id)
            let before = try await connection.pages(RequestMethods.Get(id: id), limit: .max).read()
            let service = try await connection.service(before.request.service)
            let catalogue = Catalogue([service])
            // After an undo there is nothing to name: the daemon refuses a second one.
            let last = before.history.last { $0.isOfStaff || $0.event.kind == .undo }.flatMap {
                $0.isOfStaff ? $0 : nil
            }
            if let last, !yes { try confirm(last, of: before.request, catalogue) }
            let call = RequestMethods.Undo(id: before.request.id, version: before.request.version)
            let answer = try await connection.change(call, key: repeatable.key())
            try await common.show(answer, on: connection) { connection, reply, console in
                let card = RequestCard(reply.request, catalogue, commandLine: common.commandLine)
                let told = await ToldNotices(of: reply.request.id, on: connection)
                let what = last.map { catalogue.event(of: $0) } ?? Text(verbatim: reply.request.id)
                let done = Text(fr: "Annulé : \(what).", en: "Undone: \(what).")
                try console.print(
                    [done[console.language].inOneLine] + card.short(console) + told.lines(console))
            }
        }
    }

    /// Names what is taken back, and asks the person at the terminal.
    private func confirm(_ last: Wire.Entry, of request: Wire.Request, _ catalogue: Catalogue) throws {
        guard let prompter = Prompter(Console.current, asJSON: common.json) else { return }
        let times = TimeFormat(Console.current)
        let (what, who, when) = (catalogue.event(of: last), last.who, times.short(last.at))
        let back = last.from.map { catalogue.name(ofState: $0, in: request.service) }
        prompter.say(
            back.map {
                Text(
                    fr: "« \(what) », par \(who), \(when). La demande redeviendra : \($0).",
                    en: "\"\(what)\", by \(who), \(when). The request will again be: \($0).")
            }
                ?? Text(
                    fr: "« \(what) », par \(who), \(when). La demande sera fermée comme saisie par erreur.",
                    en: "\"\(what)\", by \(who), \(when). The request will be closed as entered in error."))
        let answer = try prompter.answer(to: Text(fr: "Revenir dessus ? oui/non", en: "Take it back? yes/no"))
        guard ["o", "oui", "y", "yes"].contains(answer.lowercased()) else { throw Failure.givenUp }
    }
}

extension Wire.Entry {
    /// Whether staff did it, so that they may take it back.
    fileprivate var isOfStaff: Bool {
        [.open, .action, .correct].contains(event.kind) && !["timer", "run", "grant", "signal"].contains(actor)
            && !actor.hasPrefix("run ")
    }
}
