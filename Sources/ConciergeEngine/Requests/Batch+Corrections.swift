import ConciergeKit
import JSON

extension Batch {
    /// Corrects members of a request's record, open or closed. All new values are taken, or none.
    mutating func correct(_ id: RequestID, with input: JSONObject, by actor: String) throws -> Answer {
        let request = try find(id)
        try refuseQuarantined(request.id)
        let (provider, table) = try server(of: request)
        try refuseNotCorrectable(input, in: table)
        let row = table.correction(in: request.state)
        guard case .correct(let rule) = row.rule else { return .done }
        let moment = moment(of: request, by: actor)
        return try state.observer.inside(
            CodeLocation(
                .rule, provider: provider, owner: table.id.rawValue, subject: request.id.description,
                event: row.event.description)
        ) {
            let subject = try subject(request, table, of: provider, at: moment)
            let corrected = try run(of: provider) { try rule(input, subject) }
            // A correction that is refused leaves no trace.
            try refuse(corrected.drafted.refusal?.said(in: registry.zone))
            guard !corrected.changes.isEmpty else {
                throw Rejection.refused(
                    Text(
                        fr: "Rien à corriger : la demande a déjà ces valeurs.",
                        en: "Nothing to correct: it has these values."))
            }
            return .request(
                try settle(
                    corrected.drafted,
                    Step(
                        provider: provider, table: table, row: row, actor: actor, seed: moment.seed,
                        input: corrected.changes),
                    on: request, from: request.state))
        }
    }

    /// Corrects for whom a request is, open or closed. No rule runs: what the request holds and has told stays.
    mutating func reassign(_ id: RequestID, to resident: String, by actor: String) throws -> Answer {
        var request = try find(id)
        try refuseQuarantined(request.id)
        let (_, table) = try server(of: request)
        let resident = Folding.canonical(resident)
        try refuse(resident, request.about, table)
        guard resident != request.resident else {
            throw Rejection.refused(
                Text(
                    fr: "Rien à corriger : la demande est déjà pour « \(resident) ».",
                    en: "Nothing to correct: the request is for \"\(resident)\" already."))
        }
        let (before, after) = (try words(for: request.resident), try words(for: resident))
        let timers = try staged.timers(of: request.id)
        let notices = try rerouted(of: request, to: resident)
        let input: JSONObject = [
            "resident": [
                "from": request.resident.map { .string($0) } ?? .null, "to": .string(resident),
            ]
        ]
        request.resident = resident
        request.version += 1
        staged.change(request)
        staged.changes.requests.reassigned.insert(request.id)
        // Nobody is told twice.
        let key = Resident.key(of: resident)
        if let follower = try staged.followers(of: request).first(where: { Resident.key(of: $0) == key }) {
            request = try staged.set(follower, follows: false, request)
        }
        apply(notices)
        staged.append(
            Entry(
                request: request.id, service: request.service, at: now, actor: actor, event: .reassigned,
                from: request.state, to: request.state, input: Array(input.description.utf8),
                note: Text(fr: "\(before) → \(after)", en: "\(before) → \(after)")))
        return .request(
            RequestView(request: request, timers: timers, followers: try staged.followers(of: request)))
    }

    /// Corrects which place a request is about, open or closed. No rule runs: what it holds, has promised and has told
    /// stays.
    mutating func relocate(_ id: RequestID, to about: PlaceKey, by actor: String) throws -> Answer {
        var request = try find(id)
        try refuseQuarantined(request.id)
        let (_, table) = try server(of: request)
        try refuse(request.resident, about, table)
        let after = words(for: about, try know(about))
        guard about != request.about else {
            throw Rejection.refused(
                Text(
                    fr: "Rien à corriger : la demande concerne déjà « \(after) ».",
                    en: "Nothing to correct: the request is about \"\(after)\" already."))
        }
        let before = try request.about.map { words(for: $0, try know($0)) }
        let timers = try staged.timers(of: request.id)
        let input: JSONObject = ["about": ["from": request.about.map(\.json) ?? .null, "to": about.json]]
        request.about = about
        request.version += 1
        staged.change(request)
        staged.changes.requests.relocated.insert(request.id)
        staged.append(
            Entry(
                request: request.id, service: request.service, at: now, actor: actor, event: .relocated,
                from: request.state, to: request.state, input: Array(input.description.utf8),
                note: Text(
                    fr: "\(before ?? Text(verbatim: "aucun lieu")) → \(after)",
                    en: "\(before ?? Text(verbatim: "no place")) → \(after)")))
        return .request(
            RequestView(request: request, timers: timers, followers: try staged.followers(of: request)))
    }

    /// Who a resident is: the name and the id, where the directory has them.
    func words(for resident: String?) throws -> Text {
        guard let resident else { return Text(fr: "personne", en: "nobody") }
        guard let known = try staged.known(Resident.key(of: resident)) else { return Text(verbatim: resident) }
        return Text(verbatim: "\(known.resident.name) (\(resident))")
    }

    private func refuseNotCorrectable(_ input: JSONObject, in table: ServiceTable) throws {
        let known = table.corrections.map(\.name)
        let list = known.joined(separator: ", ")
        let offer =
            known.isEmpty
            ? Text(fr: "rien ne se corrige dans ce service", en: "nothing can be corrected in this service")
            : Text(fr: "se corrigent : \(list)", en: "what can be corrected: \(list)")
        guard !input.isEmpty else {
            throw Rejection.invalid(
                name: "input",
                reason: Text(fr: "donnez au moins un champ", en: "give at least one field").adding(offer))
        }
        for name in input.keys where !known.contains(name) {
            throw Rejection.invalid(
                name: name,
                reason: Text(fr: "ce champ ne se corrige pas", en: "it cannot be corrected").adding(offer))
        }
    }
}
