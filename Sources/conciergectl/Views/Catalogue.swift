import Civil
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
    /// The names of tasks, for the ends of runs in a history.
    private var tasks: [String: Text] = [:]

    init(_ services: [Wire.Service] = []) {
        for service in services { self.services[service.id] = service }
    }

    /// This catalogue with the names of tasks.
    func naming(tasks: [String: Text]) -> Catalogue {
        var catalogue = self
        catalogue.tasks = tasks
        return catalogue
    }

    /// How the values of a service's records are said; in the user's zone if the lodge's is not known here.
    func recordWords(of service: String, _ console: Console) -> RecordWords {
        RecordWords(zone: services[service].flatMap { Zone($0.zone) } ?? console.zone, now: console.now())
    }

    func name(ofService id: String) -> Text { services[id]?.name ?? Text(verbatim: id) }

    /// The words of a commitment of any service.
    func name(ofCommitment id: String) -> Text {
        services.values.lazy.flatMap(\.commitments).first { $0.id == id }?.name ?? Text(verbatim: id)
    }

    func name(ofState id: String, in service: String) -> Text {
        services[service]?.states.first { $0.id == id }?.name ?? Text(verbatim: id)
    }

    func name(ofTimer id: String, in service: String) -> Text {
        if id.hasPrefix(Self.signalMark) {
            // The signal itself has no words for people.
            guard let mark = id.firstIndex(of: ">") else { return Text(fr: "signal", en: "signal") }
            let listener = name(ofService: String(id[id.index(after: mark)...]))
            return Text(fr: "signal → \(listener)", en: "signal → \(listener)")
        }
        return services[service]?.timers.first { $0.id == id }?.name ?? Text(verbatim: id)
    }

    /// Begins the name of the timer of a signal to be delivered; the signal, `>` and the listener follow.
    private static let signalMark = "signal:"

    /// The titles and values of a request's record, as people read them. What the service has no title for is not for
    /// people. If nothing is known of the service, the members keep their names: its provider does not serve, and the
    /// record is all that staff have.
    func record(of request: Wire.Request, _ console: Console) -> [(title: Text, value: Text)] {
        let words = recordWords(of: request.service, console)
        let service = services[request.service]
        return request.data.members.compactMap { name, value in
            guard let service else { return words.said(value).map { (Text(verbatim: name), $0) } }
            guard let member = service.record.first(where: { $0.name == name }) else { return nil }
            // What a rule counts and nobody typed says nothing while it is zero.
            if value.isNothing, !service.asks(for: name) { return nil }
            return words.said(value, as: member).map { (member.shortTitle, $0) }
        }
    }

    /// What happened by a history line, in both languages.
    func event(of entry: Wire.Entry) -> Text {
        let event = entry.event
        let id = event.name ?? ""
        switch event.kind {
        case .open where id.contains("."):
            return Text(fr: "Ouverture sur un signal", en: "Opened on a signal")
        case .open where event.name != nil:
            return services[entry.service]?.openings.first { $0.id == id }?.name ?? Text(verbatim: id)
        case .open: return Text(fr: "Ouverture", en: "Opened")
        case .signal: return Text(fr: "signal", en: "signal")
        case .action: return services[entry.service]?.action(id)?.name ?? Text(verbatim: id)
        case .correct: return Text(fr: "correction", en: "corrected")
        case .reassign: return Text(fr: "pour une autre personne", en: "for somebody else")
        case .relocate: return Text(fr: "pour un autre lieu", en: "about another place")
        case .note: return Text(fr: "note", en: "note")
        case .undo: return Text(fr: "retour en arrière", en: "undone")
        case .follow: return Text(fr: "suivie par", en: "followed by")
        case .unfollow: return Text(fr: "n'est plus suivie par", en: "no longer followed by")
        case .timer:
            let name = name(ofTimer: id, in: entry.service)
            return Text(fr: "délai : \(name)", en: "timer: \(name)")
        case .run:
            let name = tasks[id] ?? Text(verbatim: id)
            return Text(fr: "tâche : \(name)", en: "task: \(name)")
        case .notice:
            switch entry.input?.members["to"]?.stringValue {
            case "staff": return Text(fr: "message à l'équipe", en: "notice to staff")
            case "partner":
                let name = entry.input?.members["partner"]?.stringValue ?? ""
                return Text(fr: "message à \(name)", en: "notice to \(name)")
            case _ where entry.input?.members["follower"] != nil:
                return Text(fr: "message à qui la suit", en: "notice to a follower")
            default: return Text(fr: "message", en: "notice")
            }
        case .told: return Text(fr: "message transmis de vive voix", en: "notice told by hand")
        case .sent: return Text(fr: "message parti", en: "notice sent")
        case .uncertain: return Text(fr: "message incertain", en: "notice uncertain")
        case .failed: return Text(fr: "message non remis", en: "notice not delivered")
        case .quarantine: return Text(fr: "mise en quarantaine", en: "put in quarantine")
        case .release: return Text(fr: "sortie de quarantaine", en: "released from quarantine")
        case .grant: return Text(fr: "son tour est venu", en: "its turn has come")
        case .upgrade: return Text(fr: "mise à jour", en: "upgrade")
        default: return Text(verbatim: [event.kind.rawValue, event.name].compactMap(\.self).joined(separator: ": "))
        }
    }
}

extension Wire.Entry {
    /// Who caused the event, in both languages: a login name, or what of the daemon.
    var who: Text { .actor(actor) }
}

extension Text {
    /// Who did something, in both languages: a login name, or what of the daemon.
    static func actor(_ actor: String) -> Text {
        let words = actor.split(separator: " ", maxSplits: 1)
        let kind: Text? =
            switch words.first {
            case "timer": Text(fr: "minuterie", en: "timer")
            case "run": Text(fr: "traitement", en: "run")
            case "schedule": Text(fr: "horaire", en: "schedule")
            case "grant": Text(fr: "file d'attente", en: "line")
            case "signal": Text(fr: "signal", en: "signal")
            case "upgrade": Text(fr: "mise à jour", en: "upgrade")
            case "retention": Text(fr: "conservation", en: "retention")
            case "request": Text(fr: "demande", en: "request")
            default: nil
            }
        // The kind may be followed by which one: `run K7M3P-9QX2D`.
        guard let kind else { return Text(verbatim: actor) }
        guard words.count > 1 else { return kind }
        return Text(fr: "\(kind) \(words[1])", en: "\(kind) \(words[1])")
    }
}

extension JSON {
    /// Whether it is zero.
    fileprivate var isNothing: Bool { intValue == 0 }
}

extension Wire.Service {
    /// Whether a form of the service has a field of that name.
    fileprivate func asks(for name: String) -> Bool {
        (openings + actions).contains { $0.fields.contains { $0.name == name } }
    }
}
