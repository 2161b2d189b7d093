import JSON

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
            guard error.name == "org.concierged.Manager.NotFound" else { throw error }
            return Catalogue()
        }
    }

    /// All tasks that the daemon offers.
    func tasks() async throws(Failure) -> [OfferedTask] {
        try await call(.tasks).list("tasks", of: OfferedTask.init)
    }

    /// The names of all tasks by their ids.
    func taskNames() async throws(Failure) -> [String: Words] {
        var names: [String: Words] = [:]
        for task in try await tasks() { names[task.id] = task.name }
        return names
    }
}

extension Catalogue {
    /// No service has that id.
    func unknown(service id: String) -> Failure {
        .unknown(
            id, name: "org.concierged.Manager.NotFound", kind: Words(fr: "le service", en: "service"),
            among: Array(services.keys),
            advice: Self.advice)
    }

    /// How to see the services.
    static var advice: Words {
        Words(fr: "Les services : conciergectl services", en: "The services: conciergectl services")
    }

    /// Throws where a filter names a service or state that there is none of, so that a slip is not taken for an
    /// empty list.
    func check(service: String?, state: String?) throws(Failure) {
        if let service, services[service] == nil { throw unknown(service: service) }
        guard let state else { return }
        let candidates = service.flatMap { services[$0] }.map { [$0] } ?? Array(services.values)
        let states = Set(candidates.flatMap(\.states).map(\.id))
        if !states.contains(state) {
            throw .unknown(
                state, name: "conciergectl.UnknownState", kind: Words(fr: "l'état", en: "state"), among: Array(states))
        }
    }
}
