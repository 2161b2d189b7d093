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

    @OptionGroup var repeatable: Repeatable
    @OptionGroup var common: Common

    func run() async throws {
        try await common.withConnection { connection in
            let before = try await connection.call(RequestMethods.Get(id: try await connection.requestID(id))).read()
                .request
            let service = try await connection.service(before.service)
            let call = RequestMethods.Undo(id: before.id, version: before.version)
            let answer = try await connection.change(call, key: repeatable.key())
            try await common.show(answer, on: connection) { _, reply, console in
                let card = RequestCard(reply.request, Catalogue([service]), commandLine: common.commandLine)
                let done = Text(
                    fr: "C’est annulé : la demande est comme avant.", en: "Undone: the request is as before.")
                try console.print([done[console.language]] + card.short(console))
            }
        }
    }
}
