import JSON
import Wording

/// Why a request, a run or a provider is not executed: it has crashed the daemon.
struct Quarantine: Sendable, Hashable {
    var since: String
    var crashes: Int64
    var event: String
    /// The signal that the daemon died of, or `aborted` or `killed`.
    var cause: String

    /// The state as a person says it.
    static let name = Text(fr: "en quarantaine", en: "quarantined")
    static let label = Text(fr: "Quarantaine", en: "Quarantine")
}

extension Quarantine {
    /// The member `quarantine`, where there is one.
    init?(in json: JSONObject) throws(Failure) {
        guard let quarantine = json["quarantine"]?.objectValue else { return nil }
        since = try quarantine.string("since")
        crashes = try quarantine.int("crashes")
        event = try quarantine.string("event")
        cause = try quarantine.string("cause")
    }

    /// Whether it was a task's handler that crashed, and no rule.
    var isOfRun: Bool { event.hasPrefix("attempt ") }

    /// Since when and why.
    func words(_ console: Console) -> Text {
        let since = TimeFormat(console).both(since)
        // Nothing crashed: its timers fired over and over.
        guard crashes > 0 else {
            return Text(
                fr: "depuis \(since) : « \(event) » lance une minuterie sans délai, encore et encore",
                en: "since \(since): \"\(event)\" starts a timer without delay, over and over")
        }
        let crashes = Text.count(
            crashes, Text(fr: "plantage", en: "crash"), Text(fr: "plantages", en: "crashes"))
        return Text(
            fr: "depuis \(since) : \(crashes), le dernier pendant « \(event) » (\(cause))",
            en: "since \(since): \(crashes), the last in \"\(event)\" (\(cause))")
    }
}

extension Request {
    var stateColour: Colour? {
        if quarantine != nil { return .red }
        return isUnattended ? .yellow : open ? .green : nil
    }
}
