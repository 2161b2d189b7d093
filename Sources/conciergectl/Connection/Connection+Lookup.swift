import JSON
import Wording

extension Connection {
    /// All services, for their names.
    func catalogue() async throws(Failure) -> Catalogue {
        let reply = try await call(.services)
        return Catalogue(try reply.list("services", of: Service.init))
    }

    /// The service with that id.
    ///
    /// - Throws: `NotFound` with the nearest id that there is.
    func service(_ id: String) async throws(Failure) -> Service {
        do {
            let reply = try await call(.services, ["id": .string(id)])
            if let service = try reply.list("services", of: Service.init).first(where: { $0.id == id }) {
                return service
            }
        } catch {
            guard error.name == "org.concierged.Manager.NotFound" else { throw error }
        }
        throw try await catalogue().unknown(service: id)
    }

    /// The service with that id alone, or an empty catalogue when its provider has left: a request outlives the code.
    func catalogue(ofService id: String) async throws(Failure) -> Catalogue {
        do {
            return Catalogue(try await call(.services, ["id": .string(id)]).list("services", of: Service.init))
        } catch {
            // One whose provider does not serve now is known by its id alone, as one whose provider has left.
            let names = ["org.concierged.Manager.NotFound", "org.concierged.Manager.Unavailable"]
            guard names.contains(error.name) else { throw error }
            return Catalogue()
        }
    }

    /// All tasks that the daemon offers.
    func tasks() async throws(Failure) -> [OfferedTask] {
        try await call(.tasks).list("tasks", of: OfferedTask.init)
    }

    /// The names of all tasks by their ids.
    func taskNames() async throws(Failure) -> [String: Text] {
        var names: [String: Text] = [:]
        for task in try await tasks() { names[task.id] = task.name }
        return names
    }

    /// Throws where a filter names a service or state that there is none of, so that a slip is not taken for an
    /// empty list.
    func check(service: String?, state: String?, in catalogue: Catalogue) async throws(Failure) {
        // One of a provider that does not serve now is not unknown: the daemon says how it is.
        if let service, catalogue.services[service] == nil { _ = try await self.service(service) }
        try catalogue.check(state: state, ofService: service)
    }

    /// Why there is no such task: its provider does not serve, or nobody has it.
    func unknown(task id: String, among tasks: [String]) async throws(Failure) -> Failure {
        let provider = String(id.prefix { $0 != "." })
        let providers = try await call(.providers).list("providers", of: Provider.init)
        if let provider = providers.first(where: { $0.id == provider }), provider.state != "serving" {
            return .notServed(id, by: provider)
        }
        return .unknown(
            id, name: "org.concierged.Tasks.NotFound", kind: Text(fr: "la tâche", en: "task"), among: tasks,
            advice: Text(fr: "Les tâches : conciergectl tasks", en: "The tasks: conciergectl tasks"))
    }
}

extension Failure {
    /// A provider that does not serve now has it, or had it.
    fileprivate static func notServed(_ id: String, by provider: Provider) -> Failure {
        let state = provider.stateName
        return Failure(
            status: .unavailable, name: "conciergectl.NotServed",
            parameters: ["id": .string(id), "provider": .string(provider.id), "state": .string(provider.state)],
            message: Text(
                fr: "« \(id) » n'est pas servi en ce moment ; fournisseur « \(provider.name) » : \(state)",
                en: "\"\(id)\" is not served now; provider \"\(provider.name)\": \(state)"),
            advice: Text(fr: "Pourquoi : conciergectl providers", en: "Why: conciergectl providers"))
    }
}

extension Catalogue {
    /// No service has that id.
    func unknown(service id: String) -> Failure {
        .unknown(
            id, name: "org.concierged.Manager.NotFound", kind: Text(fr: "le service", en: "service"),
            among: Array(services.keys),
            advice: Self.advice)
    }

    /// How to see the services.
    static var advice: Text {
        Text(fr: "Les services : conciergectl services", en: "The services: conciergectl services")
    }

    /// Throws where there is no such state, of that service or of any.
    fileprivate func check(state: String?, ofService service: String?) throws(Failure) {
        guard let state else { return }
        let candidates = service.flatMap { services[$0] }.map { [$0] } ?? Array(services.values)
        let states = Set(candidates.flatMap(\.states).map(\.id))
        if !states.contains(state) {
            throw .unknown(
                state, name: "conciergectl.UnknownState", kind: Text(fr: "l'état", en: "state"), among: Array(states))
        }
    }
}
