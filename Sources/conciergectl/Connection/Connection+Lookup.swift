import ConciergeProtocol
import JSON
import Wording

extension Connection {
    /// All services that the daemon serves.
    func catalogue() async throws(Failure) -> Catalogue {
        Catalogue(try await call(ManagerMethods.Services()).read().services)
    }

    /// All services that the daemon serves, with the names of the tasks that their histories have.
    func catalogueWithTasks() async throws(Failure) -> Catalogue {
        try await catalogue().naming(tasks: try await taskNames())
    }

    /// The service with that id or name, or an unambiguous beginning of one.
    ///
    /// - Throws: If the daemon knows no such service, a failure that suggests the nearest known id.
    func service(_ typed: String) async throws(Failure) -> Wire.Service {
        do {
            let services = try await call(ManagerMethods.Services(id: typed)).read().services
            if let service = services.first(where: { $0.id == typed }) { return try await served(service) }
        } catch {
            // A service whose provider is away exists: the daemon says why it is not served.
            guard error.refusal == .notFound else { throw error }
        }
        let catalogue = try await catalogue()
        do {
            return try await served(try catalogue.service(typed))
        } catch {
            let isUnknown = error.name == ControlInterface.manager.name(of: .notFound)
            let near = NearestName.nearest(to: typed, among: Array(catalogue.services.keys))
            guard isUnknown, near == nil, let away = try await away(for: typed) else { throw error }
            throw .notServed(typed, by: away)
        }
    }

    /// The service, if it is served.
    private func served(_ service: Wire.Service) async throws(Failure) -> Wire.Service {
        guard service.served == false else { return service }
        guard let provider = try await providers().first(where: { $0.id == service.provider }) else { return service }
        throw .notServed(service.id, shown: service.name, by: provider)
    }

    /// The provider that does not serve and that a name may mean, which nothing has that is served: the one whose name
    /// begins so, else the only one.
    private func away(for typed: String) async throws(Failure) -> Wire.Provider? {
        let away = try await providers().filter { $0.state != .serving && $0.version != nil }
        let match = NameMatch(away.candidates)
        if case .one(let found) = match.find(typed) { return away.first { $0.id == found.id } }
        return away.count == 1 ? away[0] : nil
    }

    /// The task with that id or name, or an unambiguous beginning of one.
    func task(_ typed: String, among tasks: [Wire.Task]) async throws(Failure) -> Wire.Task {
        let match = NameMatch(tasks.candidates)
        switch match.find(typed) {
        case .one(let found):
            if let task = tasks.first(where: { $0.id == found.id }) { return task }
        case .several(let found):
            throw .ambiguous(
                typed, found, advice: Text(fr: "Les tâches : conciergectl tasks", en: "The tasks: conciergectl tasks"))
        case .none: break
        }
        throw try await unknown(task: typed, among: tasks.map(\.id))
    }

    /// A catalogue with this service only, or an empty one if the service is unknown or its provider does not serve
    /// now: a request may still exist when its provider is gone.
    func catalogue(ofService id: String) async throws(Failure) -> Catalogue {
        do {
            return Catalogue(try await call(ManagerMethods.Services(id: id)).read().services)
        } catch {
            // In both cases the request is shown with ids instead of names.
            guard error.refusal == .notFound || error.refusal == .unavailable else { throw error }
            return Catalogue()
        }
    }

    /// All tasks that the daemon serves.
    func tasks() async throws(Failure) -> [Wire.Task] {
        try await call(TaskMethods.List()).read().tasks
    }

    /// The names of all tasks by their ids.
    func taskNames() async throws(Failure) -> [String: Text] {
        var names: [String: Text] = [:]
        for task in try await tasks() { names[task.id] = task.name }
        return names
    }

    /// All providers.
    func providers() async throws(Failure) -> [Wire.Provider] {
        try await call(ManagerMethods.Providers()).read().providers
    }

