import ArgumentParser
import ConciergeProtocol
import Wording

struct Requests: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            "requests",
            Text(
                fr: "Les demandes des locataires : les ouvrir, agir, les regarder.",
                en: "Residents' requests: open them, act on them, look at them."),
            subcommands: [
                OpenRequest.self, ActOnRequest.self, CorrectRequest.self, FollowRequest.self, UnfollowRequest.self,
                NoteRequest.self, UndoRequest.self, ShowRequest.self, ListRequests.self, FindRequests.self,
                WatchRequests.self, VerifyRequest.self, ReleaseRequest.self,
            ],
            defaultSubcommand: ListRequests.self)
    }
}

/// The option of commands that change something.
struct Repeatable: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            fr: """
                Une répétition avec la même clé rend la première réponse et ne fait rien (sans elle : une clé au \
                hasard).
                """,
            en: """
                A repeat with the same key returns the first answer and does nothing (default: one made up).
                """, value: Text(fr: "clé", en: "key")))
    var idempotencyKey: String?

    /// The key to send: the given one, else a new one, so that the caller can repeat a call whose answer was lost.
    func key() -> String { idempotencyKey ?? Self.newKey() }

    static func newKey() -> String { "ctl-" + String(UInt64.random(in: 0...UInt64.max), radix: 36) }
}

extension Connection {
    /// Calls a method that changes something, with its idempotency key.
    func change<Method: RepeatableMethod>(
        _ call: Method, key: String
    ) async throws(Failure) -> Answer<Method.Reply> {
        var call = call
        call.idempotencyKey = key
        do {
            return try await self.call(call)
        } catch {
            throw error.repeatable(with: key)
        }
    }
}
