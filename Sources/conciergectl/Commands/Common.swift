import ArgumentParser
import ConciergeProtocol
import JSON

/// What every command takes, before or after its name.
struct Common: ParsableArguments {
    static let defaultSocket = "/run/concierge/org.concierged"

    @Option(
        help: ArgumentHelp(
            "The daemon's control socket (default: CONCIERGE_SOCKET, else \(defaultSocket)).", valueName: "path"))
    var socket: String?

    @Flag(help: "Write the daemon's reply as JSON.")
    var json = false

    /// The socket to speak to: that of the option, else of the environment, else the daemon's own.
    static func socket(option: String?, environment: [String: String]) -> String {
        let named = environment["CONCIERGE_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        return option ?? named ?? defaultSocket
    }

    /// Connects to the daemon for the length of `body`.
    func withConnection(_ body: (Connection) async throws -> Void) async throws {
        try await Connection.with(socket: Self.socket(option: socket, environment: Console.current.environment), body)
    }

    /// Calls one method; with `--json` writes its reply as it came, else hands it to `show`.
    func answer<Method: ControlMethod>(
        _ call: Method, show: (Connection, Method.Reply, Console) async throws -> Void
    ) async throws {
        try await withConnection { connection in
            try await self.show(try await connection.call(call), on: connection, show)
        }
    }

    /// The same for a method that lists: page after page, until there are `limit` elements or no more.
    func answer<Method: PagedMethod>(
        _ call: Method, limit: Int, show: (Connection, Method.Reply, Console) async throws -> Void
    ) async throws {
        try await withConnection { connection in
            try await self.show(try await connection.pages(call, limit: limit), on: connection, show)
        }
    }

    /// With `--json` writes a reply as it came, else hands it to `body`.
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

    /// How a command line for this daemon begins, ready to type.
    var commandLine: String {
        socket.map { "conciergectl --socket \($0.shellQuoted)" } ?? "conciergectl"
    }
}
