import ArgumentParser
import ConciergeProtocol
import Wording

struct ReleaseRequest: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "release",
            Text(
                fr: "Sortir une demande de quarantaine : elle avait fait tomber concierged.",
                en: "Take a request out of quarantine: it had crashed the daemon."),
            discussion: Text(
                fr: """
                    Ses délais courent à nouveau et ses pannes sont recomptées de zéro. Faites d'abord corriger la \
                    cause.
                    """,
                en: "Its timers fire again and its crashes are counted anew. Have the cause mended first."))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "L'identifiant de la demande, ou son début.",
            en: "The request's id.", value: .requestID))
    var id: String

    @OptionGroup var common: Common

    func run() async throws {
        try await common.withConnection { connection in
            let id = try await connection.requestID(id)
            let answer = try await connection.call(RequestMethods.Release(id: id))
            try await common.show(answer, on: connection) { connection, reply, console in
                let request = reply.request
                let catalogue = try await connection.catalogue(ofService: request.service)
                let released = Text(fr: "La demande est libérée.", en: "The request is released.")
                let card = RequestCard(request, catalogue, commandLine: common.commandLine)
                try console.print([released[console.language]] + card.short(console))
            }
        }
    }
}

struct ReleaseProvider: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "release",
            Text(
                fr: """
                    Sortir un module de quarantaine et le remettre en service : il avait fait tomber concierged.
                    """,
                en: "Take a provider out of quarantine and make it: it had crashed the daemon."),
            discussion: Text(
                fr: """
                    Ses demandes continuent et ses pannes sont recomptées de zéro. Faites d'abord corriger la cause.
                    """,
                en: "Its requests go on and its crashes are counted anew. Have the cause mended first."))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "L'identifiant du module.",
            en: "The provider's id.", value: Text(fr: "identifiant", en: "id")))
    var id: String

    @OptionGroup var common: Common

    func run() async throws {
        try await common.answer(ManagerMethods.ReleaseProvider(id: id)) { connection, _, console in
            let providers = try await connection.providers()
            let released = Text(fr: "Le module est libéré.", en: "The provider is released.")
            try console.print([released[console.language], ""])
            try console.print(Wire.Provider.table(providers.filter { $0.id == id }, console))
        }
    }
}
