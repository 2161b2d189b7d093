import ConciergeEngine
import ConciergeKit
import ConciergeProtocol

/// The use case of a resident who moves out: each of their open requests becomes what its service says, what they follow is
/// followed no longer, and they leave the directory for good.
///
/// It may be repeated, also after it was cut off: what is done is done once.
struct MovingOutOfDwelling: Sendable {
    let ledger: any Ledger
    let submitting: Submitting
    let clock: @Sendable () -> Instant

    private typealias Reply = ResidentMethods.MoveOut.Reply

    func moveOut(_ call: ResidentMethods.MoveOut, by actor: String) async throws -> ResidentMethods.MoveOut.Reply {
        let day = try LocalDate.read(call.on, "on")
        let known = try await find(call.id)
        let isDry = call.dryRun ?? false
        try check(day, of: known.resident, isDry: isDry)
        let home = known.residence.map {
            PlaceKey(residence: $0.id, dwelling: known.dwelling?.label ?? known.resident.dwelling)
        }
        var items: [ResidentMethods.MoveOut.Item] = []
        for view in try await requests(of: known.resident, \.resident, isOpen: true) {
            items.append(try await settle(view, of: known.resident, outOf: home, isDry: isDry, by: actor))
        }
        // Of what is closed nobody follows anything, but who is gone is not to be kept there either.
        let followed = try await requests(of: known.resident, \.follower, isOpen: nil)
        if !isDry {
            for view in followed {
                let command = Command.removeFollower(
                    request: view.request.id, resident: known.resident.id, caller: Caller(actor: actor))
                _ = try await submit(command).get()
            }
            if known.dossier != Dossier() { try await forgetDossier(of: known.resident, by: actor) }
            try await leave(known.resident, day)
        }
        return Reply(
            resident: known.resident.shown, residence: known.residence?.name, on: day.description, done: !isDry,
            requests: items, unfollowed: followed.filter(\.request.isOpen).map(\.request.id.description))
    }

    // MARK: Who and when

    private func find(_ id: String) async throws -> ResidentAtPlace {
        let key = Resident.key(of: id)
        if let known = try await ledger.known([key])[key] { return known }
        guard let gone = try await ledger.entry(of: Departure.self, named: key), let day = gone.day else {
            throw ControlError.notFound(id)
        }
        throw ControlError.refused(
            ControlError.Reason(
                Text(
                    fr: "« \(gone.id) » a déjà quitté son logement, le \(day, .dayAndYear).",
                    en: "\"\(gone.id)\" has moved out already, on \(day, .dayAndYear).")))
    }

    /// A request becomes nothing before its time, so that a day to come is refused.
    private func check(_ day: LocalDate, of resident: Resident, isDry: Bool) throws {
        let zone = submitting.views.served.registry.zone
        if !isDry, day > zone.local(clock()).date {
            throw ControlError.refused(
                ControlError.Reason(
                    Text(
                        fr:
                            "Le \(day, .dayAndYear) est à venir : faites-le ce jour-là ou après. --dry-run montre déjà ce "
                            + "qui se passera.",
                        en:
                            "\(day, .dayAndYear) is to come: do it on that day or after it. --dry-run shows already what "
                            + "will happen.")))
        }
        if let first = resident.movedIn, day < first {
            throw ControlError.invalid(
                "on",
                Text(
                    fr: "l'entrée dans le logement est du \(first, .dayAndYear)",
                    en: "the lease runs from \(first, .dayAndYear) on"))
        }
    }

    // MARK: Requests

    private func requests(
        of resident: Resident, _ role: WritableKeyPath<RequestQuery, String?>, isOpen: Bool?
    ) async throws -> [RequestView] {
        var query = RequestQuery()
        query[keyPath: role] = Folding.canonical(resident.id)
        (query.isOpen, query.limit) = (isOpen, 1000)
        var all: [RequestView] = []
        repeat {
            let page = try await ledger.requests(query)
            all += page.elements
            query.after = page.next
        } while query.after != nil
        return all
    }

    /// What becomes of a request; it is done unless this is a dry run.
    private func settle(
        _ view: RequestView, of resident: Resident, outOf home: PlaceKey?, isDry: Bool, by actor: String
    ) async throws -> ResidentMethods.MoveOut.Item {
        let table = submitting.views.served.table(of: view.request.service)
        let plan = view.quarantine == nil ? table?.plan(for: view.request, movingOutOf: home) ?? .staff : .staff
        var item = ResidentMethods.MoveOut.Item(
            submitting.views.listed(view, hidingSecrets: false), outcome: .staff)
        switch plan {
        case .staff: return item
        case .stays(let place):
            item.outcome = .stays
            let name = try await ledger.entry(of: Residence.self, named: Folding.text(place.residence))?.name
            item.place = place.inWords(residence: name)
        case .ends(let action): (item.outcome, item.action) = (.ends, action)
        }
        guard !isDry else { return item }
        let command = Command.moveOut(
            request: view.request.id, resident: resident.id, home: home, caller: Caller(actor: actor))
        switch await submit(command) {
        case .success(let reply): item.state = reply.request.state
        case .failure(let error) where error.name == .unavailable: throw error
        case .failure(let error):
            // A rule refuses, or somebody has changed it in the meantime.
            (item.outcome, item.action, item.place) = (.staff, nil, nil)
            item.reason = error.reasonText
        }
        return item
    }

    private func submit(_ command: Command) async -> Result<RequestReply, ControlError> {
        await withCheckedContinuation { decided in
            submitting.submit(command, show: Submitting.requestReply) { decided.resume(returning: $0) }
        }
    }

    // MARK: The directory

    private func forgetDossier(of resident: Resident, by actor: String) async throws {
        let command = Command.forgetDossier(resident: resident.id, caller: Caller(actor: actor))
        let done: Result<Wire.Empty, ControlError> = await withCheckedContinuation { decided in
            submitting.submit(command, show: { _, _ in Wire.Empty() }) { decided.resume(returning: $0) }
        }
        _ = try done.get()
    }

    /// Takes a resident out of the directory. First it says that they are gone, so that a call that is cut off between the
    /// two can be repeated and leaves nobody who would come back.
    private func leave(_ resident: Resident, _ day: LocalDate) async throws {
        try await change(DirectoryChanges(put: [Departure(id: resident.id, day: day)]))
        try await change(DirectoryChanges<Resident>(removed: [resident.key]))
    }

    private func change<Noun: DirectoryNoun>(_ changes: DirectoryChanges<Noun>) async throws {
        let edition = try await ledger.directory(of: Noun.self, after: nil, limit: 1).edition
        guard try await ledger.changeDirectory(changes, from: edition, progress: { _, _ in }) == nil else { return }
        throw ControlError.unavailable(
            Text(
                fr: "une importation est en cours ; refaites la même commande ensuite",
                en: "an import is under way; repeat the same command after it"))
    }
}

extension ControlError {
    /// The reason in both languages, if it has one.
    fileprivate var reasonText: Text? {
        switch self {
        case .refused(let reason), .unavailable(let reason): reason.text
        case .invalidInput(_, let reason): reason.text
        case .notFound, .badConfiguration: nil
        }
    }
}
