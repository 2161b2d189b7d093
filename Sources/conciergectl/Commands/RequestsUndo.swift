import ArgumentParser
import ConciergeProtocol
import Wording

struct UndoRequest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo", abstract: "Take back the last thing that was done to a request.",
        discussion: """
            State, record, timers and what was promised are as before; what was not sent yet is withdrawn, and who was told is \
            told that it does not hold. A request that was just opened is closed. The history keeps both.
            """)

    @Argument(help: "The request's id.")
    var id: String

    @OptionGroup var repeatable: Repeatable
    @OptionGroup var common: Common

    func run() async throws {
        try await common.withConnection { connection in
            let before = try await connection.call(RequestMethods.Get(id: id)).read().request
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
