import ConciergeEngine
public import ConciergeKit
import JSON

/// A request as a test sees it.
public struct LodgeRequest: Sendable {
    /// Its id.
    public let id: String
    /// Its state's id.
    public let state: String
    /// Whether the request is open.
    public let isOpen: Bool
    /// How often it was changed, its opening included.
    public let version: Int
    /// The due times of its timers, by id.
    public let timers: [String: Instant]
    /// Its position in line, from 1; nil if it is not in line.
    public let place: Int?
    /// The actions that the table allows now.
    public let actions: [String]
    private let data: JSONObject

    init(_ request: StoredRequest, timers: [TimerKey: Instant], place: Int?, registry: Registry) {
        self.place = place
        id = request.id.description
        state = request.state
        isOpen = request.isOpen
        version = request.version
        self.timers = timers.reduce(into: [:]) { timers, timer in timers[timer.key.description] = timer.value }
        actions = registry.service(request.service)?.table.actions(in: request.state) ?? []
        data = (try? JSON.parse(request.record))?.objectValue ?? [:]
    }

    /// A member of the record as it is shown on the wire; nil if it is missing or not a plain value.
    public subscript(member: String) -> Scalar? {
        data[member].flatMap(Scalar.init)
    }

    /// A member of the record that is text.
    public func text(_ member: String) -> String? {
        data[member]?.stringValue
    }
}

/// A history line as a test sees it.
public struct LodgeEntry: Sendable {
    /// `open`, `corrected`, an action, `timer:NAME`, `run:TASK` or `notice:NAME`.
    public let event: String
    /// The state before.
    public let from: String?
    /// The state after.
    public let to: String?
    /// The actor.
    public let actor: String
    /// The text of the notice, or the reason of a refusal.
    public let note: Text?

    init(_ entry: Entry) {
        event = entry.event.description
        from = entry.from
        to = entry.to
        actor = entry.actor
        note = entry.note
    }
}

/// A run as a test sees it.
public struct LodgeRun: Sendable {
    /// Its id.
    public let id: String
    /// Its task.
    public let task: String
    /// queued, running, succeeded, failed or cancelled.
    public let state: String
    /// The outcome that the task reported.
    public let outcome: Text?
    /// The report's data, JSON.
    public let data: String?
    /// Why its last attempt failed.
    public let error: String?
    /// Attempts begun.
    public let attempt: Int

    init(_ run: StoredRun) {
        id = run.id.description
        task = run.task.rawValue
        state = run.state.rawValue
        outcome = run.outcome
        data = run.data.map { String(decoding: $0, as: UTF8.self) }
        error = run.error
        attempt = run.attempt
    }
}

/// Why the lodge did not do what a test asked. Nothing was changed.
public enum LodgeError: Error, Sendable, Hashable {
    /// A rule, or what the ledger holds, does not allow it.
    case refused(Text)
    /// A parameter or field is wrong.
    case invalid(field: String, reason: Text)
    /// There is no such request.
    case notFound(String)
    /// The provider's code made a mistake.
    case broken(reason: String)

    init(_ answer: Answer) {
        switch answer {
        case .rejected(.refused(let words)): self = .refused(words)
        case .rejected(.invalid(let name, let reason)): self = .invalid(field: name, reason: reason)
        case .rejected(.notFound(let id)): self = .notFound(id)
        case .rejected(.broken(_, let reason)): self = .broken(reason: reason)
        case .request, .run, .repeated, .done: self = .broken(reason: "an unexpected answer: \(answer)")
        }
    }
}
