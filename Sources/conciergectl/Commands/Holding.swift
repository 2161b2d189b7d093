import JSON
import Wording

/// Where the ids of what can be paused are found.
enum Holdable {
    case providers, schedules

    fileprivate var list: (method: Method, member: String, kind: Text) {
        switch self {
        case .providers: (.providers, "providers", Text(fr: "le fournisseur", en: "provider"))
        case .schedules: (.schedules, "schedules", Text(fr: "la planification", en: "schedule"))
        }
    }
}

extension Common {
    /// Pauses or resumes something, and says what it came to; `told` is given how a command line begins.
    func hold(
        _ method: Method, _ id: String, among holdable: Holdable, told: (_ commandLine: String) -> Text
    ) async throws {
        try await withConnection { connection in
            do {
                let reply = try await connection.call(method, ["id": .string(id)])
                try await show(reply, on: connection) { _, _, console in try console.print(told(commandLine)) }
            } catch let failure as Failure where failure.name == "org.concierged.Manager.NotFound" {
                let (method, member, kind) = holdable.list
                let known = try await connection.call(method).list(member) { item throws(Failure) in
                    try item.string("id")
                }
                throw Failure.unknown(id, name: failure.name, kind: kind, among: known)
            }
        }
    }
}
