import ConciergeKit
import JSON

extension Batch {
    /// Fires the due timers in the order in which they were due, then the due schedules. Queued runs start afterwards
    /// if there is capacity.
    mutating func wake(firing limit: Int) throws -> Answer {
        let due = try staged.facts.dueTimers(by: now, limit: limit)
        for timer in due { try asFarAsLoaded { try $0.fire(timer) } }
        moreIsDue = due.count == limit
        if !state.waitingServices.isEmpty { try asFarAsLoaded { try $0.grantWaiting() } }
        try asFarAsLoaded { try $0.elapse() }
        for provider in registry.providers { state.limits.markQueued(for: provider.id) }
        return .done
    }

    private mutating func fire(_ timer: PendingTimer) throws {
        if case .delivery(let delivery) = timer.key { return try deliver(delivery, of: timer.request) }
        // A call decided earlier in this batch may have moved or ended the timer, or closed the request. The ledger
        // does not return timers of a request in quarantine; this check also holds for a ledger that does.
        guard !state.quarantined.requests.contains(timer.request), let request = try staged.request(timer.request),
            let due = try staged.timers(of: timer.request)[timer.key], due <= now,
            let (provider, table) = registry.service(request.service)
        else { return }
        staged.setTimer(timer.key, of: request, due: nil)
        let name: String
        switch timer.key {
        case .service(let declared): name = declared
        case .outcome(let run):
            if let run = try staged.run(run) { try tellRequest(of: run) }
            return
        case .grant:
            if let waiter = try staged.waiter(timer.request) { try grant(waiter) }
            return
        case .delivery: return
        }
        let event = RequestEvent.timer(name)
        let deadline = table.hasCommitments ? DeadlineTimer(name) : nil
        if case .missed(let commitment)? = deadline { try miss(commitment, of: request) }
        // After downtime a deadline may have passed before its warning: then the deadline alone is told.
        if case .approaching(let commitment)? = deadline, try isPast(commitment, of: request) { return }
        guard let row = table.row(forTimer: name, in: request.state), case .fire(let rule) = row.rule else {
            if let deadline {
                if case .missed(let commitment) = deadline { try noteMissed(event, commitment, of: request) }
                return
            }
            let reason = "the table has no transition for it"
            report(event, of: request, provider, .broken(provider: provider, reason: reason))
            return
        }
        let moment = moment(of: request, by: "timer")
        do {
            try state.observer.inside(
                CodeLocation(
                    .rule, provider: provider, owner: table.id.rawValue,
                    subject: request.id.description, event: event.description)
            ) {
                let subject = try subject(request, table, of: provider, at: moment)
                let drafted = try run(of: provider) { try rule(subject) }
                _ = try settle(
                    drafted, Step(provider: provider, table: table, row: row, actor: "timer", seed: moment.seed),
                    on: request,
                    from: request.state)
            }
            state.timerPace.passed(timer.key, of: request.id)
        } catch Rejection.refused(let words) {
            postpone(timer.key, event, of: request, provider, words, seed: moment.seed)
        } catch let rejection as Rejection {
            report(event, of: request, provider, rejection, seed: moment.seed)
        }
    }

    /// Keeps a timer, or a run's outcome as a timer, whose rule postponed it. It is tried again with a growing delay,
    /// until its rule accepts it or the request changes otherwise.
    mutating func postpone(
        _ timer: TimerKey, _ event: RequestEvent, of request: StoredRequest, _ provider: ProviderID, _ reason: Text,
        seed: UInt64? = nil
    ) {
        let due = putOff(timer, event, of: request, provider, reason, seed: seed)
        events.append(
            .postponed(provider: provider, request: request.id, event: event, until: due, reason: reason.en))
    }

    /// Sets a timer to a later time, with a growing delay, and says so in the history. Returns when it is due.
    @discardableResult
    mutating func putOff(
        _ timer: TimerKey, _ event: RequestEvent, of request: StoredRequest, _ provider: ProviderID, _ reason: Text,
        seed: UInt64? = nil
    ) -> Instant {
        let delay = state.timerPace.stopped(timer, of: request.id)
        let due = now + delay
        staged.setTimer(timer, of: request, due: due)
        // Once the delay has reached its maximum, only the journal records each try.
        if delay < TimerPace.longestDelay {
            staged.append(
                Entry(
                    request: request.id, service: request.service, at: now, actor: provider.rawValue, event: event,
                    from: request.state, to: request.state,
                    note: Text(
                        fr: "Remis au \(due) : \(reason.fr)", en: "Put off until \(due): \(reason.en)"),
                    seed: seed))
        }
        return due
    }

    /// Reports a mistake of provider code that no caller receives: in the history, and in the journal.
    mutating func report(
        _ event: RequestEvent, of request: StoredRequest, _ provider: ProviderID, _ rejection: Rejection,
        seed: UInt64? = nil
    ) {
        let words = rejection.words
        staged.append(
            Entry(
                request: request.id, service: request.service, at: now, actor: provider.rawValue, event: event,
                from: request.state, to: request.state,
                note: Text(fr: "Sans effet : \(words.fr)", en: "Without effect: \(words.en)"),
                seed: seed))
        events.append(.fault(provider: provider, request: request.id, event: event, reason: rejection.diagnosis))
    }
}
