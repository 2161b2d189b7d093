import ArgumentParser
import ConciergeProtocol
import Wording

/// What the Tab key offers: what the daemon serves. Nothing, if the daemon cannot be reached.
enum Completion {
    static var services: CompletionKind {
        .custom { _, _, _ in
            await candidates { try await $0.catalogue().services.keys.sorted() }
        }
    }

    static var tasks: CompletionKind {
        .custom { _, _, _ in
            await candidates { try await $0.tasks().map(\.id).sorted() }
        }
    }

    /// For `act`: the actions that the request allows now, then the fields of the action.
    static var actions: CompletionKind {
        .custom { words, _, _ in await candidates { try await actions(after: words, $0) } }
    }

    private static func candidates(
        _ find: @escaping @Sendable (Connection) async throws -> [String]
    ) async -> [String] {
        var found: [String] = []
        let socket = Common.socket(option: nil, environment: Console.current.environment)
        try? await Connection.with(socket: socket) { found = try await find($0) }
        return found
    }

    /// - Parameter words: The whole command line, with the word that is being typed.
    static func actions(after words: [String], _ connection: Connection) async throws -> [String] {
        guard let start = words.firstIndex(where: { ["act", "do"].contains($0) }) else { return [] }
        let typed = words[(start + 1)...].dropLast()
        guard let id = typed.first else { return [] }
        let request = try await connection.call(
            RequestMethods.Get(id: try await connection.requestID(id))
        ).read().request
        let words = try ActWords(Array(typed))
        guard let name = words.action else { return request.actions }
        let service = try await connection.service(request.service)
        return service.action(name)?.fields.map { $0.name + "=" } ?? []
    }
}
