package import ConciergeKit
package import JSON

/// A command that the engine is to decide.
package enum Command: Sendable {
    /// Opens a request: by the opening with this id, else by the service's first. `again` is whether it is opened also if
    /// the same caller has just opened the same: ``RecentOpenings``.
    case open(
        service: ServiceID, by: String? = nil, resident: String?, about: PlaceKey? = nil, input: JSONObject,
        again: Bool = true, caller: Caller)
    case act(id: RequestID, action: String, input: JSONObject, caller: Caller)
    /// Corrects members of a request's record, by the names of their fields.
    case correct(id: RequestID, input: JSONObject, caller: Caller)
    /// Corrects for whom a request is.
    case reassign(id: RequestID, resident: String, caller: Caller)
    /// Corrects which place a request is about.
    case relocate(id: RequestID, about: PlaceKey, caller: Caller)
    /// Takes back the last thing that staff did to a request, if it is of this version.
    case undo(request: RequestID, version: Int?, caller: Caller)
    /// Adds a note of staff to the history of a request, open or closed.
    case addNote(request: RequestID, text: String, caller: Caller)
    /// Notes that another resident follows a request that is for somebody else.
    case addFollower(request: RequestID, resident: String, caller: Caller)
    /// Notes that a resident does not follow a request any more.
    case removeFollower(request: RequestID, resident: String, caller: Caller)
    /// Does with an open request what its service says for a resident who moves out of a dwelling.
    case moveOut(request: RequestID, resident: String, home: PlaceKey?, caller: Caller)
    /// Deletes what staff have noted of a resident.
    case forgetDossier(resident: String, caller: Caller)
    /// Adds a notice of a handler to the history of a request.
    case notify(id: RequestID, notice: WrittenNotice, caller: Caller)
    /// Staff have told a resident what a notice says.
    case told(notice: Int64, caller: Caller)
    /// A notice that staff were to tell is sent by mail.
    case sendAgain(notice: Int64, caller: Caller)
    /// Notes something in the dossier of a resident.
    case note(DossierChange, resident: String, caller: Caller)
    case trigger(task: TaskID, input: JSONObject, priority: Priority? = nil, caller: Caller)
    case retry(run: RunID, caller: Caller)
    case cancel(run: RunID, caller: Caller)
    /// Takes a request out of quarantine.
    case release(request: RequestID, caller: Caller)
    /// Reads a run as it is now, in order with the commands that change it.
    case follow(run: RunID)
    case pause(Pausable, actor: String)
    case resume(Pausable, actor: String)
    /// An attempt has ended. Where its handler has not returned, ``returned(task:provider:)`` follows when it does.
    case end(run: RunID, attempt: Int, result: AttemptResult, handlerReturned: Bool = true)
    /// The handler of an attempt that had ended earlier has returned.
    case returned(task: TaskID, provider: ProviderID)
    /// A worker has connected: it executes these tasks, and takes so many runs at once.
    case workerCame(WorkerID, tasks: Set<TaskID>, limit: Int)
    /// A worker asks for no more runs; it still has those that it holds.
    case workerLeaves(WorkerID)
    /// A worker's connection has ended: the attempts that it held are lost.
    case workerGone(WorkerID)
    /// A worker is done with an attempt that had ended before, and has a place again.
    case handedBack(run: RunID, attempt: Int)
    /// The clock has reached the next due moment: fire what is due.
    case wake
}

/// Who sends a command, and with which idempotency key.
package struct Caller: Sendable, Hashable {
    package let actor: String
    package let idempotencyKey: String?
    /// The attempt whose handler sends the command; nil if a person does.
    package let attempt: CallingAttempt?

    /// Keys that are canonically equivalent are one key.
    package init(actor: String, idempotencyKey: String? = nil) {
        self.actor = actor
        self.idempotencyKey = idempotencyKey.map(Folding.canonical)
        attempt = nil
    }

    /// A handler, which does each of these things once.
    init(_ attempt: CallingAttempt, doing what: [String]) {
        actor = "run \(attempt.run)"
        // A person's key has no control characters, so it is never the same as a handler's.
        idempotencyKey = Folding.canonical((["run", attempt.run.description] + what).joined(separator: "\u{1F}"))
        self.attempt = attempt
    }
}

/// What was decided about a command.
package enum Answer: Sendable {
    case request(RequestView)
    case run(StoredRun)
    case dossier(ResidentDossier)
    /// The first answer to this idempotency key.
    case repeated(Answered)
    case rejected(Rejection)
    /// An answer without content, for example to a wake, a pause, or the end of an attempt that is no longer current.
    case done
}

/// Why a command was rejected. A rejected command changed nothing, except for what the draft of an action keeps with
/// its refusal (``Drafted/refusal``).
package enum Rejection: Error, Sendable, Hashable {
    /// A rule, or what the ledger holds, does not allow it.
    case refused(Text)
    /// There is no request or run of this id.
    case notFound(String)
    /// A parameter or a field of the input is wrong.
    case invalid(name: String, reason: Text)
    /// The provider's code made a mistake.
    case broken(provider: ProviderID, reason: String)
}
