import ConciergeEngine
import ConciergeKit
import JSON

/// What was decided about a line, compared with what the line and the notices after it record.
struct Comparison {
    /// The line that this build's rule writes; nil if it does nothing or refuses.
    private(set) var main: Entry?
    /// Whether the rule was postponed, as is recorded.
    private(set) var isPostponed = false
    /// Whether the request is in another state than is recorded, or its rule did not do what it did then.
    private(set) var stateDiffers = false
    private(set) var differences: [Finding.Difference] = []

    init(
        _ entry: Entry, _ notices: [NumberedEntry], _ decision: Decision, _ table: ServiceTable, _ provider: ProviderID
    ) {
        let entries = decision.changes.entries.filter { $0.request == entry.request }
        guard let main = entries.first(where: { $0.event == entry.event }) else {
            stateDiffers = true
            note("decision", entry.outcome, Self.reason(of: decision))
            return
        }
        self.main = main
        // A line of the provider says that the rule was postponed, or made a mistake.
        let (waited, waits) = (entry.actor == provider.rawValue, main.actor == provider.rawValue)
        if waited != waits {
            stateDiffers = true
            note("decision", entry.outcome, waits ? Self.reason(of: decision) : main.outcome)
        } else if waits, let reason = decision.postponement {
            isPostponed = entry.note?.en.hasSuffix(reason) ?? false
            if !isPostponed { note("note", entry.note.words, main.note.words) }
        } else if case .opened = entry.event {
            // The words are the place's name of that day.
        } else {
            compareWords(entry.note, main.note, "note", isSecret: false)
        }
        if entry.to != main.to {
            stateDiffers = true
            note("state", entry.to ?? "none", main.to ?? "none")
        }
        if case .corrected = entry.event, entry.object != main.object {
            let fields = Set(entry.object.keys + main.object.keys).filter { entry.object[$0] != main.object[$0] }
            note("correction", "as the line has it", "changes \(fields.sorted().joined(separator: ", "))")
        }
        // Nobody follows a request that is decided again: what followers were told are the same words once more.
        compare(notices.map(\.entry).filter { $0.follower == nil }, entries.filter(\.isNotice))
    }

    private mutating func note(_ what: String, _ recorded: String, _ decided: String) {
        differences.append(.init(what: what, recorded: recorded, decided: decided))
    }

    private mutating func compareWords(_ recorded: Text?, _ decided: Text?, _ what: String, isSecret: Bool) {
        guard recorded?.en != decided?.en || recorded?.fr != decided?.fr else { return }
        guard !isSecret else { return note(what, "words that are secret", "other words") }
        if recorded?.en != decided?.en {
            note(what, recorded.words, decided.words)
        } else {
            note(what, recorded.map { "« \($0.fr) »" } ?? "none", decided.map { "« \($0.fr) »" } ?? "none")
        }
    }

    private mutating func compare(_ recorded: [Entry], _ decided: [Entry]) {
        for index in 0..<max(recorded.count, decided.count) {
            let before = index < recorded.count ? recorded[index] : nil
            let after = index < decided.count ? decided[index] : nil
            if let before, let after, before.event.asCompared == after.event.asCompared {
                compareWords(before.note, after.note, "\(before.event)", isSecret: before.isSecret)
            } else {
                note("notice", before.notice, after.notice)
            }
        }
    }

    /// Why a decision did not do what is recorded.
    private static func reason(of decision: Decision) -> String {
        if case .rejected(let rejection)? = decision.answers.first { return "refused: \(rejection.diagnosis)" }
        for event in decision.events {
            switch event {
            case .fault(_, _, _, let reason): return reason
            case .postponed(_, _, _, _, let reason): return "postponed: \(reason)"
            default: break
            }
        }
        // A signal that a service refuses is noted in the history of the request that raised it.
        for entry in decision.changes.entries {
            if case .signal = entry.event, let note = entry.note { return note.en }
        }
        return "nothing"
    }
}

extension Decision {
    /// Why a rule was postponed.
    var postponement: String? {
        for case .postponed(_, _, _, _, let reason) in events { return reason }
        return nil
    }
}

extension Entry {
    fileprivate var isNotice: Bool { if case .notice = event { true } else { false } }

    fileprivate var isSecret: Bool { if case .notice(_, _, let isSecret) = event { isSecret } else { false } }

    /// What the line says happened.
    fileprivate var outcome: String { note.map { "\"\($0.en)\"" } ?? "→ \(to ?? "none")" }
}

extension RequestEvent {
    /// The event, where a notice to a partner is one to staff: the partners that were configured at the time are not
    /// recorded, and where there are none it is one to staff.
    fileprivate var asCompared: RequestEvent {
        guard case .notice(let name, .partner, let isSecret) = self else { return self }
        return .notice(name, to: .staff, isSecret: isSecret)
    }
}

extension Entry? {
    fileprivate var notice: String {
        guard case .notice(let name, let audience, let isSecret)? = self?.event.asCompared else { return "none" }
        return "\(name) to \(audience)" + (isSecret ? ", secret" : "")
    }
}

extension Text? {
    fileprivate var words: String { map { "\"\($0.en)\"" } ?? "none" }
}
