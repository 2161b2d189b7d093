import ArgumentParser
import ConciergeProtocol
import Wording

struct NoteRequest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "note", abstract: "Add a note to a request, open or closed.",
        discussion: "The note stands in the request's history, for staff alone.")

    @Argument(help: "The request's id.")
    var id: String

    @Argument(help: ArgumentHelp("The note.", valueName: "words"))
    var words: [String] = []

    @OptionGroup var repeatable: Repeatable
    @OptionGroup var common: Common

    func run() async throws {
        let text = words.joined(separator: " ")
        try await common.withConnection { connection in
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
