import ConciergeKit
import JSON

extension Batch {
    /// A transition that is being staged.
    struct Step {
        let provider: ProviderID
        let table: ServiceTable
        let row: ServiceTable.Row
        let actor: String
        /// The seed of the rule's moment.
        let seed: UInt64
        var input: JSONObject?
        /// The request whose signal opens this one.
        var cause: SignalCause?
        /// What the history line says, unless the rule says something.
        var note: Text?

        /// Whether no caller asked for it: a timer fired, or a run ended.
        var isAutomatic: Bool {
            switch row.trigger {
            case .timer, .outcome, .grant, .signal: true
            case .opening, .action, .correction: false
            }
        }
    }

    /// Stages a request that a rule opens.
    mutating func settle(
        opening drafted: Drafted, _ step: Step, as id: RequestID, for resident: String?, about: PlaceKey?
    ) throws -> RequestView {
        let opened = StoredRequest(
            id: id, service: step.table.id, state: step.row.to[0], isOpen: true, resident: resident, openedAt: now,
            closedAt: nil, record: drafted.record, version: 0, recordVersion: step.table.records.version, about: about)
        return try settle(drafted, step, on: opened, from: nil)
    }

    /// Stages what a rule drafted: the request's state and record, its timers and claims, its history line, and the
    /// runs it asks for. All errors are thrown before the first change.
    mutating func settle(
        _ drafted: Drafted, _ step: Step, on request: StoredRequest, from: String?
    ) throws -> RequestView {
        if let reason = drafted.postponed { throw Rejection.refused(reason.said(in: registry.zone)) }
        // A refused action leaves the request in its state.
        let destination = drafted.refusal == nil ? try destination(of: drafted, step) : request.state
        let closes = !step.table.isOpen(destination)
        let commitments = try commitments(after: drafted, step, of: request, closes: closes)
        let timers = try timers(
            after: drafted, step, commitments, in: destination, of: request, closes: closes)
        let claims = try claims(after: drafted, step, of: request, closes: closes)
        let turn = try turn(after: drafted, step, in: destination, of: request, closes: closes)
        let runs = try runs(askedBy: drafted, step, of: request)
        let raised = try signals(raisedBy: drafted, step, of: request)
        let told = drafted.effects.compactMap { if case .notify(let notice) = $0 { notice } else { nil } }
        let notices = try notices(
            told, recalled: drafted.effects.compactMap(\.recalled), about: request,
            leaves: from != nil && (closes || from != destination))
        let place = try apply(turn, to: request)

        let before = request
        var request = request
        request.state = destination
        request.isOpen = !closes
        request.closedAt = closes ? request.closedAt ?? now : nil
        request.record = drafted.record
        request.recordVersion = step.table.records.version
        request.version += 1
        if from == nil { staged.open(request) } else { staged.change(request) }
        if let cause = step.cause { staged.changes.signals.causes[request.id] = cause }
        for (name, due) in timers.changed { staged.setTimer(name, of: request, due: due) }
        apply(commitments, to: request.id)
        staged.apply(claims, for: request.id)
        note(freed: claims, of: step.provider)
        var entry = Entry(
            request: request.id, service: request.service, at: now, actor: step.actor, event: step.row.event,
            from: from, to: destination,
            input: step.input.flatMap { $0.isEmpty ? nil : Array($0.description.utf8) },
            note: drafted.refusal ?? step.cause?.words ?? step.note,
            seed: step.seed)
        if drafted.effects.contains(where: \.isSeal) { entry.seal = try seal(entry, of: before) }
        staged.append(entry)
        apply(notices, to: request, by: step.actor)
        for run in runs { begin(run) }
        let deliveries = raise(raised, step, of: request)
        if closes {
            state.timerPace.forget(request.id)
        } else if step.isAutomatic {
            quarantineWhereItLoops(drafted, step, request)
        }
        try grantFreed()
        let running = deliveries.isEmpty ? timers.running : timers.running.merging(deliveries) { $1 }
        return RequestView(
            request: request, timers: running, commitments: try self.commitments(of: request, step.table), place: place,
            followers: try staged.followers(of: request))
    }

    private func destination(of drafted: Drafted, _ step: Step) throws -> String {
        guard let chosen = drafted.destination else { return step.row.to[0] }
        guard step.row.to.contains(chosen) else {
            throw Rejection.broken(
                provider: step.provider,
                reason: "\(step.table.id): the rule of \"\(step.row.event)\" went to \"\(chosen)\", "
                    + "which its line does not name: add it to the states after \(step.row.destinationLabel)")
        }
        return chosen
    }

