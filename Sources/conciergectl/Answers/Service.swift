import JSON
import Wording

/// One field of an opening, an action or a task, as the daemon describes it.
struct Field: Sendable, Hashable {
    var name: String
    /// `string`, `int`, `float`, `bool`, `time`, `date` or `choice`.
    var kind: String
    var required: Bool
    var title: Text
    var example: String?
    var choices: [String] = []
}

extension Field {
    init(_ json: JSONObject) throws(Failure) {
        self.init(
            name: try json.string("name"), kind: try json.string("kind"), required: try json.bool("required"),
            title: try json.words("title"), example: json.optionalString("example"),
            choices: try json.strings("choices"))
    }
}

/// What staff can do to a request.
struct Action: Sendable, Hashable {
    var id: String
    var name: Text
    var from: [String]
    var to: [String]
    var fields: [Field]
    /// Fields that are refused by name, with the reason.
    var refused: [String: Text] = [:]
}

extension Action {
    init(_ json: JSONObject) throws(Failure) {
        self.init(
            id: try json.string("id"), name: try json.words("name"), from: try json.strings("from"),
            to: try json.strings("to"), fields: try json.list("fields", of: Field.init))
        guard json["refused"] != nil else { return }
        for (name, reason) in try json.list(
            "refused",
            of: { (field) throws(Failure) -> (String, Text) in (try field.string("name"), try field.words("reason")) })
        {
            refused[name] = reason
        }
    }
}

/// One state of a service's requests.
struct ServiceState: Sendable, Hashable {
    var id: String
    var name: Text
    var open: Bool
}

/// What a resident can ask for, as the daemon describes it.
struct Service: Sendable, Hashable {
    var id: String
    var provider: String
    var name: Text
    var summary: Text
    var states: [ServiceState]
    /// Names of the timers by their ids.
    var timers: [String: Text]
    var opening: Action
    var actions: [Action]
    var diagram: String
}

extension Service {
    init(_ json: JSONObject) throws(Failure) {
        id = try json.string("id")
        provider = try json.string("provider")
        name = try json.words("name")
        summary = try json.words("summary")
        states = try json.list("states") { (state) throws(Failure) in
            ServiceState(id: try state.string("id"), name: try state.words("name"), open: try state.bool("open"))
        }
        timers = [:]
        for (id, name) in try json.list(
            "timers",
            of: { (timer) throws(Failure) -> (String, Text) in (try timer.string("id"), try timer.words("name")) })
        {
            timers[id] = name
        }
        opening = try Action(try json.object("opening"))
        actions = try json.list("actions", of: Action.init)
        diagram = try json.string("diagram")
    }

    func action(_ id: String) -> Action? { actions.first { $0.id == id } }
}

/// The services by their ids, for showing names; what is not there is shown by its id.
struct Catalogue: Sendable {
    var services: [String: Service] = [:]

    init(_ services: [Service] = []) {
        for service in services { self.services[service.id] = service }
    }

    func name(ofService id: String) -> Text { services[id]?.name ?? Text(verbatim: id) }

    func name(ofState id: String, in service: String) -> Text {
        services[service]?.states.first { $0.id == id }?.name ?? Text(verbatim: id)
    }

    func name(ofTimer id: String, in service: String) -> Text {
        services[service]?.timers[id] ?? Text(verbatim: id)
    }

    /// The title of a member of a request's record: that of the field of the same name, where one has it.
    func title(ofMember key: String, in service: String) -> Text {
        let actions = services[service].map { [$0.opening] + $0.actions } ?? []
        return actions.lazy.flatMap(\.fields).first { $0.name == key }?.title ?? Text(verbatim: key)
    }

    /// What happened, from the `event` of a history line.
    func name(ofEvent event: String, in service: String) -> Text {
        let parts = event.split(separator: ":", maxSplits: 1).map(String.init)
        if parts.count == 2 {
            switch parts[0] {
            case "timer":
                let name = name(ofTimer: parts[1], in: service)
                return Text(fr: "délai : \(name)", en: "timer: \(name)")
            case "run": return Text(fr: "tâche : \(parts[1])", en: "task: \(parts[1])")
            case "quarantine":
                return parts[1] == "released"
                    ? Text(fr: "sortie de quarantaine", en: "released from quarantine")
                    : Text(fr: "mise en quarantaine", en: "put in quarantine")
            case "notice": return Text(fr: "avis : \(parts[1])", en: "notice: \(parts[1])")
            default: return Text(verbatim: event)
            }
        }
        if let action = services[service]?.action(event) { return action.name }
        return event == "open" ? Text(fr: "Ouverture", en: "Opened") : Text(verbatim: event)
    }
}
