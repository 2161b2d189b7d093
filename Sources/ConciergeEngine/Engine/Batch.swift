import ConciergeKit
import JSON

/// A batch while it is being decided: the engine's state with the changes so far, and the changes for the ledger.
struct Batch {
    var state: EngineState
    var staged: StagedChanges
    let now: Instant
    var generator: any RandomNumberGenerator & Sendable
    var events: [EngineEvent] = []
    var moreIsDue = false
    /// Answers questions of running rules about claims and timers.
    let claims: RuleClaims
    /// What was given back and may be granted to those in line.
    var freed: [Claim] = []
    /// Whether grants are under way; a grant that gives something back does not begin another round.
    var isGranting = false
    /// Whether a fact was needed that is not loaded.
    private var isIncomplete = false

    init(state: EngineState, facts: any Facts, now: Instant, generator: any RandomNumberGenerator & Sendable) {
        self.state = state
        staged = StagedChanges(facts, zone: state.registry.zone)
        claims = RuleClaims(
            facts, zone: state.registry.zone, calendars: state.recorded?.calendars ?? state.registry.calendars)
        self.now = now
        self.generator = generator
    }

    var registry: Registry { state.registry }

    mutating func decide(_ commands: [Command]) throws -> Decision {
        var decision = Decision()
        for command in commands {
            do {
                decision.answers.append(try answer(command, of: commands.count))
            } catch let rejection as Rejection {
                decision.answers.append(.rejected(rejection))
            } catch is NotLoaded {
                isIncomplete = true
            }
        }
        try asFarAsLoaded { try $0.startQueuedRuns() }
        guard !isIncomplete else { throw NotLoaded() }
        decision.changes = staged.changes
        decision.events = events
        decision.moreIsDue = moreIsDue
        return decision
    }

    private mutating func answer(_ command: Command, of count: Int) throws -> Answer {
        try admit(command)
        return switch command {
        case .open(let service, let opening, let resident, let about, let input, let again, let caller):
            try once(
                caller,
                ["open", service.rawValue, resident.given, caller.distinguishing(input)]
                    + (about.map { $0.canonicalTexts } ?? []) + (opening.map { ["by", $0] } ?? [])
            ) { batch in
                let same =
                    again
                    ? nil
                    : Fingerprint.hash(
                        of: [caller.actor, service.rawValue, opening.given, resident.given, input.canonicalText]
                            + (about.map { $0.canonicalTexts } ?? []))
                if let same { try batch.refuseJustOpened(by: same) }
                let answer = try batch.open(
                    service, by: opening, for: resident, about: about, with: input, calledBy: caller.actor)
                if let same { batch.noteOpening(answer, by: same) }
                batch.noteRun(caller, answer)
                return answer
            }
        case .act(let id, let action, let input, let caller):
            try once(caller, ["act", id.description, action, caller.distinguishing(input)]) { batch in
                let point = try batch.undoPoint(of: id, before: caller)
                let answer = try batch.act(on: id, action, with: input, by: caller.actor)
                if case .request = answer { batch.staged.changes.undo[id] = point }
                return answer
            }
        case .correct(let id, let input, let caller):
            try once(caller, ["correct", id.description, input.canonicalText]) { batch in
                let point = try batch.undoPoint(of: id, before: caller)
                let answer = try batch.correct(id, with: input, by: caller.actor)
                batch.staged.changes.undo[id] = point
                return answer
            }
        case .reassign(let id, let resident, let caller):
            try once(caller, ["reassign", id.description, resident]) { batch in
                try batch.reassign(id, to: resident, by: caller.actor)
            }
        case .relocate(let id, let about, let caller):
            try once(caller, ["relocate", id.description] + about.canonicalTexts) { batch in
                try batch.relocate(id, to: about, by: caller.actor)
            }
        case .undo(let id, let version, let caller):
            try once(caller, ["undo", id.description, "\(version ?? 0)"]) {
                try $0.undo(id, version: version, by: caller.actor)
            }
        case .addNote(let id, let text, let caller):
            try once(caller, ["add note", id.description, text]) { try $0.note(text, on: id, by: caller.actor) }
        case .addFollower(let id, let resident, let caller):
            try once(caller, ["follow", id.description, resident]) { batch in
                try batch.follow(id, for: resident, by: caller.actor)
            }
        case .moveOut(let id, let resident, let home, let caller):
            try once(caller, ["move-out", id.description, resident]) { batch in
                let answer = try batch.moveOut(id, of: resident, outOf: home, by: caller.actor)
                // Who has left does not come back by the way of one request.
                batch.staged.changes.undo[id] = UndoPoint(at: batch.now, actor: caller.actor, before: nil)
                return answer
            }
        case .forgetDossier(let resident, _):
            forgetDossier(of: resident)
        case .removeFollower(let id, let resident, let caller):
            try once(caller, ["unfollow", id.description, resident]) { batch in
                try batch.unfollow(id, for: resident, by: caller.actor)
            }
        case .notify(let id, let notice, let caller):
            try once(caller, ["notify", id.description, notice.name]) {
                try $0.notify(notice, about: id, by: caller.actor)
            }
        case .told(let notice, let caller):
            try once(caller, ["told", "\(notice)"]) { try $0.tell(notice, by: caller.actor) }
        case .sendAgain(let notice, let caller):
            try once(caller, ["send again", "\(notice)"]) { try $0.sendAgain(notice, by: caller.actor) }
        case .note(let change, let resident, let caller):
            try once(caller, ["note", resident] + change.canonical) { batch in
                try batch.note(change, of: resident, by: caller.actor)
            }
        case .trigger(let task, let input, let priority, let caller):
            try once(
                caller, ["trigger", task.rawValue, (priority?.word).given, caller.distinguishing(input)]
            ) { batch in
                try batch.trigger(task, with: input, priority: priority, by: caller)
            }
        case .retry(let run, let caller):
            try once(caller, ["retry", run.description]) { try $0.retry(run, by: caller.actor) }
        case .cancel(let run, let caller):
            try once(caller, ["cancel", run.description]) { try $0.cancel(run, by: caller.actor) }
        case .release(let request, let caller):
            try once(caller, ["release", request.description]) { try $0.release(request, by: caller.actor) }
        case .follow(let run):
            .run(try find(run))
        case .pause(let what, let actor):
            try pause(what, by: actor)
        case .resume(let what, let actor):
            try resume(what, by: actor)
        case .end(let run, let attempt, let result, let handlerReturned):
            try end(run, attempt: attempt, result, handlerReturned: handlerReturned)
        case .returned(let task, let provider):
            returned(task, of: provider)
        case .workerCame(let worker, let tasks, let limit):
            workerCame(worker, tasks: tasks, limit: limit)
        case .workerLeaves(let worker):
            workerLeaves(worker)
        case .workerGone(let worker):
            try workerGone(worker)
        case .handedBack(let run, let attempt):
            handedBack(run, attempt: attempt)
        case .wake:
            try wake(firing: count > 1 ? state.timersBesideCalls : state.timersPerBatch)
        }
    }

