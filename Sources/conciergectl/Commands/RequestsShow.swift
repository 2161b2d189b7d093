import ArgumentParser
import ConciergeProtocol

struct ShowRequest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One request: its record, what can be done now, and its history.")

    @Argument(help: "The request's id.")
    var id: String

    @OptionGroup var common: Common

    func run() async throws {
        try await common.answer(RequestMethods.Get(id: id), limit: .max) { connection, reply, console in
            var catalogue = try await connection.catalogue(ofService: reply.request.service)
            if reply.history.contains(where: { $0.event.kind == .run }) {
                catalogue = catalogue.naming(tasks: try await connection.taskNames())
            }
            let card = RequestCard(reply.request, catalogue, commandLine: common.commandLine)
            try console.print(card.full(reply.history, console))
        }
    }
}
