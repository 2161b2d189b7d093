import ArgumentParser
import ConciergeProtocol
import JSON
import Wording

/// The options that every command takes, before or after its name.
struct Common: ParsableArguments {
    static let defaultSocket = "/run/concierge/org.concierged"

    @Option(
        help: ArgumentHelp(
            fr: "La socket de concierged (sinon CONCIERGE_SOCKET, sinon \(defaultSocket)).",
            en: "The daemon's control socket (default: CONCIERGE_SOCKET, else \(defaultSocket)).",
            value: Text(fr: "chemin", en: "path")))
    var socket: String?

    @Flag(help: ArgumentHelp(fr: "Écrire la réponse de concierged en JSON.", en: "Write the daemon's reply as JSON."))
    var json = false

    /// The path of the daemon's socket: from the option, else from `CONCIERGE_SOCKET`, else ``defaultSocket``.
    static func socket(option: String?, environment: [String: String]) -> String {
        let named = environment["CONCIERGE_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        return option ?? named ?? defaultSocket
    }

    /// Connects to the daemon, calls `body` and closes the connection.
    func withConnection(_ body: (Connection) async throws -> Void) async throws {
        try await Connection.with(socket: Self.socket(option: socket, environment: Console.current.environment), body)
    }

    /// Calls one method. With `--json` it writes the reply unchanged, otherwise it passes the reply to `show`.
    func answer<Method: ControlMethod>(
        _ call: Method, show: (Connection, Method.Reply, Console) async throws -> Void
    ) async throws {
        try await withConnection { connection in
            try await self.show(try await connection.call(call), on: connection, show)
        }
    }

    /// Calls a method that lists, and fetches pages until it has `limit` elements or there are no more. With `--json`
    /// it writes the reply unchanged, otherwise it passes the reply to `show`.
    func answer<Method: PagedMethod>(
        _ call: Method, limit: Int, show: (Connection, Method.Reply, Console) async throws -> Void
    ) async throws {
        try await withConnection { connection in
            try await self.show(try await connection.pages(call, limit: limit), on: connection, show)
        }
    }

    /// With `--json` writes a reply unchanged, otherwise passes it to `body`.
    func show<Reply>(
        _ answer: Answer<Reply>, on connection: Connection,
        _ body: (Connection, Reply, Console) async throws -> Void
    ) async throws {
        let console = Console.current
        if json {
            try console.print(JSON.object(answer.json))
        } else {
            try await body(connection, try answer.read(), console)
        }
    }

    /// The beginning of a command line for this daemon, quoted for a shell.
    var commandLine: String {
        socket.map { "conciergectl --socket \($0.shellQuoted)" } ?? "conciergectl"
    }
}