    /// Executes a part of the batch on which the other parts do not depend. If facts for it are not loaded, the other
    /// parts still run, so that the ledger learns of all the facts that are missing.
    mutating func asFarAsLoaded(_ part: (inout Batch) throws -> Void) throws {
        do {
            try part(&self)
        } catch is NotLoaded {
            isIncomplete = true
        }
    }

    /// All that a rule may know in addition to the request.
    mutating func moment(
        of request: RequestID, for resident: String?, about: PlaceKey?, by actor: String
    ) -> Moment {
        var moment = Moment(
            now: now, request: request.description, resident: resident, about: about, actor: actor,
            seed: state.recorded?.seed ?? generator.next())
        moment.answers = claims
        return moment
    }

    /// The same, of a request that is there.
    mutating func moment(of request: StoredRequest, by actor: String) -> Moment {
        moment(of: request.id, for: request.resident, about: request.about, by: actor)
    }

    /// The id of a new request.
    mutating func drawRequestID() throws -> RequestID {
        try state.recorded?.opened ?? RequestID(number: try drawNumber())
    }

    /// The number of a new request or run, greater than all in the ledger. Within a millisecond it is random, so that
    /// two ledgers do not draw the same number in practice.
    mutating func drawNumber() throws -> Int64 {
        let first = ShortID.number(at: now)
        var last = try state.lastNumber ?? staged.facts.lastNumber() ?? 0
        // A number far in the future was drawn while the clock was wrong. The ledger ensures that no id occurs twice.
        if last > first + ShortID.greatestLead { last = 0 }
        let number = max(last + 1, first + Int64.random(in: 0..<ShortID.pace, using: &generator))
        state.lastNumber = number
        return number
    }

    /// Runs a rule, and distinguishes its refusals from its mistakes.
    ///
    /// - Throws: ``Rejection``, with times in the lodge's zone; or what ``RuleClaims/end(_:)`` throws.
    mutating func run<Made>(of provider: ProviderID, _ rule: () throws -> Made) throws -> Made {
        claims.begin(provider, &staged)
        let made = Result { try rule() }
        try claims.end(&staged)
        if let claim = claims.withoutUnits { try refuseWithoutUnits(claim.key, claim.units, of: provider) }
        do {
            return try made.get()
        } catch let refusal as Refusal {
            throw Rejection.refused(refusal.reason.said(in: registry.zone))
        } catch let field as InvalidField {
            throw Rejection.invalid(name: field.name, reason: field.reason.said(in: registry.zone))
        } catch {
            throw Rejection.broken(provider: provider, reason: String(plainly: error))
        }
    }
}
