import ConciergeEngine
import ConciergeKit
import ConciergeProtocol

/// The use cases that only read requests, runs and tasks. They read what is committed and on disk.
struct Reading: Sendable {
    let ledger: any Ledger
    let access: AccessRules
    let views: Views
    let residents: NamingResidents

    private var served: ServedRegistry { views.served }

    /// Reads a few rows by their keys.
    func get(_ call: RequestMethods.Get, for principal: Principal) async throws -> RequestMethods.Get.Reply {
        guard let id = RequestID(call.id),
            let (view, history) = try await ledger.requestWithHistory(id, after: call.after ?? 0)
        else { throw ControlError.notFound(call.id) }
        let hides = access.hidesSecrets(from: principal)
        var request = views.request(view, hidingSecrets: hides)
        if request.commitments != nil { request.explain(try await ledger.commitments(of: id)) }
        return RequestMethods.Get.Reply(
            request: hides ? try await residents.namedPlace(request) : try await residents.named(request),
            history: history.elements.map { views.entry($0, hidingSecrets: hides) },
            next: history.next)
    }

    func list(_ call: RequestMethods.List, for principal: Principal) async throws -> RequestMethods.List.Reply {
        var query = RequestQuery()
        query.service = call.service.map { ServiceID($0) }
        query.state = call.state
        query.resident = call.resident.map(Folding.canonical)
        if let text = query.resident, residents.hasDirectory { query.resident = try await resident(meantBy: text) }
        if let about = call.about { query.about = try await residents.places.found(by: about) }
        query.isOpen = call.open
        if query.isOpen == nil, let service = query.service, let state = query.state {
            // The state implies that the request is open, and the ledger has an index of open requests.
            query.isOpen = served.table(of: service)?.states.first { $0.id == state }?.isOpen == true ? true : nil
        }
        if let unattended = call.unattended {
            let services = served.registry.serviceIDs
            // A closed request is never unattended.
            if unattended { (query.notOf, query.isOpen) = (services, true) } else { query.onlyOf = services }
        }
        query.limit = try Self.limit(call.limit)
        query.after = try Self.cursor(call.after)
        let page = try await ledger.requests(query)
        let hides = access.hidesSecrets(from: principal)
        let requests = try await listed(page.elements, hidingSecrets: hides)
        return RequestMethods.List.Reply(
            requests: requests, followed: try await followed(query, hidingSecrets: hides),
            next: page.next.map { String($0) })
    }

    /// Requests of a list, with the names of their places, and of their residents: who may not see what a request says may
    /// not see either whom it is for by name.
    private func listed(_ views: [RequestView], hidingSecrets hides: Bool) async throws -> [Wire.Request] {
        var requests = views.map { self.views.listed($0, hidingSecrets: hides) }
        if hides { try await residents.places.name(&requests) } else { try await residents.name(&requests) }
        return requests
    }

    /// The newest open requests that the resident of a list follows, beside the first page of their own.
    private func followed(_ own: RequestQuery, hidingSecrets hides: Bool) async throws -> [Wire.Request]? {
        guard let resident = own.resident, own.after == nil, own.isOpen != false else { return nil }
        var query = own
        (query.resident, query.follower, query.isOpen, query.limit) = (nil, resident, true, 100)
        let page = try await ledger.requests(query)
        return page.elements.isEmpty ? nil : try await listed(page.elements, hidingSecrets: hides)
    }

    /// The resident of requests that a text means: a resident of the directory, or else the text, by which requests were
    /// opened for somebody who is not in it.
    private func resident(meantBy text: String) async throws -> String {
        if let id = try await residents.withID(text) { return Folding.canonical(id) }
        var query = RequestQuery()
        (query.resident, query.limit) = (text, 1)
        guard try await ledger.requests(query).elements.isEmpty else { return text }
        return Folding.canonical(try await residents.found(by: text, forNew: false))
    }

    /// Reads one row by its key.
    func run(_ call: TaskMethods.GetRun, for principal: Principal) async throws -> RunReply {
        guard let id = RunID(call.id), let run = try await ledger.run(id) else {
            throw ControlError.notFound(call.id)
        }
        return RunReply(views.run(run, hidingSecrets: access.hidesSecrets(from: principal)))
    }

    func runs(_ call: TaskMethods.ListRuns, for principal: Principal) async throws -> TaskMethods.ListRuns.Reply {
        var query = RunQuery()
        query.task = call.task.map { TaskID($0) }
        if let word = call.state?.rawValue {
            guard let state = StoredRun.State(rawValue: word) else {
                throw ControlError.invalid(
                    "state", Text(fr: "une exécution n'a pas d'état « \(word) »", en: "a run has no state \"\(word)\""))
            }
            query.state = state
        }
        query.limit = try Self.limit(call.limit)
        query.after = try Self.cursor(call.after)
        let page = try await ledger.runs(query)
        let hides = access.hidesSecrets(from: principal)
        return TaskMethods.ListRuns.Reply(
            runs: page.elements.map { views.run($0, hidingSecrets: hides) }, next: page.next.map { String($0) })
    }

