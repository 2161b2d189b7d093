package import ConciergeKit
package import JSON

/// A line of a request's history, as a reply shows it and as the ledger stores it.
package struct Line: Hashable, Sendable {
    package var seq: Int64
    package var request: String
    package var at: Instant
    package var actor: String
    package var event: String
    package var from: String?
    package var to: String?
    /// The number of the call that made it.
    package var call: Int64?

    package init(
        seq: Int64, request: String, at: Instant, actor: String, event: String, from: String?, to: String?, call: Int64?
    ) {
        self.seq = seq
        self.request = request
        self.at = at
        self.actor = actor
        self.event = event
        self.from = from
        self.to = to
        self.call = call
    }

    /// Reads a line as `Get` and `Watch` show it. Returns nil if a member is missing.
    package init?(shown entry: JSONObject) {
        guard let seq = entry["seq"]?.intValue, let request = entry["request"]?.stringValue,
            let at = entry["at"]?.stringValue.flatMap({ Instant($0) }), let actor = entry["actor"]?.stringValue,
            let event = entry["event"].flatMap(Self.event)
        else { return nil }
        self.init(
            seq: seq, request: request, at: at, actor: actor, event: event, from: entry["from"]?.stringValue,
            to: entry["to"]?.stringValue, call: entry["input"]?["call"]?.intValue)
    }

    /// The name of the event in the ledger.
    private static func event(shown: JSON) -> String? {
        guard let kind = shown["kind"]?.stringValue else { return nil }
        let name = shown["name"]?.stringValue
        return switch kind {
        case "action": name
        case "quarantine": "quarantine:begun"
        case "release": "quarantine:released"
        default: name.map { "\(kind):\($0)" } ?? kind
        }
    }

    /// Whether the line records a transition, and not a notice or the late end of a run.
    package var isTransition: Bool {
        if event.hasPrefix("notice:") { return false }
        // The end of a run changes nothing if the request no longer waits for it.
        return !(event.hasPrefix("run:") && from == to)
    }
}
