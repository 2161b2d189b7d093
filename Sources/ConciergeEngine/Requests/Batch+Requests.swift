import ConciergeKit
import JSON

extension Batch {
    /// Opens a request, by the opening with this id, else by the service's first.
    mutating func open(
        _ service: ServiceID, by opening: String? = nil, for resident: String?, about: PlaceKey? = nil,
        with input: JSONObject, calledBy actor: String
    ) throws -> Answer {
        guard let (provider, table) = registry.service(service) else {
            throw Rejection.invalid(
                name: "service",
                reason: Text(
                    fr: "aucun service « \(service) » n'est servi", en: "no service \"\(service)\" is served"))
        }
        guard let row = table.opening(by: opening), case .open(let rule) = row.rule else {
            if let opening, table.opening != nil { throw noOpening(opening, of: table) }
            throw Rejection.refused(
                Text(
                    fr: "Le service « \(service) » ouvre ses demandes de lui-même, sur des signaux.",
                    en: "The service \"\(service)\" opens its requests by itself, on signals."))
        }
        // A ledger compares bytes, so canonically equivalent names of residents get the same form.
        let resident = resident.map(Folding.canonical)
        try refuse(resident, about, table)
        let place = try about.map { try know($0) }
        try refuseUnoffered(service, for: resident, about.map { (key: $0, known: place ?? nil) }, table)
        let id = try drawRequestID()
        let moment = moment(of: id, for: resident, about: about, by: actor)
        return try state.observer.inside(
            CodeLocation(.opening, provider: provider, owner: service.rawValue, event: row.event.description)
        ) {
            let drafted = try run(of: provider) { try rule(input, moment) }
            // No request exists yet that could keep the rest of the draft.
            if let reason = drafted.refusal { throw Rejection.refused(reason.said(in: registry.zone)) }
            let step = Step(
                provider: provider, table: table, row: row, actor: actor, seed: moment.seed, input: input,
                note: about.map { words(for: $0, place ?? nil) })
            return .request(try settle(opening: drafted, step, as: id, for: resident, about: about))
        }
    }

    private func noOpening(_ opening: String, of table: ServiceTable) -> Rejection {
        let known = table.openings.compactMap { $0.opening?.id }.joined(separator: ", ")
        return .invalid(
            name: "action",
            reason: Text(
                fr: "le service « \(table.id) » n'ouvre pas de demande par « \(opening) » ; il le fait par : \(known)",
                en: "the service \"\(table.id)\" opens no request by \"\(opening)\"; it does by: \(known)"))
    }

    /// Refuses a request without a resident or a place where one is required, and with one where there is none.
    func refuse(_ resident: String?, _ about: PlaceKey?, _ table: ServiceTable) throws {
        switch (table.resident, resident) {
        case (.required, nil):
            throw Rejection.invalid(
                name: "resident",
                reason: Text(
                    fr: "le service « \(table.name) » demande pour qui est la demande",
                    en: "the service \"\(table.name)\" needs to know whom the request is for"))
        case (.orPlace, nil) where about == nil:
            throw Rejection.invalid(
                name: "resident",
                reason: Text(
                    fr: "le service « \(table.name) » demande pour qui est la demande (--resident) ou quel lieu elle "
                        + "concerne (--about)",
                    en: "the service \"\(table.name)\" needs to know whom the request is for (--resident) or which "
                        + "place it is about (--about)"))
        case (.none, .some):
            throw Rejection.invalid(
                name: "resident",
                reason: Text(
                    fr: "une demande du service « \(table.name) » n'est pour personne en particulier",
                    en: "a request of the service \"\(table.name)\" is for nobody in particular"))
        default: break
        }
        switch (table.place, about) {
        case (.required, nil):
            throw Rejection.invalid(
                name: "about",
                reason: Text(
                    fr: "le service « \(table.name) » demande quel lieu la demande concerne",
                    en: "the service \"\(table.name)\" needs to know which place the request is about"))
        case (.none, .some):
            throw Rejection.invalid(
                name: "about",
                reason: Text(
                    fr: "une demande du service « \(table.name) » ne concerne pas un lieu",
                    en: "a request of the service \"\(table.name)\" is not about a place"))
        default: break
        }
    }

    /// What the directory knows of a place.
    func know(_ about: PlaceKey) throws -> KnownPlace? { try staged.facts.place(about) }

    /// A place as people say it.
    func words(for about: PlaceKey, _ known: KnownPlace?) -> Text {
        Text(verbatim: about.inWords(residence: known?.residence.name))
    }

    /// Executes an action of staff.
    mutating func act(
        on id: RequestID, _ action: String, with input: JSONObject, by actor: String
    ) throws -> Answer {
        let request = try find(id)
        try refuseQuarantined(request.id)
        let (provider, table) = try server(of: request)
        guard let row = table.row(for: action, in: request.state), case .act(let rule) = row.rule else {
            throw rejection(of: action, on: request, in: table)
        }
        try refuse(row.action?.input.mistake(in: input))
        let moment = moment(of: request, by: actor)
        return try state.observer.inside(
            CodeLocation(
                .rule, provider: provider, owner: table.id.rawValue, subject: request.id.description, event: action)
        ) {
            let subject = try subject(request, table, of: provider, at: moment)
            let drafted = try run(of: provider) { try rule(input, subject) }
            let view = try settle(
                drafted,
                Step(
                    provider: provider, table: table, row: row, actor: actor, seed: moment.seed, input: input),
                on: request,
                from: request.state)
            return drafted.refusal.map { .rejected(.refused($0.said(in: registry.zone))) } ?? .request(view)
        }
    }

    /// The provider and the table that serve a request.
    func server(of request: StoredRequest) throws -> (ProviderID, ServiceTable) {
        if let served = registry.service(request.service) { return served }
        throw Rejection.refused(
            Text(
                fr: "Le service « \(request.service) » n'est pas servi en ce moment ; la demande attend.",
                en: "The service \"\(request.service)\" is not served at the moment; the request waits."))
    }

    func find(_ id: RequestID) throws -> StoredRequest {
        guard let request = try staged.request(id) else { throw Rejection.notFound(id.description) }
        return request
    }

    private func rejection(of action: String, on request: StoredRequest, in table: ServiceTable) -> Rejection {
        guard table.actions.contains(where: { $0.schema.id == action }) else {
            return .invalid(
                name: "action",
                reason: Text(
                    fr: "le service « \(table.id) » n'a pas d'action « \(action) »",
                    en: "the service \"\(table.id)\" has no action \"\(action)\""))
        }
        let state = table.shownStates.first { $0.id == request.state }?.name ?? Text(verbatim: request.state)
        let allowed = table.actions(in: request.state)
        return .refused(
            Text(
                fr: "« \(action) » n'est pas possible dans l'état « \(state.fr) »."
                    + (allowed.isEmpty ? "" : " Possible maintenant : \(allowed.joined(separator: ", "))."),
                en: "\"\(action)\" is not possible in the state \"\(state.en)\"."
                    + (allowed.isEmpty ? "" : " Possible now: \(allowed.joined(separator: ", "))."))
        )
    }
}
