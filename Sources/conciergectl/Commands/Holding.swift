import ConciergeProtocol
import Wording

/// Where the ids of what can be paused are found.
enum Holdable {
    case providers, schedules

    fileprivate var kind: Text {
        switch self {
        case .providers: Text(fr: "le fournisseur", en: "provider")
        case .schedules: Text(fr: "la planification", en: "schedule")
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
    /// Pauses or resumes something of that id, and says what it came to; `told` is given how a command line begins.
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
