import ConciergeKit
import JSON

extension Engine {
    func trigger(
        _ id: String, with input: JSONObject, priority: Priority?, by actor: String, at desk: inout Desk
    ) throws -> Answer {
        guard let (provider, task) = registry.task(id) else {
            throw Rejection.invalid(
                name: "task",
                reason: Text(fr: "aucune tâche « \(id) » n'est servie", en: "no task \"\(id)\" is served"))
        }
        let key = try inside(Place(.trigger, provider: provider, owner: id, event: "trigger")) {
            try self.run(of: provider) {
                try task.check(input)
                return try task.uniqueKey?(input)
            }
        }
        let run = try newRun(
            of: task, provider, with: input, by: actor, uniqueKey: key, priority: priority ?? task.priority, at: &desk)
        // A repeat of what is queued or under way: its caller gets that run.
        if let same = try same(as: run, in: desk.book) { return .run(same) }
        return .run(begin(run, at: &desk))
    }

    /// A run that is not in the book yet.
    func newRun(
        of task: TaskDefinition, _ provider: String, with input: JSONObject, by actor: String,
        request: String? = nil, schedule: String? = nil, elapse: Instant? = nil, uniqueKey: String? = nil,
        priority: Priority? = nil, at desk: inout Desk
    ) throws -> StoredRun {
        // Each request waits for an outcome of its own, so runs of two of them are never one.
        let key = uniqueKey.map {
            Folding.canonical([task.id, request, $0].compactMap(\.self).joined(separator: "/"))
        }
        return StoredRun(
            id: try desk.drawID(), task: task.id, provider: provider, input: input, actor: actor, request: request,
            schedule: schedule, elapse: elapse, uniqueKey: key, priority: priority ?? task.priority,
            attempts: task.retry.attempts, createdAt: desk.now, due: desk.now)
    }

    /// The unfinished run with the same key, if there is one.
    func same(as run: StoredRun, in book: Book) throws -> StoredRun? {
        guard let key = run.uniqueKey else { return nil }
        return try book.unfinishedRun(withKey: key)
    }

    /// Takes in how an attempt ended. An attempt that is no longer the run's, because it was cancelled meanwhile,
    /// changes nothing.
    func end(
        _ id: String, attempt: Int, _ result: AttemptResult, handlerReturned: Bool, at desk: inout Desk
    ) throws -> Answer {
        guard var run = try desk.book.run(id), run.state == .running, run.attempt == attempt else { return .done }
        desk.slots.end(run)
        if handlerReturned { desk.slots.giveBack(run.task, of: run.provider) }
        take(result, of: run, at: &desk)
        // A request that had asked for it could not go on by its end: it runs again once its provider is back.
        let isAwaited = run.request != nil && registry.task(run.task) == nil
        switch isAwaited ? .interrupted : result {
        case .succeeded(let words, let data):
            run.state = .succeeded
            run.outcome = words.said(in: registry.zone)
            run.data = data
            run.error = nil
            run.finishedAt = desk.now
        case .failed(let reason, let retryAfter):
            run.error = reason
            if run.attempt < run.attempts {
                run.state = .queued
                let chance = Double.random(in: 0..<1, using: &desk.generator)
                let policy = registry.task(run.task)?.task.retry ?? RetryPolicy()
                // A run that was retried by hand counts on, and its delays begin anew.
                let failed = max(1, policy.attempts - (run.attempts - run.attempt))
                run.due = desk.now + (retryAfter ?? policy.delay(after: failed, chance: chance))
                // The clock wakes for what is due later; what is due already waits for room alone.
                if run.due <= desk.now { desk.slots.expectQueued(for: run.provider) }
            } else {
                run.state = .failed
                run.finishedAt = desk.now
            }
        case .failedForGood(let reason):
            run.error = reason
            run.state = .failed
            run.finishedAt = desk.now
        case .interrupted:
            run.state = .queued
            run.attempt -= 1
            run.due = desk.now
            run.startedAt = nil
        }
        desk.book.change(run)
        try tellRequest(of: run, at: &desk)
        return .run(run)
    }

    /// What an end says about the provider.
    private func take(_ result: AttemptResult, of run: StoredRun, at desk: inout Desk) {
        switch result {
        case .succeeded, .failedForGood:
            if desk.slots.worked(run.provider) { desk.decision.remarks.append(.recovered(provider: run.provider)) }
        case .failed(let reason, _):
            let policy = registry.manifest(of: run.provider)?.breaker ?? BreakerPolicy()
            if let until = desk.slots.failed(run, reason, policy, at: desk.now) {
                desk.decision.remarks.append(.tripped(provider: run.provider, until: until, reason: reason))
            }
        case .interrupted:
            desk.slots.endedWithoutSaying(run)
        }
    }

