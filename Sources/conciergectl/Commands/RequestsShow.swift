import ArgumentParser
import ConciergeProtocol
import Wording

struct ShowRequest: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "show",
            Text(
                fr: "Une demande : son dossier, ce qui peut se faire maintenant, son historique.",
                en: "One request: its record, what can be done now, and its history."))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "L'identifiant de la demande, ou son début.",
            en: "The request's id.", value: .requestID))
    var id: String

    @OptionGroup var common: Common

    func run() async throws {
        try await common.withConnection { connection in
            let call = RequestMethods.Get(id: try await connection.requestID(id))
            let answer = try await connection.pages(call, limit: .max)
            try await common.show(answer, on: connection) { connection, reply, console in
                var catalogue = try await connection.catalogue(ofService: reply.request.service)
                if reply.history.contains(where: { $0.event.kind == .run }) {
                    catalogue = catalogue.naming(tasks: try await connection.taskNames())
                }
                let card = RequestCard(reply.request, catalogue, commandLine: common.commandLine)
                try console.print(card.full(reply.history, console))
            }
        }
    }
}
