import ConciergeKit
import JSON

extension Batch {
    mutating func trigger(
        _ id: TaskID, with input: JSONObject, priority: Priority?, by caller: Caller
    ) throws -> Answer {
        guard let (provider, task) = registry.task(id) else {
            throw Rejection.invalid(
                name: "task",
                reason: Text(fr: "aucune tâche « \(id) » n'est servie", en: "no task \"\(id)\" is served"))
        }
        guard task.hasForm || caller.attempt != nil else {
            throw Rejection.invalid(
                name: "task",
                reason: Text(
                    fr: "la tâche « \(id) » n'est lancée que par les demandes et les tâches de son module",
                    en: "the task \"\(id)\" is run by its provider's requests and tasks alone"))
        }
        let (input, key) = try state.observer.inside(
            CodeLocation(.trigger, provider: provider, owner: id.rawValue, event: "trigger")
        ) {
            try self.run(of: provider) {
                try task.check(input)
                return (task.executor == nil ? input : try task.whole(input), try task.uniqueKey?(input))
            }
        }
        let run = try newRun(
            of: task, provider, with: input, by: caller.actor, uniqueKey: key, priority: priority ?? task.priority)
        // The caller of a repeat gets the run that is queued or under way.
        if let same = try same(as: run) { return .run(same) }
        return .run(begin(run))
    }

    /// Creates a run without staging it.
    mutating func newRun(
        of task: TaskDefinition, _ provider: ProviderID, with input: JSONObject, by actor: String,
        request: RequestID? = nil, schedule: ScheduleID? = nil, elapse: Instant? = nil, uniqueKey: String? = nil,
        priority: Priority? = nil
    ) throws -> StoredRun {
        // Each request waits for its own outcome, so runs of two requests never share a key.
        let key = uniqueKey.map {
            Folding.canonical([task.id, request?.description, $0].compactMap(\.self).joined(separator: "/"))
        }
        return StoredRun(
            id: RunID(number: try drawNumber()), task: task.key, provider: provider, input: input, actor: actor,
            request: request,
            schedule: schedule, elapse: elapse, uniqueKey: key, priority: priority ?? task.priority,
            attempts: task.retry.attempts, createdAt: now, due: now)
    }

    /// The unfinished run with the same key, if there is one.
    func same(as run: StoredRun) throws -> StoredRun? {
        guard let key = run.uniqueKey else { return nil }
        return try staged.unfinishedRun(withKey: key)
    }

    /// Records how an attempt ended. An attempt that is no longer its run's current one, because the run was cancelled,
    /// changes nothing.
    mutating func end(
        _ id: RunID, attempt: Int, _ result: AttemptResult, handlerReturned: Bool
    ) throws -> Answer {
        guard var run = try staged.run(id), run.state == .running, run.attempt == attempt else { return .done }
        state.limits.end(run)
        if handlerReturned {
            state.limits.giveBack(run.task, of: run.provider)
            state.limits.takeBack(run)
        }
        take(result, of: run)
        // The request that asked for the run cannot process its end without the provider, so the run is queued again
        // until the provider is served.
        let isAwaited = run.request != nil && registry.task(run.task) == nil
        switch isAwaited ? .interrupted : result {
        case .succeeded(let words, let data, let table):
            run.state = .succeeded
            run.outcome = words.said(in: registry.zone)
            run.data = data
            run.table = table.map { Array($0.json(in: registry.zone).description.utf8) }
            run.error = nil
            run.finishedAt = now
        case .failed(let reason, let retryAfter):
            run.error = reason
            if run.attempt < run.attempts {
                run.state = .queued
                let chance = Double.random(in: 0..<1, using: &generator)
                let policy = registry.task(run.task)?.task.retry ?? RetryPolicy()
                // A run that was retried by hand continues its attempt count, and its delays start from the first
                // again.
                let failed = max(1, policy.attempts - (run.attempts - run.attempt))
                run.due = now + (retryAfter ?? policy.delay(after: failed, chance: chance))
                // A run that is due later is started by a wake; a run that is due already waits for capacity only.
                if run.due <= now { state.limits.markQueued(for: run.provider) }
            } else {
                run.state = .failed
                run.finishedAt = now
            }
        case .failedForGood(let reason):
            run.error = reason
            run.state = .failed
            run.finishedAt = now
        case .interrupted:
            run.state = .queued
            run.attempt -= 1
            run.due = now
            run.startedAt = nil
        case .lost(let reason):
            run.error = reason
            if run.attempt < run.attempts {
                run.state = .queued
                run.due = now
                state.limits.markQueued(for: run.provider)
            } else {
                run.state = .failed
                run.finishedAt = now
            }
        }
        staged.change(run)
        try tellRequest(of: run)
        return .run(run)
    }

    /// Updates the provider's breaker with the result of an attempt.
    private mutating func take(_ result: AttemptResult, of run: StoredRun) {
        switch result {
        case .succeeded, .failedForGood:
            if state.limits.recordSuccess(of: run.provider) { events.append(.recovered(provider: run.provider)) }
        case .failed(let reason, _):
            let policy = registry.manifest(of: run.provider)?.breaker ?? BreakerPolicy()
            if let until = state.limits.recordFailure(of: run, reason, policy, at: now) {
                events.append(.tripped(provider: run.provider, until: until, reason: reason))
            }
        case .interrupted, .lost:
            state.limits.recordNeutral(run)
        }
    }

