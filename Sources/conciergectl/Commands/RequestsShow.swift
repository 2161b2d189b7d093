import ArgumentParser
import JSON

struct ShowRequest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One request: its record, what can be done now, and its history.")

    @Argument(help: "The request's id.")
    var id: String

    @OptionGroup var common: Common

    func run() async throws {
        try await common.answer(.get, ["id": .string(id)], listing: "history", limit: .max) {
            connection, reply, console in
            let request = try Request(try reply.object("request"))
            let history = try reply.list("history", of: Entry.init)
            let catalogue = try await connection.catalogue(ofService: request.service)
            let card = RequestCard(request, catalogue, commandLine: common.commandLine)
            try console.print(card.full(history, console))
        }
    }
}
