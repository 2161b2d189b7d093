import ConciergeKit
import JSON

extension Batch {
    /// The signals that a rule raised.
    struct Raised {
        /// A signal, with a delivery for each service that listens.
        struct Signal {
            let id: String
            let values: [UInt8]
            let deliveries: [SignalDelivery]
        }

        var signals: [Signal] = []
        /// Why no service is told of any of them; nil if they are delivered.
        var undelivered: Text?
    }

    /// The signals that a rule raised. It stages nothing.
    mutating func signals(
        raisedBy drafted: Drafted, _ step: Step, of request: StoredRequest
    ) throws -> Raised {
        var raised = Raised()
        for case .raise(let signal, let values) in drafted.effects {
            func mistake(_ what: String) -> Rejection {
                .broken(
                    provider: step.provider,
                    reason: "\(step.table.id): the rule of \"\(step.row.event)\" raised \"\(signal)\", \(what)")
            }
            guard step.table.signals.contains(signal) else {
                throw mistake("which the service does not name: add its type to static var signals")
            }
            guard let values else { throw mistake("which is not a JSON object: a signal is a struct") }
            let deliveries = try (state.listening[signal] ?? []).map { listener in
                SignalDelivery(number: try drawNumber(), signal: signal, listener: listener)
            }
            raised.signals.append(.init(id: signal, values: Array(values.description.utf8), deliveries: deliveries))
        }
        if raised.signals.contains(where: { !$0.deliveries.isEmpty }) {
            raised.undelivered = try endlessness(step, of: request)
        }
        return raised
    }

    /// The reason for which a request tells no service of a signal: too many signals led to it.
    private func endlessness(_ step: Step, of request: StoredRequest) throws -> Text? {
        guard let cause = try step.cause ?? staged.cause(of: request), cause.length >= SignalCause.longest else {
            return nil
        }
        return Text(
            fr: "Non transmis : \(cause.length) signaux se suivent déjà, les services se répondent sans fin.",
            en: "Not delivered: \(cause.length) signals follow one another already, services answer each other "
                + "without end.")
    }

    /// Stages signals for delivery in a later batch. Returns the timers of the deliveries.
    mutating func raise(_ raised: Raised, _ step: Step, of request: StoredRequest) -> [TimerKey: Instant] {
        var timers: [TimerKey: Instant] = [:]
        for signal in raised.signals {
            if signal.deliveries.isEmpty {
                tell(
                    signal.id, request, by: step.actor,
                    Text(fr: "Personne n'écoute ce signal.", en: "Nobody listens to this signal."))
                continue
            }
            if let reason = raised.undelivered {
                tell(signal.id, request, by: step.actor, reason)
                events.append(
                    .fault(
                        provider: step.provider, request: request.id, event: .signal(signal.id), reason: reason.en))
                continue
            }
            for delivery in signal.deliveries {
                timers[.delivery(delivery)] = now
                staged.setTimer(.delivery(delivery), of: request, due: now)
                staged.changes.signals.raised[delivery.number] = signal.values
            }
        }
        return timers
    }

    /// Delivers a signal: opens a request of the service that listens. The request and the end of the delivery are
    /// committed together.
    mutating func deliver(_ delivery: SignalDelivery, of raiser: RequestID) throws {
        let key = TimerKey.delivery(delivery)
        // The ledger does not return deliveries of a request in quarantine, and none to a service that is not served;
        // this check also holds for a ledger that does.
        guard !state.quarantined.requests.contains(raiser), let request = try staged.request(raiser),
            let due = try staged.timers(of: raiser)[key], due <= now,
            let (provider, table) = registry.service(delivery.listener)
        else { return }
        guard let row = table.opening(on: delivery.signal), case .open(let rule) = row.rule, let input = row.opensOn
        else {
            return end(
                delivery, of: request,
                Text(
                    fr: "Le service « \(verbatim: table.id.rawValue) » n'écoute plus ce signal.",
                    en: "The service \"\(verbatim: table.id.rawValue)\" no longer listens to this signal."))
        }
        let values = try staged.values(ofDelivery: delivery.number).flatMap { try? JSON.parse($0).objectValue } ?? [:]
        let resident = table.resident == .none ? nil : request.resident
        let about = table.place == .none ? nil : request.about
        do {
            try refuse(resident, about, table)
        } catch let rejection as Rejection {
            return refuse(delivery, of: request, table, rejection.words)
        }
        let id = try drawRequestID()
        let moment = moment(of: id, for: resident, about: about, by: "signal")
        let cause = SignalCause(
            request: raiser, signal: delivery.signal, length: (try staged.cause(of: request)?.length ?? 0) + 1)
        do {
            let outcome = try state.observer.inside(
                CodeLocation(
                    .opening, provider: provider, owner: table.id.rawValue, event: row.event.description)
            ) { () -> Outcome in
                let drafted = try run(of: provider) { try rule(values, moment) }
                if let reason = drafted.postponed { return .postponed(reason.said(in: registry.zone)) }
                if let reason = drafted.refusal { return .refused(reason.said(in: registry.zone)) }
                _ = try settle(
                    opening: drafted,
                    Step(
                        provider: provider, table: table, row: row, actor: "signal", seed: moment.seed,
                        input: input.schema.input.known(of: values), cause: cause),
                    as: id, for: resident, about: about)
                return .opened
            }
            switch outcome {
            case .opened:
                end(delivery, of: request, Text(fr: "→ \(table.name) \(id)", en: "→ \(table.name) \(id)"))
            case .refused(let reason): refuse(delivery, of: request, table, reason)
            case .postponed(let reason): postpone(key, .signal(delivery.signal), of: request, provider, reason)
            }
        } catch Rejection.refused(let reason) {
            refuse(delivery, of: request, table, reason)
        } catch let rejection as Rejection {
            let mistake = rejection.inSignal(of: provider)
            putOff(key, .signal(delivery.signal), of: request, provider, mistake.words)
            events.append(
                .fault(
                    provider: provider, request: raiser, event: .signal(delivery.signal),
                    reason: "\(table.id) cannot be told: \(mistake.diagnosis)"))
        }
    }

    private enum Outcome {
        case opened
        case refused(Text)
        case postponed(Text)
    }

    private mutating func refuse(
        _ delivery: SignalDelivery, of request: StoredRequest, _ table: ServiceTable, _ reason: Text
    ) {
        end(
            delivery, of: request, Text(fr: "\(table.name) : refus. \(reason)", en: "\(table.name): refused. \(reason)")
        )
    }

    private mutating func end(_ delivery: SignalDelivery, of request: StoredRequest, _ words: Text) {
        let key = TimerKey.delivery(delivery)
        staged.setTimer(key, of: request, due: nil)
        staged.changes.signals.raised[delivery.number] = nil
        staged.changes.signals.ended.insert(delivery.number)
        state.timerPace.passed(key, of: request.id)
        tell(delivery.signal, request, by: "signal", words)
    }

    /// Adds to the history of a request what became of its signal.
    private mutating func tell(_ signal: String, _ request: StoredRequest, by actor: String, _ words: Text) {
        staged.append(
            Entry(
                request: request.id, service: request.service, at: now, actor: actor, event: .signal(signal),
                from: request.state, to: request.state, note: words))
    }
}

extension Rejection {
    /// The rejection of a rule that a signal began. Nobody typed what the signal says, so that a missing or wrong value
    /// is a mistake of the providers.
    fileprivate func inSignal(of provider: ProviderID) -> Rejection {
        guard case .invalid(let name, let reason) = self else { return self }
        return .broken(provider: provider, reason: "the signal does not say what is needed: \(name): \(reason.en)")
    }
}
