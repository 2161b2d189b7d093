import JSON
import Wording

/// One resident's case with a service, as the daemon tells it.
struct Request: Sendable, Hashable {
    struct Timer: Sendable, Hashable {
        var name: String
        var due: String
    }

    var id: String
    var service: String
    var state: String
    var open: Bool
    var resident: String?
    var openedAt: String
    var closedAt: String?
    var data: JSONObject
    /// The actions that the service's table allows now.
    var actions: [String]
    /// The next due is first.
    var timers: [Timer]
    /// Whether it waits because its service is not served now.
    var isUnattended = false
    var quarantine: Quarantine?
}

extension Request {
    init(_ json: JSONObject) throws(Failure) {
        id = try json.string("id")
        service = try json.string("service")
        state = try json.string("state")
        open = try json.bool("open")
        resident = json.optionalString("resident")
        openedAt = try json.string("opened_at")
        closedAt = json.optionalString("closed_at")
        data = try json.object("data")
        actions = try json.strings("actions")
        timers = try json.list("timers") { (timer) throws(Failure) in
            Timer(name: try timer.string("name"), due: try timer.string("due"))
        }
        isUnattended = json["unattended"]?.boolValue ?? false
        quarantine = try Quarantine(in: json)
        // The daemon's times are all in UTC, so their order is that of their text.
        timers.sort { $0.due < $1.due }
    }
}

/// One line of a request's history.
struct Entry: Sendable, Hashable {
    /// Position in the ledger.
    var seq: Int64
    var request: String
    var service: String
    var at: String
    var actor: String
    var event: String
    var from: String?
    var to: String?
    var note: Text?
}

extension Entry {
    init(_ json: JSONObject) throws(Failure) {
        seq = try json.int("seq")
        request = try json.string("request")
        service = try json.string("service")
        at = try json.string("at")
        actor = try json.string("actor")
        event = try json.string("event")
        from = json.optionalString("from")
        to = json.optionalString("to")
        note = json.optionalWords("note")
    }
}