    /// Throws if a filter names a service or state that does not exist, so that a typing mistake is not taken for an
    /// empty list.
    func check(service: String?, state: String?, in catalogue: Catalogue) async throws(Failure) {
        // If the service's provider does not serve now, the daemon's error says so.
        if let service, catalogue.services[service] == nil { _ = try await self.service(service) }
        try catalogue.check(state: state, ofService: service)
    }

    /// Why there is no such task: its provider does not serve now, or no provider has the task.
    func unknown(task id: String, among tasks: [String]) async throws(Failure) -> Failure {
        let provider = String(id.prefix { $0 != "." })
        let providers = try await providers()
        if let provider = providers.first(where: { $0.id == provider }), provider.state != .serving {
            return .notServed(id, by: provider)
        }
        // What nothing is called that is served may be a task of what is not.
        if NearestName.nearest(to: id, among: tasks) == nil, let away = try await away(for: id) {
            return .notServed(id, by: away)
        }
        return .unknown(
            id, name: ControlInterface.tasks.name(of: .notFound), kind: .task, among: tasks,
            advice: Text(fr: "Les tâches : conciergectl tasks", en: "The tasks: conciergectl tasks"))
    }
}

extension Failure {
    /// What has this id or name belongs, or may belong, to a provider that does not serve now.
    ///
    /// - Parameter name: What people call it, if that is known.
    fileprivate static func notServed(_ id: String, shown name: Text? = nil, by provider: Wire.Provider) -> Failure {
        let (name, state) = (name ?? Text(verbatim: id), provider.stateName)
        return Failure(
            status: .unavailable, name: "conciergectl.NotServed",
            parameters: [
                "id": .string(id), "provider": .string(provider.id), "state": .string(provider.state.rawValue),
            ],
            message: Text(
                fr: "« \(name) » n'est pas servi en ce moment : le module « \(provider.name) » est \(state)",
                en: "\"\(name)\" is not served now; provider \"\(provider.name)\": \(state)"),
            advice: Text(fr: "Pourquoi : conciergectl providers", en: "Why: conciergectl providers"))
    }
}

extension Catalogue {
    /// No service has that id.
    func unknown(service id: String) -> Failure {
        .unknown(
            id, name: ControlInterface.manager.name(of: .notFound), kind: .service,
            among: Array(services.keys),
            shown: services.values.sorted { $0.id < $1.id }
                .candidates.map(\.shown),
            advice: Self.advice)
    }

    /// The command that lists the services.
    static var advice: Text {
        Text(fr: "Les services : conciergectl services", en: "The services: conciergectl services")
    }

    /// The service with that id or name, or an unambiguous beginning of one.
    func service(_ typed: String) throws(Failure) -> Wire.Service {
        let match = NameMatch(
            services.values.candidates.sorted { $0.id < $1.id })
        switch match.find(typed) {
        case .one(let found):
            if let service = services[found.id] { return service }
        case .several(let found): throw .ambiguous(typed, found, advice: Self.advice)
        case .none: break
        }
        throw unknown(service: typed)
    }

    /// The id of the state with that id or name, or an unambiguous beginning of one; of any service without a service. A
    /// state that several services have by the same name is one.
    func state(_ typed: String, ofService service: String?) throws(Failure) -> String {
        let owners = service.flatMap { services[$0] }.map { [$0] } ?? Array(services.values)
        var states: [NameMatch.Candidate] = []
        for state in owners.flatMap(\.states) where !states.contains(where: { $0.id == state.id }) {
            states.append(NameMatch.Candidate(id: state.id, name: state.name))
        }
        states.sort { $0.id < $1.id }
        switch NameMatch(states).find(typed) {
        case .one(let found): return found.id
        case .several(let found): throw .ambiguous(typed, found)
        case .none:
            throw .unknown(
                typed, name: "conciergectl.UnknownState", kind: .state, among: states.map(\.id),
                shown: states.map(\.shown))
        }
    }

    /// Throws if the service has no such state, or, without a service, if no service has it.
    fileprivate func check(state: String?, ofService service: String?) throws(Failure) {
        guard let state else { return }
        _ = try self.state(state, ofService: service)
    }
}
