import ArgumentParser
import ConciergeProtocol
import Wording

struct VerifyRequest: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "verify",
            Text(
                fr: "Vérifier que l’historique d’une demande est tel qu’au moment des remises.",
                en: "Check that a request's history is as it was when something changed hands."),
            discussion: Text(
                fr: """
                    Chaque remise porte une empreinte (SHA-256) de tout ce qui la précède. Qui a noté une empreinte peut la \
                    comparer. Code 65 si une ligne ne correspond plus.
                    """,
                en: """
                    Each hand-over has a hash (SHA-256) of all that was before it. Who has noted a hash can compare it. Status 65 \
                    where a line does not fit any more.
                    """))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "L'identifiant de la demande, ou son début.", en: "The request's id, or its beginning.",
            value: .requestID))
    var id: String

    @OptionGroup var common: Common

    func run() async throws {
        try await common.answer(RequestMethods.Verify(id: id)) { _, reply, console in
            if let line = reply.brokenAt {
                throw Failure(
                    status: .refused, name: "conciergectl.HistoryChanged",
                    message: Text(
                        fr:
                            "l’historique de la demande \(reply.request) a été modifié : la ligne \(Int(line)) ne correspond plus",
                        en:
                            "the history of the request \(reply.request) was changed: line \(Int(line)) does not fit any more"
                    ))
            }
            guard let hash = reply.hash else {
                return try console.print(
                    Text(fr: "Rien n’a encore été remis.", en: "Nothing has changed hands yet."))
            }
            let words = Text(
                fr: "L’historique est intact : \(reply.links, "remise", "remises"), dernière empreinte",
                en: "The history is intact: \(reply.links, "hand-over", "hand-overs"), last hash")
            try console.print([words[console.language] + (console.language == .fr ? " :" : ":"), hash])
        }
    }
}
