import ArgumentParser
import ConciergeProtocol
import JSON
import Wording

struct ShowRequest: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "show",
            Text(
                fr: "Une demande : son dossier, ce qui peut se faire maintenant, son historique.",
                en: "One request: its record, what can be done now, and its history."))
    }

    @Argument(
        help: ArgumentHelp(
            fr:
                "L'identifiant de la demande ou son début, ou des mots qui n'en trouvent qu'une, comme le numéro d'un colis.",
            en: "The request's id or its beginning, or words that find one request, such as a parcel's number.",
            value: .requestID))
    var request: [String]

    @OptionGroup var common: Common

    func run() async throws {
        try await common.withConnection { connection in
            let answer = try await Self.found(request.joined(separator: " "), connection, common.commandLine)
            try await common.show(answer, on: connection) { connection, reply, console in
                var catalogue = try await connection.catalogue(ofService: reply.request.service)
                if reply.history.contains(where: { $0.event.kind == .run }) {
                    catalogue = catalogue.naming(tasks: try await connection.taskNames())
                }
                let card = RequestCard(reply.request, catalogue, commandLine: common.commandLine)
                try console.show(card.full(reply.history, console))
            }
        }
    }

    /// The request with an id, or the only one that words find.
    ///
    /// - Throws: Those that the words find, if they are several.
    private static func found(
        _ words: String, _ connection: Connection, _ commandLine: String
    ) async throws(Failure) -> Answer<RequestMethods.Get.Reply> {
        do {
            return try await connection.pages(RequestMethods.Get(id: words), limit: .max)
        } catch  where error.refusal == .notFound {
            let most = 5
            let hits: [Wire.Request]
            do throws(Failure) {
                hits = try await connection.pages(
                    RequestMethods.Find(words: words, limit: most + 1), limit: most + 1
                ).read().requests
            } catch  where error.refusal == .invalidInput {
                hits = []
            }
            guard !hits.isEmpty else { throw error }
            if hits.count == 1 { return try await connection.pages(RequestMethods.Get(id: hits[0].id), limit: .max) }
            throw Failure(
                status: .refused, name: "conciergectl.SeveralRequests", parameters: ["words": .string(words)],
                message: Text(
                    fr: "« \(words) » désigne plusieurs demandes", en: "\"\(words)\" means several requests"),
                details: hits.prefix(most).map { request in
                    guard let headline = request.headline else { return Text(verbatim: request.id) }
                    return Text(fr: "\(request.id)  \(headline)", en: "\(request.id)  \(headline)")
                },
                advice: Text(
                    fr: "Toutes : \(commandLine) find \(words.shellQuoted)",
                    en: "All of them: \(commandLine) find \(words.shellQuoted)"))
        }
    }
}
