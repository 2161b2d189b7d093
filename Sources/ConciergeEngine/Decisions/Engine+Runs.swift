import ConciergeKit
import JSON

extension Engine {
    func trigger(_ id: String, with input: JSONObject, by actor: String, at desk: inout Desk) throws -> Answer {
        guard let (provider, task) = registry.task(id) else {
            throw Rejection.invalid(
                name: "task",
                reason: Text(fr: "aucune tâche « \(id) » n'est servie", en: "no task \"\(id)\" is served"))
        }
        try run(of: provider) { try task.check(input) }
        let run = StoredRun(
            id: desk.drawID(), task: id, provider: provider, input: input, actor: actor, attempts: task.retry.attempts,
            createdAt: desk.now, due: desk.now)
        return .run(begin(run, at: &desk))
    }

    /// Puts a new run into the book, begun at once where its provider has a free slot and nobody waits before it.
    @discardableResult
    func begin(_ run: StoredRun, at desk: inout Desk) -> StoredRun {
        guard desk.slots.available(to: run.provider) > 0, !desk.slots.mayHaveQueued(run.provider) else {
            desk.book.create(run)
            desk.slots.expectQueued(for: run.provider)
            return run
        }
        desk.book.create(run)
        return start(run, at: &desk)
    }

    /// Counts an attempt and takes a slot for it.
    @discardableResult
    private func start(_ run: StoredRun, at desk: inout Desk) -> StoredRun {
        var run = run
        run.state = .running
        run.attempt += 1
        run.startedAt = desk.now
        desk.book.change(run)
        desk.slots.take(for: run.provider)
        desk.decision.started.append(run)
        return run
    }

    /// Begins queued runs wherever there is room.
    func startQueuedRuns(at desk: inout Desk) throws {
        for provider in desk.slots.ready {
            while desk.slots.available(to: provider) > 0 {
                let room = desk.slots.available(to: provider)
                // A run whose task left the build waits for its return, and takes nobody's place meanwhile.
                let runs = try desk.book.queuedRuns(
                    of: provider, tasks: registry.taskIDs(of: provider), dueBy: desk.now, limit: room)
                let spent = runs.filter { $0.attempt >= $0.attempts }
                for run in runs where run.attempt < run.attempts { start(run, at: &desk) }
                for run in spent { try giveUp(run, at: &desk) }
                guard spent.isEmpty else { continue }
                if runs.count < room { desk.slots.foundNoneQueued(for: provider) }
                break
            }
        }
    }

    /// Fails a run that was taken up again after a crash in its last attempt. It has none left, and the crash may have
    /// been its own doing.
    private func giveUp(_ run: StoredRun, at desk: inout Desk) throws {
        var run = run
        run.state = .failed
        run.error = "the daemon ended abruptly during the last attempt"
        run.finishedAt = desk.now
        desk.book.change(run)
        desk.decision.givenUp.append(run)
        try tellRequest(of: run, at: &desk)
    }

    /// Takes in how an attempt ended. An attempt that is no longer the run's, because it was cancelled meanwhile,
    /// changes nothing.
    func end(_ id: String, attempt: Int, _ result: AttemptResult, at desk: inout Desk) throws -> Answer {
        guard var run = try desk.book.run(id), run.state == .running, run.attempt == attempt else { return .done }
        desk.slots.giveBack(by: run.provider)
        switch result {
        case .succeeded(let words, let data):
            run.state = .succeeded
            run.outcome = words
            run.data = data
            run.error = nil
            run.finishedAt = desk.now
        case .failed(let reason, let retryAfter):
            run.error = reason
            if run.attempt < run.attempts {
                run.state = .queued
                let chance = Double.random(in: 0..<1, using: &desk.generator)
                let policy = registry.task(run.task)?.task.retry ?? RetryPolicy()
                run.due = desk.now + (retryAfter ?? policy.delay(after: run.attempt, chance: chance))
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

    func retry(_ id: String, by actor: String, at desk: inout Desk) throws -> Answer {
        var run = try find(id, in: desk.book)
        switch run.state {
        case .queued:
            break
        case .failed, .cancelled:
            run.attempt = 0
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
        if run.state == .running {
            desk.slots.giveBack(by: run.provider)
            if desk.decision.started.contains(where: { $0.id == run.id }) {
                desk.decision.started.removeAll { $0.id == run.id }
            } else {
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

    private func find(_ id: String, in book: Book) throws -> StoredRun {
        guard let run = try ShortID.read(id).flatMap({ try book.run($0) }) else { throw Rejection.notFound(id) }
        return run
    }

    /// Lets a finished run's request go on, if it had asked for it: by the table, or by a history line alone.
    private func tellRequest(of run: StoredRun, at desk: inout Desk) throws {
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
            let drafted = try self.run(of: provider) { try rule(outcome, request.record, moment) }
            _ = try settle(
                drafted, Step(provider: provider, table: table, row: row, actor: "run"), on: request,
                from: request.state, at: &desk)
        } catch let rejection as Rejection {
            report(event, of: request, provider, rejection.words.en, at: &desk)
        }
    }
}