    mutating func retry(_ id: RunID, by actor: String) throws -> Answer {
        var run = try find(id)
        switch run.state {
        case .queued where state.quarantined.runs.contains(run.id):
            // Its attempts crashed the daemon: it gets the full number of attempts again, and its crash count is reset.
            run.attempts = run.attempt + (registry.task(run.task)?.task.retry ?? RetryPolicy()).attempts
            state.quarantined.release(run: run.id)
            staged.releaseQuarantine(ofRun: run.id)
            events.append(.released(.run(run.id), by: actor))
        case .queued:
            break
        case .failed, .cancelled:
            if let same = try same(as: run) {
                throw Rejection.refused(
                    Text(
                        fr: "Le traitement \(same.id) fait déjà la même chose ; attendez sa fin.",
                        en: "Run \(same.id) does the same already; wait for its end."))
            }
            // The attempt count continues, so that no attempt can be taken for an earlier one.
            run.attempts = run.attempt + (registry.task(run.task)?.task.retry ?? RetryPolicy()).attempts
            run.state = .queued
            run.finishedAt = nil
        case .running, .succeeded:
            throw Rejection.refused(
                Text(
                    fr: "Le traitement \(run.id) est \(run.state.words.fr) ; il n'y a rien à relancer.",
                    en: "Run \(run.id) is \(run.state.words.en); there is nothing to retry."))
        }
        run.due = now
        staged.change(run)
        state.limits.markQueued(for: run.provider)
        return .run(run)
    }

    mutating func cancel(_ id: RunID, by actor: String) throws -> Answer {
        var run = try find(id)
        guard !run.state.isFinished else {
            throw Rejection.refused(
                Text(
                    fr: "Le traitement \(run.id) est déjà fini (\(run.state.words.fr)).",
                    en: "Run \(run.id) has already ended (\(run.state.words.en))."))
        }
        // The end of the run would execute a rule of the request.
        if let request = run.request { try refuseQuarantined(request) }
        if state.quarantined.runs.contains(run.id) {
            state.quarantined.release(run: run.id)
            staged.releaseQuarantine(ofRun: run.id)
            events.append(.released(.run(run.id), by: actor))
        }
        if run.state == .running {
            state.limits.end(run)
            state.limits.recordNeutral(run)
            if let started = events.firstIndex(where: { $0.begins(run) }) {
                events.remove(at: started)
                state.limits.giveBack(run.task, of: run.provider)
                state.limits.takeBack(run)
            } else {
                // The handler keeps its capacity until it returns.
                events.append(.runStopped(run))
            }
        }
        run.state = .cancelled
        run.error = "cancelled by \(actor)"
        run.finishedAt = now
        staged.change(run)
        try tellRequest(of: run)
        return .run(run)
    }

    func find(_ id: RunID) throws -> StoredRun {
        guard let run = try staged.run(id) else { throw Rejection.notFound(id.description) }
        return run
    }

    /// Passes the end of a run to the request that asked for it: by a transition of the table, or else by a history
    /// line alone.
    mutating func tellRequest(of run: StoredRun) throws {
        if run.task == SendMail.id, run.state.isFinished { try conclude(run) }
        guard run.state.isFinished, let id = run.request, let request = try staged.request(id) else { return }
        let event = RequestEvent.runEnded(run.task)
        guard let (provider, table) = registry.service(request.service),
            let row = table.row(forOutcomeOf: run.task, in: request.state), case .outcome(let rule) = row.rule
        else {
            staged.append(
                Entry(
                    request: request.id, service: request.service, at: now, actor: "run", event: event,
                    from: request.state, to: request.state, note: run.outcome ?? run.failure))
            return
        }
        let failure = run.state == .succeeded ? nil : run.error ?? ""
        let outcome = EndedRun(run: run.id.description, given: run.input, answer: run.data, failure: failure)
        let moment = moment(of: request, by: "run")
        do {
            try state.observer.inside(
                CodeLocation(
                    .rule, provider: provider, owner: table.id.rawValue,
                    subject: request.id.description, event: event.description)
            ) {
                let subject = try subject(request, table, of: provider, at: moment)
                let drafted = try self.run(of: provider) { try rule(outcome, subject) }
                _ = try settle(
                    drafted, Step(provider: provider, table: table, row: row, actor: "run", seed: moment.seed),
                    on: request,
                    from: request.state)
            }
            state.timerPace.passed(.outcome(of: run.id), of: request.id)
        } catch Rejection.refused(let words) {
            postpone(.outcome(of: run.id), event, of: request, provider, words, seed: moment.seed)
        } catch let rejection as Rejection {
            report(event, of: request, provider, rejection, seed: moment.seed)
        }
    }
}

extension EngineEvent {
    /// Whether the event is the start of an attempt of a run.
    fileprivate func begins(_ run: StoredRun) -> Bool {
        switch self {
        case .runStarted(let started), .runGiven(let started, _): started.id == run.id
        default: false
        }
    }
}