    func tasks() -> TaskMethods.List.Reply {
        TaskMethods.List.Reply(
            tasks: served.registry.providers.flatMap { contents in
                contents.tasks.map {
                    Wire.Task($0, provider: contents.manifest.id, workers: views.workers($0.key))
                }
            })
    }

    /// The number of elements of a page, 100 by default.
    static func limit(_ limit: Int?) throws(ControlError) -> Int {
        guard let limit else { return 100 }
        guard (1...1000).contains(limit) else {
            throw .invalid("limit", Text(fr: "attendu : de 1 à 1000", en: "expected 1 to 1000"))
        }
        return limit
    }

    /// The position after which a page begins.
    static func cursor(_ after: String?) throws(ControlError) -> Int64? {
        guard let after else { return nil }
        guard let place = Int64(after) else {
            throw .invalid(
                "after",
                Text(
                    fr: "ce n'est pas le « next » d'une liste précédente", en: "this is not the next of a list before"))
        }
        return place
    }
}

extension Wire.Request {
    /// Adds how the deadlines of its commitments came about, and their titles of the day on which they were made.
    fileprivate mutating func explain(_ stored: [StoredCommitment]) {
        for commitment in stored {
            guard let index = commitments?.firstIndex(where: { $0.number == commitment.number }) else { continue }
            commitments?[index].title = commitment.content.title
            commitments?[index].steps = commitment.content.explanation.sentences
        }
    }
}

/// The use cases that read the providers, services and schedules, and their state.
struct ReadingProviders: Sendable {
    let ledger: any Ledger
    let supervisor: Supervisor
    let loop: EngineLoop
    let served: ServedRegistry

    func providers() async throws -> ManagerMethods.Providers.Reply {
        let holds = await loop.holds
        let statuses = await supervisor.statuses
        let unattended = try await unattended()
        let absent = Set(unattended.keys).subtracting(statuses.map { ProviderID($0.manifest.id) }).sorted()
        return ManagerMethods.Providers.Reply(
            providers: statuses.map { status in
                let id = ProviderID(status.manifest.id)
                return Wire.Provider(
                    status, pause: holds.pauses[id], breaker: holds.breakers[id], unattended: unattended[id])
            } + absent.map { Wire.Provider(absent: $0.rawValue, unattended: unattended[$0]) })
    }

    func services(_ call: ManagerMethods.Services) async throws -> ManagerMethods.Services.Reply {
        let registry = served.registry
        let found = registry.providers.flatMap { contents in
            contents.services.filter { call.id == nil || $0.id.rawValue == call.id }
                .map { Wire.Service($0, provider: contents.manifest.id, zone: registry.zone) }
        }
        if let wanted = call.id, found.isEmpty {
            throw await supervisor.explanation(of: wanted, .notFound(wanted))
        }
        return ManagerMethods.Services.Reply(services: found)
    }

    func schedules() async throws -> ManagerMethods.Schedules.Reply {
        let schedules = served.registry.schedules
        let marks = await loop.marks
        return ManagerMethods.Schedules.Reply(
            schedules: marks.compactMap { mark, due in
                schedules[mark.id].map { Wire.Schedule($0, mark, due: due) }
            },
            unattended: try await unattendedSchedules().map { Wire.Schedule.Unattended($0) })
    }

    /// The number of open requests that are not served now, by provider. It is 0 for a provider of which only runs
    /// wait.
    private func unattended() async throws(LedgerError) -> [ProviderID: Int] {
        let unattended = try await ledger.unattended(by: served.registry)
        var counts: [ProviderID: Int] = [:]
        for (service, count) in unattended.openRequests { counts[service.provider, default: 0] += count }
        for (task, _) in unattended.queuedRuns { counts[task.provider, default: 0] += 0 }
        return counts
    }

    /// The marks of the schedules whose providers do not serve now. A schedule that a serving provider no longer
    /// declares is left out: its author has removed it.
    private func unattendedSchedules() async throws(LedgerError) -> [ScheduleMark] {
        let providers = served.registry.providers
        let serving = Set(providers.map(\.id))
        let known = Set(providers.flatMap(\.schedules).map(\.key))
        return try await ledger.scheduleMarks().filter { mark in
            mark.id.provider.map { !serving.contains($0) } ?? false && !known.contains(mark.id)
        }
    }
}
