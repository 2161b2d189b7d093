import ArgumentParser
import ConciergeProtocol
import Wording

struct FollowRequest: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "follow",
            Text(
                fr: "Prévenir un autre locataire comme celui pour qui est la demande.",
                en: "Have another resident told as the one for whom a request is."),
            discussion: Text(
                fr: "Ce qui est confidentiel, comme le code d'un colis, n'est dit qu'au premier.",
                en: "What is secret, such as the code of a parcel, is told to the first one alone."))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "L'identifiant de la demande, ou son début.",
            en: "The request's id.", value: .requestID))
    var id: String

    @Option(
        help: ArgumentHelp(
            fr: "Qui la suit : un identifiant, ou des mots qui désignent un seul locataire de l'annuaire.",
            en: "Who follows it: an id, or words that find one resident of the directory.",
            value: Text(fr: "locataire", en: "resident")))
    var resident: String

    @OptionGroup var repeatable: Repeatable
    @OptionGroup var common: Common

    func run() async throws {
        try Failure.refusePlaceholders(["--resident": resident])
        try await common.withConnection { connection in
            let id = try await connection.requestID(id)
            let call = RequestMethods.Follow(id: id, resident: resident)
            let answer = try await connection.change(call, key: repeatable.key())
            try await common.show(answer, on: connection) { _, reply, console in
                let request = reply.request
                try console.print([
                    Text(
                        fr: "C'est noté : la demande \(request.id) est suivie par \(request.followersInWords).",
                        en: "Noted: the request \(request.id) is followed by \(request.followersInWords).")[
                            console.language]
                ])
            }
        }
    }
}

struct UnfollowRequest: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "unfollow",
            Text(
                fr: "Mettre fin au suivi d'une demande par un locataire pour qui elle n'est pas.",
                en: "End that a resident follows a request that is for somebody else."))
    }

    @Argument(
        help: ArgumentHelp(
            fr: "L'identifiant de la demande, ou son début.",
            en: "The request's id.", value: .requestID))
    var id: String

    @Option(
        help: ArgumentHelp(
            fr: "Qui ne la suit plus.",
            en: "Who follows it no longer.", value: Text(fr: "locataire", en: "resident")))
    var resident: String

    @OptionGroup var repeatable: Repeatable
    @OptionGroup var common: Common

    func run() async throws {
        try Failure.refusePlaceholders(["--resident": resident])
        try await common.withConnection { connection in
            let id = try await connection.requestID(id)
            let call = RequestMethods.Unfollow(id: id, resident: resident)
            let answer = try await connection.change(call, key: repeatable.key())
            try await common.show(answer, on: connection) { _, reply, console in
                let request = reply.request
                let left =
                    request.followers == nil
                    ? Text(
                        fr: "C'est noté : plus personne d'autre ne suit la demande \(request.id).",
                        en: "Noted: nobody else follows the request \(request.id) any more.")
                    : Text(
                        fr: "C'est noté : la demande \(request.id) reste suivie par \(request.followersInWords).",
                        en: "Noted: the request \(request.id) is still followed by \(request.followersInWords).")
                try console.print([left[console.language]])
            }
        }
    }
}