    func retry(_ id: String, by actor: String, at desk: inout Desk) throws -> Answer {
        var run = try find(id, in: desk.book)
        switch run.state {
        case .queued where desk.quarantined.runs.contains(run.id):
            // It crashed the daemon in its attempts: it gets as many more, and its crashes are counted anew.
            run.attempts = run.attempt + (registry.task(run.task)?.task.retry ?? RetryPolicy()).attempts
            desk.quarantined.release(run: run.id)
            desk.book.releaseQuarantine(ofRun: run.id)
        case .queued:
            break
        case .failed, .cancelled:
            if let same = try same(as: run, in: desk.book) {
                throw Rejection.refused(
                    Text(
                        fr: "L'exécution \(same.id) fait déjà la même chose ; attendez sa fin.",
                        en: "Run \(same.id) does the same already; wait for its end."))
            }
            // Attempts are counted on, so that none can be taken for an earlier one.
            run.attempts = run.attempt + (registry.task(run.task)?.task.retry ?? RetryPolicy()).attempts
            run.state = .queued
            run.finishedAt = nil
        case .running, .succeeded:
            throw Rejection.refused(
                Text(
                    fr: "L'exécution \(run.id) est \(run.state.words.fr) ; il n'y a rien à relancer.",
                    en: "Run \(run.id) is \(run.state.words.en); there is nothing to retry."))
        }
        run.due = desk.now
        desk.book.change(run)
        desk.slots.expectQueued(for: run.provider)
        return .run(run)
    }

    func cancel(_ id: String, by actor: String, at desk: inout Desk) throws -> Answer {
        var run = try find(id, in: desk.book)
        guard !run.state.isFinished else {
            throw Rejection.refused(
                Text(
                    fr: "L'exécution \(run.id) est déjà finie (\(run.state.words.fr)).",
                    en: "Run \(run.id) has already ended (\(run.state.words.en))."))
        }
        // Its end would be told to the request, by a rule.
        if let request = run.request { try refuseQuarantined(request, at: desk) }
        if desk.quarantined.runs.contains(run.id) {
            desk.quarantined.release(run: run.id)
            desk.book.releaseQuarantine(ofRun: run.id)
        }
        if run.state == .running {
            desk.slots.end(run)
            desk.slots.endedWithoutSaying(run)
            if desk.decision.started.contains(where: { $0.id == run.id }) {
                desk.decision.started.removeAll { $0.id == run.id }
                desk.slots.giveBack(run.task, of: run.provider)
            } else {
                // Its handler keeps its place until it returns.
                desk.decision.stopped.append(run)
            }
        }
        run.state = .cancelled
        run.error = "cancelled by \(actor)"
        run.finishedAt = desk.now
        desk.book.change(run)
        try tellRequest(of: run, at: &desk)
        return .run(run)
    }

    func find(_ id: String, in book: Book) throws -> StoredRun {
        guard let run = try ShortID.read(id).flatMap({ try book.run($0) }) else { throw Rejection.notFound(id) }
        return run
    }

    /// Lets a finished run's request go on, if it had asked for it: by the table, or by a history line alone.
    func tellRequest(of run: StoredRun, at desk: inout Desk) throws {
        guard run.state.isFinished, let id = run.request, let request = try desk.book.request(id) else { return }
        let event = "run:\(run.task)"
        guard let (provider, table) = registry.service(request.service),
            let row = table.row(forOutcomeOf: run.task, in: request.state), case .outcome(let rule) = row.rule
        else {
            desk.book.append(
                Entry(
                    request: request.id, service: request.service, at: desk.now, actor: "run", event: event,
                    from: request.state, to: request.state, note: run.outcome ?? run.failure))
            return
        }
        let failure = run.state == .succeeded ? nil : run.error ?? ""
        let outcome = RunOutcome(run: run.id, given: run.input, failure: failure)
        let moment = Moment(
            now: desk.now, request: request.id, resident: request.resident, actor: "run", seed: desk.generator.next())
        do {
            try inside(Place(.rule, provider: provider, owner: table.id, subject: request.id, event: event)) {
                let record = try current(recordOf: request, table, of: provider)
                let drafted = try self.run(of: provider) { try rule(outcome, record, moment) }
                _ = try settle(
                    drafted, Step(provider: provider, table: table, row: row, actor: "run"), on: request,
                    from: request.state, at: &desk)
            }
            desk.slots.timers.passed(PostponedOutcome.timer(of: run.id), of: request.id)
        } catch Rejection.refused(let words) {
            postpone(PostponedOutcome.timer(of: run.id), event, of: request, provider, words, at: &desk)
        } catch let rejection as Rejection {
            report(event, of: request, provider, rejection, at: &desk)
        }
    }
}
