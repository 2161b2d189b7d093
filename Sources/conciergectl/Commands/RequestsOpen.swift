import ArgumentParser
import Civil
import ConciergeProtocol
import Wording

struct OpenRequest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: "Open a request with a service.",
        discussion: "The fields of a service and their examples: conciergectl services SERVICE")

    @Argument(help: "The service's id.")
    var service: String

    @Argument(help: ArgumentHelp("What the service wants to know.", valueName: "field=value"))
    var fields: [String] = []

    @Option(
        help: """
            Whose request it is: an id, or words that find one resident of the directory. Anything else is taken as a text.
            """)
    var resident: String?

    @OptionGroup var repeatable: Repeatable
    @OptionGroup var common: Common

    func run() async throws {
        try await common.withConnection { connection in
            let described = try await connection.service(service)
            guard let opening = described.opening else {
                throw Failure.usage(
                    Text(
                        fr: "le service « \(service) » ouvre ses demandes de lui-même, sur des signaux",
                        en: "the service \"\(service)\" opens its requests by itself, on signals"),
                    advice: Catalogue.advice)
            }
            let values = FieldValues(
                fields: opening.fields, refused: opening.refusals, zone: Console.current.zone)
            let call = RequestMethods.Open(service: service, resident: resident, input: try values.read(fields))
            let reply = try await connection.change(call, key: repeatable.key())
            try await common.show(reply, on: connection) { _, reply, console in
                let card = RequestCard(reply.request, Catalogue([described]), commandLine: common.commandLine)
                let done = Text(fr: "La demande est ouverte.", en: "The request is open.")
                try console.print([done[console.language]] + card.short(console))
            }
        }
    }
}
