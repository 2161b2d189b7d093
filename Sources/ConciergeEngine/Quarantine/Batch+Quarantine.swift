package import ConciergeKit

extension Batch {
    /// Takes a request out of quarantine: its timers fire again, its runs start again and actions are accepted again.
    /// Its crash count is reset.
    mutating func release(_ id: RequestID, by actor: String) throws -> Answer {
        let request = try find(id)
        guard state.quarantined.requests.contains(request.id) else {
            throw Rejection.refused(
                Text(
                    fr: "La demande \(request.id) n'est pas en quarantaine.",
                    en: "The request \(request.id) is not in quarantine."))
        }
        state.quarantined.release(request: request.id)
        let table = registry.service(request.service)?.table
        // What it waits for in line may have been given back to nobody in the meantime.
        if table?.hasLines ?? false { state.waitingServices.insert(request.service) }
        staged.releaseQuarantine(of: request, isServed: table != nil)
        events.append(.released(.request(request.id), by: actor))
        staged.append(
            Entry(
                request: request.id, service: request.service, at: now, actor: actor,
                event: .released, from: request.state, to: request.state))
        for provider in registry.providers { state.limits.markQueued(for: provider.id) }
        return .request(
            RequestView(
                request: request, timers: try staged.timers(of: request.id), commitments: try commitments(of: request),
                followers: try staged.followers(of: request)))
    }

    /// Quarantines a request if one of its rules repeatedly starts a timer without delay.
    mutating func quarantineWhereItLoops(_ drafted: Drafted, _ step: Step, _ request: StoredRequest) {
        let event = step.row.event
        let now = now
        let due = drafted.effects.compactMap { effect -> Instant? in
            if case .startTimer(_, let due) = effect, due <= now { due } else { nil }
        }
        guard state.timerPace.started(due.min(), by: event, of: request.id, at: now) else { return }
        let quarantine = Quarantine(
            of: .request(request.id), since: now, crashes: 0, event: event.description, cause: Quarantine.loop)
        state.quarantined.hold(request: request.id)
        staged.quarantine(request.id, quarantine)
        staged.append(
            Entry(
                request: request.id, service: request.service, at: now, actor: "concierged", event: .quarantined,
                from: request.state, to: request.state, note: quarantine.note))
        events.append(
            .looping(request.id, quarantine, provider: step.provider, service: request.service))
    }

    /// Refuses a command that would execute a rule on a request in quarantine.
    func refuseQuarantined(_ request: RequestID) throws {
        guard state.quarantined.requests.contains(request) else { return }
        throw Rejection.refused(Quarantine.refusal(of: request))
    }
}

extension Quarantine {
    /// The cause of a quarantine without a crash: a rule starts timers without delay again and again.
    package static let loop = "timer-loop"

    static func refusal(of request: RequestID) -> Text {
        Text(
            fr: "La demande \(request) est en quarantaine : elle a mis le service en difficulté à plusieurs reprises. "
                + "Prévenez l'exploitation.",
            en: "The request \(request) is in quarantine: it has brought the service into trouble several times. "
                + "Tell operations.")
    }

    /// The text of the history line when a request is quarantined.
    package var note: Text {
        guard cause != Self.loop else {
            return Text(
                fr: "En quarantaine : « \(event) » lance une minuterie sans délai, \(TimerPace.limit) fois de suite.",
                en: "In quarantine: \"\(event)\" starts a timer without delay, \(TimerPace.limit) times in a row.")
        }
        return Text(
            fr: "En quarantaine après \(crashes) plantages, le dernier pendant « \(event) » (\(cause)).",
            en: "In quarantine after \(crashes) crashes, the last in \"\(event)\" (\(cause)).")
    }
}
