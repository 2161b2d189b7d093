import ConciergeEngine
public import ConciergeKit
import JSON

/// A request as a test sees it.
public struct LodgeRequest: Sendable {
    /// Its id, as calls of the lodge take it.
    public let id: String
    /// The id of its state as it is stored: `on-hold`.
    public let state: String
    /// Whether its state is an open one, from which actions and timers can still lead on.
    public let isOpen: Bool
    /// How often it was changed, its opening included.
    public let version: Int
    /// The due times of its timers, by id.
    public let timers: [String: Instant]
    /// What was promised with it, in the order in which it was.
    public let commitments: [LodgeCommitment]
    /// Its position in line, from 1; nil if it is not in line.
    public let place: Int?
    /// The actions that the table allows now.
    public let actions: [String]
    /// For whom it is; nil if for nobody in particular.
    public let resident: String?
    /// The place that it is about, by the residence's id: `MET-1`, `MET-1, B 204`; nil if it is about none.
    public let about: String?
    /// The residents who follow it.
    public let followers: [String]
    private let data: JSONObject

    init(
        _ request: StoredRequest, timers: [TimerKey: Instant], commitments: [StoredCommitment], place: Int?,
        followers: [String], registry: Registry
    ) {
        self.place = place
        self.followers = followers
        resident = request.resident
        about = request.about?.inWords(residence: nil)
        self.commitments = commitments.map(LodgeCommitment.init)
        id = request.id.description
        state = request.state
        isOpen = request.isOpen
        version = request.version
        self.timers = timers.reduce(into: [:]) { timers, timer in timers[timer.key.description] = timer.value }
        actions = registry.service(request.service)?.table.actions(in: request.state) ?? []
        data = (try? JSON.parse(request.record))?.objectValue ?? [:]
    }

    /// The last commitment with an id, whatever has become of it.
    public func commitment(_ name: String) -> LodgeCommitment? { commitments.last { $0.name == name } }

    /// A member of the record as it is shown on the wire; nil if it is missing or not a plain value.
    public subscript(member: String) -> Scalar? {
        data[member].flatMap(Scalar.init)
    }

    /// A member of the record that is text.
    public func text(_ member: String) -> String? {
        data[member]?.stringValue
    }
}

/// Something that was promised with a request, as a test sees it.
public struct LodgeCommitment: Sendable {
    /// The id of its declaration: `repaired`.
    public let name: String
    /// open, paused, kept, missed or ended.
    public let state: String
    /// By when it must be done, or had to be; nil while it is paused.
    public let due: Instant?
    /// Who owes an obligation; nil for a promise.
    public let partner: String?
    /// When it was done; nil if it is to be done.
    public let keptAt: Instant?
    /// The deadline that passed before it was done; nil if none did.
    public let missedAt: Instant?
    /// How often it was said to be done and was not.
    public let reopened: Int
    /// What the resident thinks of what was done, from 1 to 10.
    public let score: Int?
    /// How the deadline came about, in sentences for the resident.
    public let explanation: [Text]

    init(_ stored: StoredCommitment) {
        name = stored.name
        state = stored.state.rawValue
        due = stored.due
        partner = stored.content.partner
        keptAt = stored.keptAt
        missedAt = stored.missedAt
        reopened = stored.reopened
        score = stored.score
        explanation = stored.content.explanation.sentences
    }
}

/// A history line as a test sees it.
public struct LodgeEntry: Sendable {
    /// When it was written.
    public let at: Instant
    /// `open`, `corrected`, an action, `timer:NAME`, `run:TASK` or `notice:NAME`.
    public let event: String
    /// The id of the state that it left; nil for an opening.
    public let from: String?
    /// The id of the state that it came to; nil where the line is not about a transition.
    public let to: String?
    /// Who did it: ``Lodge/actor``, or the timer, schedule or run.
    public let actor: String
    /// The text of the notice, or the reason of a refusal.
    public let note: Text?

    init(_ entry: Entry) {
        at = entry.at
        event = entry.event.description
        from = entry.from
        to = entry.to
        actor = entry.actor
        note = entry.note
    }
}

/// A run as a test sees it.
public struct LodgeRun: Sendable {
    /// Its id, the same for all of its attempts.
    public let id: String
    /// Which task it executes: `parcel.shelf-audit`.
    public let task: String
    /// queued, running, succeeded, failed or cancelled.
    public let state: String
    /// What `TaskReport.words` said; nil until the run has succeeded.
    public let outcome: Text?
    /// The answer of the task as JSON; nil if it has none, or has not succeeded.
    public let data: String?
    /// The table of the report as JSON; nil if it has none.
    public let table: String?
    /// Why its last attempt failed.
    public let error: String?
    /// How many times its handler was begun; retries count.
    public let attempt: Int

    init(_ run: StoredRun) {
        id = run.id.description
        task = run.task.rawValue
        state = run.state.rawValue
        outcome = run.outcome
        table = run.table.map { String(decoding: $0, as: UTF8.self) }
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
        case .request, .run, .dossier, .repeated, .done: self = .broken(reason: "an unexpected answer: \(answer)")
        }
    }
}
