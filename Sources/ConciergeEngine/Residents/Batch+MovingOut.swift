package import ConciergeKit
import JSON

/// What becomes of an open request whose resident moves out.
package enum MovingOutPlan: Sendable, Hashable {
    /// It stays, about this place and for nobody.
    case stays(PlaceKey)
    /// This action ends it.
    case ends(String)
    /// Staff decide.
    case staff
}

extension ServiceTable {
    /// What becomes of an open request whose resident moves out of a dwelling; nil if the dwelling is not known.
    package func plan(for request: StoredRequest, movingOutOf home: PlaceKey?) -> MovingOutPlan {
        switch movingOut {
        case .stays: (request.about ?? home).map { .stays($0) } ?? .staff
        case .ends(let action): actions(in: request.state).contains(action) ? .ends(action) : .staff
        case .staff: .staff
        }
    }

    var movingOutMistakes: [String] {
        switch movingOut {
        case .staff: []
        case .stays where resident == .required || place == .none:
            [
                "movingOut is .stays, and a request of the service is not about a place alone: write .staff, or change "
                    + "resident and place"
            ]
        case .stays: []
        case .ends(let action):
            if let schema = actions.first(where: { $0.schema.id == action })?.schema {
                schema.input.fields.filter(\.isRequired).map {
                    "movingOut ends requests by \"\(action)\", which needs the field \"\($0.name)\": nobody gives it, so make "
                        + "it optional"
                }
            } else {
                ["movingOut ends requests by \"\(action)\", which no line has: write on(…, from: …, to: …) for it"]
            }
        }
    }
}

extension Batch {
    /// Does with an open request what its service says for a resident who moves out.
    mutating func moveOut(
        _ id: RequestID, of resident: String, outOf home: PlaceKey?, by actor: String
    ) throws -> Answer {
        let request = try find(id)
        try refuseQuarantined(request.id)
        let (_, table) = try server(of: request)
        guard request.isOpen, request.resident.map({ Resident.key(of: $0) }) == Resident.key(of: resident) else {
            throw Rejection.refused(
                Text(
                    fr: "La demande n'est plus une demande ouverte de « \(resident) ».",
                    en: "The request is no longer an open request of \"\(resident)\"."))
        }
        switch table.plan(for: request, movingOutOf: home) {
        case .stays(let place): return try leave(request, at: place, by: actor)
        case .ends(let action): return try act(on: id, action, with: [:], by: actor)
        case .staff:
            throw Rejection.refused(
                Text(fr: "C'est à vous de décider de cette demande.", en: "It is for you to decide on this request."))
        }
    }

    /// Deletes the dossier of somebody who has moved out: consents, mandates and all else that was noted.
    mutating func forgetDossier(of resident: String) -> Answer {
        staged.changes.dossiers[Resident.key(of: resident)] = Dossier()
        return .done
    }

    /// Leaves a request at a place, for nobody. No rule runs, and what its resident was not told yet they are not told any
    /// more.
    private mutating func leave(_ request: StoredRequest, at place: PlaceKey, by actor: String) throws -> Answer {
        var request = request
        let (before, timers) = (try words(for: request.resident), try staged.timers(of: request.id))
        let where_ = words(for: place, try know(place))
        let waiting = try staged.waitingNotices(of: request.id).filter {
            try $0.isForResident && isRecalled($0)
        }
        for notice in waiting { staged.set(notice, .withdrawn) }
        let input: JSONObject = ["resident": ["from": request.resident.map { .string($0) } ?? .null, "to": .null]]
        let relocation: JSONObject = ["about": ["from": .null, "to": place.json]]
        func line(_ event: RequestEvent, _ input: JSONObject, _ note: Text) -> Entry {
            Entry(
                request: request.id, service: request.service, at: now, actor: actor, event: event,
                from: request.state, to: request.state, input: Array(input.description.utf8), note: note)
        }
        if request.about == nil {
            staged.append(
                line(
                    .relocated, relocation,
                    Text(fr: "aucun lieu → \(where_)", en: "no place → \(where_)")))
            staged.changes.requests.relocated.insert(request.id)
        }
        staged.append(
            line(
                .reassigned, input,
                Text(fr: "\(before) → personne : départ", en: "\(before) → nobody: moved out")))
        staged.changes.requests.reassigned.insert(request.id)
        (request.about, request.resident) = (place, nil)
        request.version += 1
        staged.change(request)
        return .request(
            RequestView(
                request: request, timers: timers, commitments: try commitments(of: request),
                followers: try staged.followers(of: request)))
    }
}
