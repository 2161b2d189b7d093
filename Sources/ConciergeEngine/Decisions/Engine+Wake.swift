import ConciergeKit
import JSON

extension Engine {
    /// Fires what is due: timers in the order they were due, then schedules; queued runs begin where there is room.
    func wake(firing limit: Int, at desk: inout Desk) throws -> Answer {
        let due = try desk.book.facts.dueTimers(by: desk.now, limit: limit)
        for timer in due { try fire(timer, at: &desk) }
        desk.decision.moreIsDue = due.count == limit
        try elapse(at: &desk)
        for offer in registry.offers { desk.slots.expectQueued(for: offer.manifest.id) }
        return .done
    }

    private func fire(_ timer: PendingTimer, at desk: inout Desk) throws {
        // A call decided earlier in this batch may have moved or ended the timer, or closed the request. The ledger holds
        // back the timers of a request in quarantine; the rule is not executed whatever it does.
        guard !desk.quarantined.requests.contains(timer.request), let request = try desk.book.request(timer.request),
            let due = try desk.book.timers(of: timer.request)[timer.name], due <= desk.now,
            let (provider, table) = registry.service(request.service)
        else { return }
        desk.book.setTimer(timer.name, of: request, due: nil)
        if let run = PostponedOutcome.run(of: timer.name) {
            if let run = try desk.book.run(run) { try tellRequest(of: run, at: &desk) }
            return
        }
        let event = "timer:\(timer.name)"
        guard let row = table.row(forTimer: timer.name, in: request.state), case .fire(let rule) = row.rule else {
            let reason = "the table has no transition for it"
            report(event, of: request, provider, .broken(provider: provider, reason: reason), at: &desk)
            return
        }
        let moment = Moment(
            now: desk.now, request: request.id, resident: request.resident, actor: "timer",
            seed: desk.generator.next())
        do {
            try inside(Place(.rule, provider: provider, owner: table.id, subject: request.id, event: event)) {
                let record = try current(recordOf: request, table, of: provider)
                let drafted = try run(of: provider) { try rule(record, moment) }
                _ = try settle(
                    drafted, Step(provider: provider, table: table, row: row, actor: "timer"), on: request,
                    from: request.state, at: &desk)
            }
            desk.slots.timers.passed(timer.name, of: request.id)
        } catch Rejection.refused(let words) {
            postpone(timer.name, event, of: request, provider, words, at: &desk)
        } catch let rejection as Rejection {
            report(event, of: request, provider, rejection, at: &desk)
        }
    }

    /// Keeps a timer, or a run's outcome as a timer, whose rule asked for a claim that another request holds: it is
    /// tried again, with a growing delay, until the claim is free or the request has gone on otherwise.
    func postpone(
        _ timer: String, _ event: String, of request: StoredRequest, _ provider: String, _ reason: Text,
        at desk: inout Desk
    ) {
        let delay = desk.slots.timers.stopped(timer, of: request.id)
        let due = desk.now + delay
        desk.book.setTimer(timer, of: request, due: due)
        // Once the delay grows no more, the journal alone tells of each try.
        if delay < TimerPace.longestDelay {
            desk.book.append(
                Entry(
                    request: request.id, service: request.service, at: desk.now, actor: provider, event: event,
                    from: request.state, to: request.state,
                    note: Text(
                        fr: "Remis au \(due) : \(reason.fr)", en: "Put off until \(due): \(reason.en)")))
        }
        desk.decision.remarks.append(
            .postponed(provider: provider, request: request.id, event: event, until: due, reason: reason.en))
    }

    /// Tells of provider code that went wrong where no caller hears of it: in the history, and to the journal.
    func report(
        _ event: String, of request: StoredRequest, _ provider: String, _ rejection: Rejection, at desk: inout Desk
    ) {
        let words = rejection.words
        desk.book.append(
            Entry(
                request: request.id, service: request.service, at: desk.now, actor: provider, event: event,
                from: request.state, to: request.state,
                note: Text(fr: "Sans effet : \(words.fr)", en: "Without effect: \(words.en)")))
        desk.decision.faults.append(
            Fault(provider: provider, request: request.id, event: event, reason: rejection.diagnosis))
    }
}
