import ConciergeKit
import JSON

/// One batch while it is decided: the state it began with as it has become, and what is to be changed.
struct Batch {
    var state: EngineState
    var staged: StagedChanges
    let now: Instant
    var generator: any RandomNumberGenerator & Sendable
    var events: [EngineEvent] = []
    var moreIsDue = false
    /// Answers what rules ask while they run.
    let claims = RuleClaims()
    /// Whether facts were asked for that are not loaded.
    private var isIncomplete = false

    init(state: EngineState, facts: any Facts, now: Instant, generator: any RandomNumberGenerator & Sendable) {
        self.state = state
        staged = StagedChanges(facts, zone: state.registry.zone)
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
        case .open(let service, let resident, let input, let caller):
            try once(caller, ["open", service.rawValue, resident.given, input.canonicalText]) { batch in
                try batch.open(service, for: resident, with: input, by: caller.actor)
            }
        case .act(let id, let action, let input, let caller):
            try once(caller, ["act", id.description, action, input.canonicalText]) { batch in
                try batch.act(on: id, action, with: input, by: caller.actor)
            }
        case .trigger(let task, let input, let priority, let caller):
            try once(caller, ["trigger", task.rawValue, (priority?.word).given, input.canonicalText]) { batch in
                try batch.trigger(task, with: input, priority: priority, by: caller.actor)
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
        case .wake:
            try wake(firing: count > 1 ? state.timersBesideCalls : state.timersPerBatch)
        }
    }

    /// Does a part of the batch on which the others do not depend; where facts for it are not loaded, goes on with them.
    mutating func asFarAsLoaded(_ part: (inout Batch) throws -> Void) throws {
        do {
            try part(&self)
        } catch is NotLoaded {
            isIncomplete = true
        }
    }

    /// All that a rule may know besides the request.
    mutating func moment(of request: RequestID, for resident: String?, by actor: String) -> Moment {
        var moment = Moment(
            now: now, request: request.description, resident: resident, actor: actor, seed: generator.next())
        moment.claims = claims
        return moment
    }

    /// The number of a new request or run, greater than all in the ledger. Two ledgers do not meet in practice: within a
    /// millisecond it is drawn by lot.
    mutating func drawNumber() throws -> Int64 {
        let first = ShortID.number(at: now)
        var last = try state.lastNumber ?? staged.facts.lastNumber() ?? 0
        // Far in the future: made while the clock was wrong. The ledger sees to it that no id is there twice.
        if last > first + 366 * 86_400_000 * ShortID.pace { last = 0 }
        let number = max(last + 1, first + Int64.random(in: 0..<ShortID.pace, using: &generator))
        state.lastNumber = number
        return number
    }

    /// Runs a rule, and tells its refusals from its mistakes.
    ///
    /// - Throws: ``Rejection``, with times said by the lodge's clocks.
    func run<Made>(of provider: ProviderID, _ rule: () throws -> Made) throws -> Made {
        claims.begin(provider, staged)
        let made = Result { try rule() }
        try claims.end()
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
