import ConciergeEngine
import ConciergeKit
import CrashGuard
import Logging

extension Journal {
    /// Writes how the previous daemon process ended, and which crashes were counted.
    func tell(_ analysis: CrashAnalysis, _ records: [CrashRecord]) {
        if let words = analysis.words, analysis.crashes.isEmpty {
            log(.warning, .crashed, "\(words); no provider is to blame")
        }
        for record in records {
            let place = record.crash.place
            let suspects = record.crash.suspects
            let doubt = suspects > 1 ? " (one of \(suspects) suspects)" : ""
            let subject = record.crash.subject
            log(
                .error, .crashed,
                "\(analysis.words ?? "the daemon crashed") in \(place.words)\(doubt); "
                    + "crash \(record.count) of \(subject.map { "this \($0.kind)" } ?? "this provider")",
                fields(of: place, ["cause": record.crash.cause.word, "crashes": "\(record.count)"]))
            for quarantine in record.quarantines { tell(quarantine, place) }
        }
    }

    private func tell(_ quarantine: Quarantine, _ place: CodeLocation) {
        let release =
            switch quarantine.subject {
            case .request(let id): "conciergectl requests release \(id)"
            case .run(let id): "conciergectl runs retry \(id)"
            case .provider(let id): "conciergectl providers release \(id)"
            }
        log(
            .error, .quarantined,
            "the \(quarantine.subject.kind) \(quarantine.subject.id) is in quarantine after \(quarantine.crashes) crashes; "
                + "when its cause is mended: \(release)",
            fields(of: place, ["cause": quarantine.cause, "crashes": "\(quarantine.crashes)"]))
    }

    /// Writes that something was released from quarantine.
    func tellReleased(_ subject: Quarantine.Subject, by actor: String?) {
        log(
            .notice, .released, "the \(subject.kind) \(subject.id) is released from quarantine",
            [subject.kind: subject.id, "actor": actor])
    }

    /// Writes that a rule took too long.
    func tellSlow(_ place: CodeLocation, _ took: Duration) {
        let milliseconds = took.milliseconds
        log(
            .warning, .slowRule, "\(place.words) took \(milliseconds) ms, during which nothing else was decided",
            fields(of: place, ["milliseconds": "\(milliseconds)"]))
    }

    private func fields(of place: CodeLocation, _ more: [String: String?]) -> [String: String?] {
        var fields = more
        fields["provider"] = place.provider.rawValue
        fields["event"] = place.event
        switch place.kind {
        case .making: break
        case .opening: fields["service"] = place.owner
        case .rule:
            fields["service"] = place.owner
            fields["request"] = place.subject
        case .trigger: fields["task"] = place.owner
        case .handler:
            fields["task"] = place.owner
            fields["run"] = place.subject
        }
        return fields
    }
}

extension Quarantine.Subject {
    /// The kind of the subject, which is also the name of its journal field.
    var kind: String {
        switch self {
        case .request: "request"
        case .run: "run"
        case .provider: "provider"
        }
    }

    var id: String {
        switch self {
        case .request(let id): id.description
        case .run(let id): id.description
        case .provider(let id): id.rawValue
        }
    }
}

extension CodeLocation {
    /// A description of the location for journal lines.
    var words: String {
        switch kind {
        case .making: "the start of \(provider)"
        case .opening: "the opening of a \(owner)"
        case .rule: "\(event) of request \(subject ?? "") (\(owner))"
        case .trigger: "the trigger of \(owner)"
        case .handler: "\(event) of run \(subject ?? "") (\(owner))"
        }
    }
}
