import Civil
import ConciergeProtocol
import Wording

extension String {
    /// Whether « de » loses its vowel before it: « d’Ascenseurs Durand ».
    fileprivate var isElided: Bool { folded.first.map { "aeiouy".contains($0) } ?? false }
}

extension Wire.Commitment {
    /// Whether it is still to be done.
    var isOpen: Bool { state == .open || state == .paused }

    /// The deadline of what is still to be done: the one that has passed, if one has.
    var deadline: Instant? { isOpen ? missedAt ?? due : nil }

    /// `Promesse`, `Obligation de Plomberie Martin`.
    var label: Text {
        switch (kind, partner) {
        case (.obligation, let partner?):
            Text(
                fr: "Obligation \(verbatim: partner.isElided ? "d’" : "de ")\(partner)",
                en: "Obligation of \(partner)")
        case (.obligation, nil): Text(fr: "Obligation", en: "Obligation")
        default: Text(fr: "Promesse", en: "Promise")
        }
    }

    /// What is promised and where it stands: `réparée, pour le 2027-01-15 17:30 (dans 3 j)`.
    func words(_ times: TimeFormat) -> Text {
        let what = title ?? Text(verbatim: name)
        func at(_ instant: Instant) -> String { times.short(instant) }
        if late == true, let deadline {
            let delay = times.delay(since: deadline)
            let words = Text(
                fr: "\(what), \(delay) : échéance du \(at(deadline))",
                en: "\(what), \(delay): it was due \(at(deadline))")
            guard state == .paused, let pausedSince else { return words }
            return Text(
                fr: "\(words), en pause depuis le \(at(pausedSince))", en: "\(words), paused since \(at(pausedSince))")
        }
        switch state {
        case .open:
            guard let due else { return what }
            let time = times.both(due)
            return Text(fr: "\(what), pour le \(time)", en: "\(what), due \(time)")
        case .paused:
            let since = pausedSince.map(at) ?? ""
            return Text(fr: "\(what), en pause depuis le \(since)", en: "\(what), paused since \(since)")
        case .kept:
            let time = keptAt.map(at) ?? ""
            return Text(fr: "\(what), tenue le \(time)", en: "\(what), kept \(time)")
        case .missed:
            let deadline = missedAt.map(at) ?? ""
            guard let keptAt else {
                return Text(
                    fr: "\(what), manquée : échéance du \(deadline)", en: "\(what), missed: it was due \(deadline)")
            }
            return Text(
                fr: "\(what) le \(at(keptAt)), manquée : échéance du \(deadline)",
                en: "\(what) \(at(keptAt)), missed: it was due \(deadline)")
        case .ended:
            return Text(fr: "\(what), n'est plus attendue", en: "\(what), not to be done any more")
        default: return Text(verbatim: "\(name) \(state.rawValue)")
        }
    }

    var colour: Colour? {
        if late == true { return .red }
        switch state {
        case .paused: return .yellow
        case .missed: return .red
        default: return nil
        }
    }
}

extension TimeFormat {
    /// How late something is whose deadline has passed: `en retard de 2 j`.
    func delay(since deadline: Instant) -> Text {
        let length = Text.length(seconds: max(0, (now - deadline).milliseconds / 1000))
        return Text(fr: "en retard de \(length)", en: "late by \(length)")
    }
}

extension Wire.Request {
    /// The commitments that are shown: those that are open or done, and not those that others have replaced.
    var shownCommitments: [Wire.Commitment] { (commitments ?? []).filter { $0.state != .ended || !open } }

    /// The timers that are not those of a deadline, which its commitment says.
    var ownTimers: [Timer] {
        timersByDue.filter { !$0.name.hasPrefix("missed:") && !$0.name.hasPrefix("approaching:") }
    }

    /// Whether a deadline has passed of something that is still to be done.
    var isLate: Bool { (commitments ?? []).contains { $0.late == true } }

    /// The deadline that comes first of what is still to be done, or has passed first.
    var deadline: Instant? { (commitments ?? []).compactMap(\.deadline).min() }

    /// How many hours it is late, to a tenth.
    func hoursLate(at now: Instant) -> Double? {
        guard isLate, let deadline else { return nil }
        return (Double((now - deadline).milliseconds) / 360_000).rounded() / 10
    }

    /// When what was promised is due, in a few words: `dans 3 h`, `en retard de 2 j`. Nil if nothing is promised.
    func dueInShort(_ times: TimeFormat) -> Text? {
        if isLate, let deadline { return times.delay(since: deadline) }
        if let deadline { return times.distance(to: deadline) }
        let isPaused = (commitments ?? []).contains { $0.state == .paused }
        return isPaused ? Text(fr: "en pause", en: "paused") : nil
    }

    /// Red if it is late, yellow if it is due on this day.
    func dueColour(_ times: TimeFormat) -> Colour? {
        if isLate { return .red }
        guard let deadline else { return nil }
        return times.zone.local(deadline).date == times.zone.local(times.now).date ? .yellow : nil
    }
}
