import ConciergeProtocol
import JSON
import Wording

extension Wire.Service {
    func action(_ id: String) -> Wire.Action? { actions.first { $0.id == id } }
}

extension Wire.Action {
    /// The names of the fields that are refused, with the reasons.
    var refusals: [String: Text] {
        Dictionary((refused ?? []).map { ($0.name, $0.reason) }) { first, _ in first }
    }
}

/// Services by their ids, to show names. A name that is not known is replaced by the id.
struct Catalogue: Sendable {
    var services: [String: Wire.Service] = [:]

    init(_ services: [Wire.Service] = []) {
        for service in services { self.services[service.id] = service }
    }

    func name(ofService id: String) -> Text { services[id]?.name ?? Text(verbatim: id) }

    func name(ofState id: String, in service: String) -> Text {
        services[service]?.states.first { $0.id == id }?.name ?? Text(verbatim: id)
    }

    func name(ofTimer id: String, in service: String) -> Text {
        if id.hasPrefix(Self.signalMark) {
            let parts = id.dropFirst(Self.signalMark.count).split(separator: ">", maxSplits: 1).map(String.init)
            let listener = parts.count > 1 ? name(ofService: parts[1]) : Text(verbatim: "")
            return Text(fr: "signal \(parts[0]) → \(listener)", en: "signal \(parts[0]) → \(listener)")
        }
        return services[service]?.timers.first { $0.id == id }?.name ?? Text(verbatim: id)
    }

    /// Begins the name of the timer of a signal to be delivered; the signal, `>` and the listener follow.
    private static let signalMark = "signal:"

    /// The field with the name of a member of a request's record.
    func field(ofMember key: String, in service: String) -> Wire.Field? {
        let actions = services[service].map { [$0.opening].compactMap(\.self) + $0.actions } ?? []
        return actions.lazy.flatMap(\.fields).first { $0.name == key }
    }

    /// What a correction changed: `Shelf place: A3 → B2`. Nil for any other event.
    func corrections(of entry: Wire.Entry) -> Text? {
        guard entry.event.kind == .correct, let input = entry.input?.members, !input.isEmpty else { return nil }
        let fields = services[entry.service]?.corrections ?? []
        let changes = input.map { name, change in
            let field = fields.first { $0.name == name }
            func said(_ side: String) -> Text {
                guard let value = change[side] else { return Text(verbatim: "–") }
                return field?.said(value) ?? Text(verbatim: value.stringValue ?? value.text)
            }
            let title = field?.title ?? Text(verbatim: name)
            return Text(
                fr: "\(title) : \(said("from")) → \(said("to"))", en: "\(title): \(said("from")) → \(said("to"))")
        }
        return Text(verbatim: "; ", joining: changes)
    }

    /// The name of an event in both languages.
    func name(of event: Wire.Event, in service: String) -> Text {
        let id = event.name ?? ""
        switch event.kind {
        case .open where event.name != nil:
            return Text(fr: "Ouverture sur le signal \(id)", en: "Opened on the signal \(id)")
        case .open: return Text(fr: "Ouverture", en: "Opened")
        case .signal: return Text(fr: "signal : \(id)", en: "signal: \(id)")
        case .action: return services[service]?.action(id)?.name ?? Text(verbatim: id)
        case .correct: return Text(fr: "correction", en: "corrected")
        case .timer:
            let name = name(ofTimer: id, in: service)
            return Text(fr: "délai : \(name)", en: "timer: \(name)")
        case .run: return Text(fr: "tâche : \(id)", en: "task: \(id)")
        case .notice: return Text(fr: "avis : \(id)", en: "notice: \(id)")
        case .quarantine: return Text(fr: "mise en quarantaine", en: "put in quarantine")
        case .release: return Text(fr: "sortie de quarantaine", en: "released from quarantine")
        case .grant: return Text(fr: "son tour est venu", en: "its turn has come")
        case .upgrade: return Text(fr: "mise à jour", en: "upgrade")
        default: return Text(verbatim: [event.kind.rawValue, event.name].compactMap(\.self).joined(separator: ": "))
        }
    }
}
