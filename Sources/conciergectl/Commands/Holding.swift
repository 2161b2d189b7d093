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

    /// What can be paused, by id and name.
    func candidates(on connection: Connection) async throws(Failure) -> [NameMatch.Candidate] {
        switch self {
        case .providers:
            return try await connection.providers().candidates
        case .schedules:
            let names = try await connection.taskNames()
            return try await connection.call(ManagerMethods.Schedules()).read().schedules.map {
                NameMatch.Candidate(id: $0.id, name: names[$0.task] ?? Text(verbatim: $0.task))
            }
        }
    }
}

extension Common {
    /// Pauses or resumes the provider or schedule with that id or name, and prints the text that `told` returns for it.
    func hold<Method: ControlMethod>(
        _ typed: String, among holdable: Holdable, _ call: @Sendable (_ id: String) -> Method,
        told: @Sendable (NameMatch.Candidate, _ on: Connection) async throws -> Text
    ) async throws {
        try await withConnection { connection in
            let held = try await holdable.one(typed, on: connection)
            let answer = try await connection.call(call(held.id))
            let words = json ? nil : try await told(held, connection)
            try await show(answer, on: connection) { _, _, console in
                if let words { try console.print(words[console.language].inOneLine.wrapped(to: console.width)) }
            }
        }
    }
}

extension Holdable {
    /// The one that a name means.
    fileprivate func one(_ typed: String, on connection: Connection) async throws(Failure) -> NameMatch.Candidate {
        let known = try await candidates(on: connection)
        switch NameMatch(known).find(typed) {
        case .one(let found): return found
        case .several(let found): throw .ambiguous(typed, found)
        case .none:
            throw .unknown(
                typed, name: "conciergectl.Unknown", kind: kind, among: known.map(\.id), shown: known.map(\.shown))
        }
    }
}

extension Connection {
    /// The runs that wait, of some tasks, as far as one page has them.
    func waitingRuns(of tasks: [String]) async throws(Failure) -> Int {
        var list = TaskMethods.ListRuns()
        (list.state, list.limit) = (.queued, 1000)
        return try await call(list).read().runs.count { tasks.contains($0.task) }
    }
}
