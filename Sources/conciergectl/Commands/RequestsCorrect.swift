import ArgumentParser
import Civil
import ConciergeProtocol
import JSON
import Wording

struct CorrectRequest: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "correct",
            Text(
                fr: "Corriger ce qui a été mal saisi, même dans une demande fermée.",
                en: "Correct what was typed wrongly, also of a closed request."),
            discussion: Text(
                fr: """
                    Un champ sans valeur est effacé : shelf=. Avec --resident est corrigé pour qui est la demande, \
                    avec --about le lieu ; ce qu'elle retient et ce qui a été dit restent. L'historique garde les \
                    deux valeurs.
                    """,
                en: """
                    A field without a value is cleared: shelf=. With --resident it is corrected for whom the request \
                    is, with --about which place it is about; what it holds and what was told stay. The history \
                    keeps both values.
                    """))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "L'identifiant de la demande, ou son début.",
            en: "The request's id.", value: .requestID))
    var id: String

    @Argument(
        help: ArgumentHelp(
            fr: "Les bonnes valeurs.",
            en: "The right values.", value: Text(fr: "champ=valeur", en: "field=value")))
    var fields: [String] = []

    @Option(
        help: ArgumentHelp(
            fr: "Pour qui, comme pour requests open.",
            en: "Whose request it is, as for requests open.", value: Text(fr: "locataire", en: "resident")))
    var resident: String?

    @Option(
        help: ArgumentHelp(
            fr: "Où, comme pour requests open.",
            en: "What it is about, as for requests open.", value: Text(fr: "lieu", en: "place")))
    var about: String?

    @OptionGroup var repeatable: Repeatable
    @OptionGroup var common: Common

    func run() async throws {
        try Failure.refusePlaceholders(["--resident": resident, "--about": about])
        try await common.withConnection { connection in
            let id = try await connection.requestID(id)
            let before = try await connection.call(RequestMethods.Get(id: id)).read().request
            let service = try await connection.service(before.service)
            let reply = try await correct(id, service, on: connection)
            try await common.show(reply, on: connection) { _, reply, console in
                let card = RequestCard(reply.request, Catalogue([service]), commandLine: common.commandLine)
                let done = Text(fr: "La demande est corrigée.", en: "The request is corrected.")
                try console.print([done[console.language]] + card.short(console))
            }
        }
    }

    private func correct(
        _ id: String, _ service: Wire.Service, on connection: Connection
    ) async throws -> Answer<RequestReply> {
        guard resident != nil || about != nil else {
            var values = FieldValues(fields: service.corrections, clock: FieldClock(Console.current))
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
