import ArgumentParser
import Civil
import ConciergeProtocol
import JSON
import Wording

struct CorrectRequest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "correct", abstract: "Correct what was typed wrongly, also of a closed request.",
        discussion: "A field without a value is cleared: shelf=. The history keeps both values.")

    @Argument(help: "The request's id.")
    var id: String

    @Argument(help: ArgumentHelp("The right values.", valueName: "field=value"))
    var fields: [String]

    @OptionGroup var repeatable: Repeatable
    @OptionGroup var common: Common

    func run() async throws {
        try await common.withConnection { connection in
            let before = try await connection.call(RequestMethods.Get(id: id)).read().request
            let service = try await connection.service(before.service)
            var values = FieldValues(fields: service.corrections, zone: Console.current.zone)
            values.isCorrection = true
            let call = RequestMethods.Correct(id: id, input: try values.read(fields))
            let reply = try await connection.change(call, key: repeatable.key())
            try await common.show(reply, on: connection) { _, reply, console in
                let card = RequestCard(reply.request, Catalogue([service]), commandLine: common.commandLine)
                let done = Text(fr: "La demande est corrigée.", en: "The request is corrected.")
                try console.print([done[console.language]] + card.short(console))
            }
        }
    }
}
