import JSON
import Wording

/// A task that the daemon offers.
struct OfferedTask: Sendable, Hashable {
    var id: String
    var provider: String
    var name: Text
    var fields: [Field]
    /// Seconds that one attempt may take.
    var timeLimit: Double
    var attempts: Int64
}

extension OfferedTask {
    init(_ json: JSONObject) throws(Failure) {
        id = try json.string("id")
        provider = try json.string("provider")
        name = try json.words("name")
        fields = try json.list("fields", of: Field.init)
        timeLimit = try json.double("time_limit")
        attempts = try json.int("attempts")
    }
}

/// One execution of a task, as the daemon tells it.
struct Run: Sendable, Hashable {
    var id: String
    var task: String
    var provider: String
    /// `queued`, `running`, `succeeded`, `failed` or `cancelled`.
    var state: String
    var input: JSONObject
    var actor: String
    var request: String?
    var schedule: String?
    var attempt: Int64
    var attempts: Int64
    var createdAt: String
    var due: String?
    var startedAt: String?
    var finishedAt: String?
    var outcome: Text?
    var data: JSONObject?
    var error: String?
    var elapse: String?
    var priority: String?
    var progress: Progress?

    /// How far it has come.
    struct Progress: Sendable, Hashable {
        var done: Int64
        var total: Int64?
        var text: Text?
    }
    /// Whether it waits because its task is not served now.
    var isUnattended = false
    var quarantine: Quarantine?
}

extension Run {
    init(_ json: JSONObject) throws(Failure) {
        id = try json.string("id")
        task = try json.string("task")
        provider = try json.string("provider")
        state = try json.string("state")
        input = try json.object("input")
        actor = try json.string("actor")
        request = json.optionalString("request")
        schedule = json.optionalString("schedule")
        attempt = try json.int("attempt")
        attempts = try json.int("attempts")
        createdAt = try json.string("created_at")
        due = json.optionalString("due")
        startedAt = json.optionalString("started_at")
        finishedAt = json.optionalString("finished_at")
        outcome = json.optionalWords("outcome")
        data = json["data"]?.objectValue
        error = json.optionalString("error")
        elapse = json.optionalString("elapse")
        priority = json.optionalString("priority")
        progress = try json["progress"]?.objectValue.map { progress throws(Failure) in
            Progress(
                done: try progress.int("done"), total: progress["total"]?.intValue,
                text: progress.optionalWords("text"))
        }
        isUnattended = json["unattended"]?.boolValue ?? false
        quarantine = try Quarantine(in: json)
    }

    /// The state as a person says it.
    var stateName: Text {
        if quarantine != nil { return Quarantine.name }
        return switch state {
        case "queued" where isUnattended:
            Text(fr: "en attente (sans fournisseur)", en: "queued (unattended)")
        case "queued": Text(fr: "en attente", en: "queued")
        case "running": Text(fr: "en cours", en: "running")
        case "succeeded": Text(fr: "réussie", en: "succeeded")
        case "failed": Text(fr: "échouée", en: "failed")
        case "cancelled": Text(fr: "annulée", en: "cancelled")
        default: Text(verbatim: state)
        }
    }

    var stateColour: Colour? {
        if quarantine != nil { return .red }
        return switch state {
        case "running": .cyan
        case "succeeded": .green
        case "failed": .red
        case "queued": .yellow
        default: nil
        }
    }
}
