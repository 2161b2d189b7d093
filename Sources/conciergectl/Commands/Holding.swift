import ConciergeProtocol
import Wording

/// The kinds of things that can be paused. Each lists its ids, to suggest one if an id is unknown.
enum Holdable {
    case providers, schedules

    fileprivate var kind: Failure.Kind {
        switch self {
        case .providers: .module
        case .schedules: .schedule
        }
    }

    fileprivate func ids(on connection: Connection) async throws(Failure) -> [String] {
        switch self {
        case .providers: try await connection.providers().map(\.id)
        case .schedules: try await connection.call(ManagerMethods.Schedules()).read().schedules.map(\.id)
        }
    }
}

extension Common {
    /// Pauses or resumes the provider or schedule with that id, and prints the text that `told` returns. `told` gets
    /// ``commandLine``.
    func hold(
        _ call: some ControlMethod, _ id: String, among holdable: Holdable, told: (_ commandLine: String) -> Text
    ) async throws {
        try await withConnection { connection in
            do {
                let answer = try await connection.call(call)
                try await show(answer, on: connection) { _, _, console in try console.print(told(commandLine)) }
            } catch let failure as Failure where failure.refusal == .notFound {
                let known = try await holdable.ids(on: connection)
                throw Failure.unknown(id, name: failure.name, kind: holdable.kind, among: known)
            }
        }
    }
}
