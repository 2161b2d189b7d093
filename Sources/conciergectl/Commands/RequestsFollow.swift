import ArgumentParser
import ConciergeProtocol
import Wording

struct FollowRequest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "follow",
        abstract: "Have another resident told as the one for whom a request is.",
        discussion: "What is secret, such as the code of a parcel, is told to the first one alone.")

    @Argument(help: "The request's id.")
    var id: String

    @Option(help: "Who follows it: an id, or words that find one resident of the directory.")
    var resident: String

    @OptionGroup var repeatable: Repeatable
    @OptionGroup var common: Common

    func run() async throws {
        try await common.withConnection { connection in
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
    static let configuration = CommandConfiguration(
        commandName: "unfollow", abstract: "End that a resident follows a request that is for somebody else.")

    @Argument(help: "The request's id.")
    var id: String

    @Option(help: "Who follows it no longer.")
    var resident: String

    @OptionGroup var repeatable: Repeatable
    @OptionGroup var common: Common

    func run() async throws {
        try await common.withConnection { connection in
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
