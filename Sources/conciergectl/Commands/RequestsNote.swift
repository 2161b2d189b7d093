import ArgumentParser
import ConciergeProtocol
import Wording

struct NoteRequest: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "note",
            Text(
                fr: "Ajouter une note à une demande, ouverte ou fermée.",
                en: "Add a note to a request, open or closed."),
            discussion: Text(
                fr: "La note figure dans l'historique de la demande, pour le personnel seul.",
                en: "The note stands in the request's history, for staff alone."))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "L'identifiant de la demande, ou son début.",
            en: "The request's id.", value: .requestID))
    var id: String

    @Argument(help: ArgumentHelp(fr: "La note.", en: "The note.", value: Text(fr: "mot", en: "word")))
    var words: [String] = []

    @OptionGroup var repeatable: Repeatable
    @OptionGroup var common: Common

    func run() async throws {
        let text = words.joined(separator: " ")
        try await common.withConnection { connection in
            let id = try await connection.requestID(id)
            let call = RequestMethods.Note(id: id, text: text)
            let answer = try await connection.change(call, key: repeatable.key())
            try await common.show(answer, on: connection) { _, reply, console in
                let noted = Text(
                    fr: "C’est noté dans l’historique de la demande \(reply.request.id).",
                    en: "It is noted in the history of the request \(reply.request.id).")
                try console.print([noted[console.language]])
            }
        }
    }
}
