import ArgumentParser
import Civil
import ConciergeProtocol
import JSON
import Wording

struct CorrectRequest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "correct", abstract: "Correct what was typed wrongly, also of a closed request.",
        discussion: """
            A field without a value is cleared: shelf=. With --resident it is corrected for whom the request is, with --about \
            which place it is about; what it holds and what was told stay. The history keeps both values.
            """)

    @Argument(help: "The request's id.")
    var id: String

    @Argument(help: ArgumentHelp("The right values.", valueName: "field=value"))
    var fields: [String] = []

    @Option(help: "Whose request it is, as for requests open.")
    var resident: String?

    @Option(help: "What it is about, as for requests open.")
    var about: String?

    @OptionGroup var repeatable: Repeatable
    @OptionGroup var common: Common

    func run() async throws {
        try await common.withConnection { connection in
            let before = try await connection.call(RequestMethods.Get(id: id)).read().request
            let service = try await connection.service(before.service)
            let reply = try await correct(service, on: connection)
            try await common.show(reply, on: connection) { _, reply, console in
                let card = RequestCard(reply.request, Catalogue([service]), commandLine: common.commandLine)
                let done = Text(fr: "La demande est corrigée.", en: "The request is corrected.")
                try console.print([done[console.language]] + card.short(console))
            }
        }
    }

    private func correct(
        _ service: Wire.Service, on connection: Connection
    ) async throws -> Answer<RequestReply> {
        guard resident != nil || about != nil else {
            var values = FieldValues(fields: service.corrections, zone: Console.current.zone)
            values.isCorrection = true
            let call = RequestMethods.Correct(id: id, input: try values.read(fields))
            return try await connection.change(call, key: repeatable.key())
        }
        guard fields.isEmpty, resident == nil || about == nil else {
            throw Failure.usage(
                Text(
                    fr: "corrigez --resident, --about et les champs l'un après l'autre",
                    en: "correct --resident, --about and the fields one after the other"))
        }
        if let about {
            return try await connection.change(RequestMethods.Relocate(id: id, about: about), key: repeatable.key())
        }
        let call = RequestMethods.Reassign(id: id, resident: resident ?? "")
        return try await connection.change(call, key: repeatable.key())
    }
}