    /// The request's timers after the step. A timer without a transition from the new state ends.
    private func timers(
        after drafted: Drafted, _ step: Step, _ commitments: StepCommitments, in destination: String,
        of request: StoredRequest, closes: Bool
    ) throws -> (running: [TimerKey: Instant], changed: [(TimerKey, due: Instant?)]) {
        let allowed = step.table.timers(in: destination)
        var running = request.version == 0 ? [:] : try staged.timers(of: request.id)
        var changed: [(TimerKey, due: Instant?)] = []
        for effect in drafted.effects {
            switch effect {
            case .startTimer(let name, let due):
                guard allowed.contains(name) else {
                    throw Rejection.broken(
                        provider: step.provider,
                        reason: "\(step.table.id): the rule of \"\(step.row.event)\" started the timer \"\(name)\", "
                            + "which has no line in the state \"\(destination)\": write after(…, in: …) for it, or start "
                            + "it where it has one")
                }
                let due = step.isAutomatic ? max(due, now + TimerPace.leastDelay) : due
                running[.service(name)] = due
                changed.append((.service(name), due))
            case .cancelTimer(let name):
                running[.service(name)] = nil
                changed.append((.service(name), nil))
            default: break
            }
        }
        for (name, due) in commitments.timers where due != running[.service(name)] {
            let due = due.map { step.isAutomatic ? max($0, now + TimerPace.leastDelay) : $0 }
            running[.service(name)] = due
            changed.append((.service(name), due))
        }
        for timer in running.keys {
            switch timer {
            case .service(let name) where allowed.contains(name): continue
            // A deadline passes in every state.
            case .service(let name) where !closes && step.table.hasCommitments && DeadlineTimer(name) != nil: continue
            case .outcome where !closes: continue
            case .grant where !step.row.isGrant && step.table.grant(in: destination) != nil: continue
            // A signal that was raised is delivered, whatever becomes of the request.
            case .delivery: continue
            case .service, .outcome, .grant:
                running[timer] = nil
                changed.append((timer, nil))
            }
        }
        return (running, changed)
    }

    /// The claims that the step takes and releases. A closed request holds none, except for shares.
    private func claims(
        after drafted: Drafted, _ step: Step, of request: StoredRequest, closes: Bool
    ) throws -> StepClaims {
        func name(_ key: String) -> String { ClaimName.of(key, provider: step.provider) }
        var claims = StepClaims()
        if !drafted.claims.shares.isEmpty { claims.shares.add(drafted.claims.shares, naming: name) }
        guard closes else {
            claims.taken = drafted.claims.takenKeys.map(name)
            claims.released = drafted.claims.releasedKeys.map(name)
            if !drafted.claims.ranges.isEmpty { claims.ranges.add(drafted.claims.ranges, naming: name) }
            return claims
        }
        guard request.version > 0 else { return claims }
        claims.released = try staged.claims(of: request.id)
        for (claim, ranges) in try staged.ranges(heldBy: request.id) {
            for range in ranges { claims.ranges.release(range, of: claim) }
        }
        return claims
    }

    private mutating func runs(
        askedBy drafted: Drafted, _ step: Step, of request: StoredRequest
    ) throws -> [StoredRun] {
        var runs: [StoredRun] = []
        for case .run(let reference, let input) in drafted.effects {
            func mistake(_ what: String) -> Rejection {
                .broken(
                    provider: step.provider,
                    reason: "\(step.table.id): the rule of \"\(step.row.event)\" runs \"\(reference.id)\"\(what)")
            }
            guard let (provider, task) = registry.task(TaskID(reference.id)), provider == step.provider else {
                throw mistake(", which is not a task of its provider: add its TaskDefinition to tasks")
            }
            guard task.reference == reference else {
                throw mistake(", which its provider offers with other types: declare it once, as a TaskName")
            }
            let given: JSONObject
            let key: String?
            do {
                guard let input else { throw NoInputWritten() }
                given = input
                // A form that a rule has filled in may lack required fields; a value of any other type is complete.
                if task.hasForm { try task.check(given) }
                key = try task.uniqueKey?(given)
            } catch {
                // The rule made this input, not the caller, so the mistake is the provider's.
                throw mistake(" with an input that the task does not take: give each of its required fields a value")
            }
            let run = try newRun(
                of: task, provider, with: given, by: step.actor, request: request.id, uniqueKey: key)
            guard try same(as: run) == nil, !runs.contains(where: { $0.isSame(as: run) }) else {
                continue
            }
            runs.append(run)
        }
        return runs
    }
}

/// The input that a rule gave to a task cannot be encoded as JSON.
private struct NoInputWritten: Error {}
