import ArgumentParser
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
    func answer(
        _ method: Method, _ parameters: JSONObject = [:],
        show: (Connection, JSONObject, Console) async throws -> Void
    ) async throws {
        try await withConnection { connection in
            try await self.show(try await connection.call(method, parameters), on: connection, show)
        }
    }

    /// The same for a method that lists: page after page, until there are `limit` elements or no more.
    func answer(
        _ method: Method, _ parameters: JSONObject, listing member: String, limit: Int,
        show: (Connection, JSONObject, Console) async throws -> Void
    ) async throws {
        try await withConnection { connection in
            let reply = try await connection.pages(method, parameters, of: member, limit: limit)
            try await self.show(reply, on: connection, show)
        }
    }

    /// With `--json` writes a reply as it came, else hands it to `body`.
    func show(
        _ reply: JSONObject, on connection: Connection,
        _ body: (Connection, JSONObject, Console) async throws -> Void
    ) async throws {
        let console = Console.current
        if json {
            try console.print(JSON.object(reply))
        } else {
            try await body(connection, reply, console)
        }
    }

    /// How a command line for this daemon begins, ready to type.
    var commandLine: String {
        socket.map { "conciergectl --socket \($0.shellQuoted)" } ?? "conciergectl"
    }
}

extension JSONObject {
    /// A string to send, left out when it is nil.
    mutating func send(_ value: String?, as key: String) {
        if let value { self[key] = .string(value) }
    }
}
