import Civil
import ConciergeProtocol
import Wording

extension Wire.Commitment {
    /// Whether it is still to be done.
    var isOpen: Bool { state == .open || state == .paused }

    /// `Promesse`, `Obligation de Plomberie Martin`.
    var label: Text {
        switch (kind, partner) {
        case (.obligation, let partner?):
            Text(fr: "Obligation de \(partner)", en: "Obligation of \(partner)")
        case (.obligation, nil): Text(fr: "Obligation", en: "Obligation")
        default: Text(fr: "Promesse", en: "Promise")
        }
    }

    /// What is promised and where it stands: `réparée, pour le 2027-01-15 17:30 (dans 3 j)`.
    func words(_ times: TimeFormat) -> Text {
        let what = title ?? Text(verbatim: name)
        func at(_ instant: Instant) -> String { times.short(instant) }
        switch state {
        case .open:
            guard let due else { return what }
            let time = times.both(due)
            return late == true
                ? Text(fr: "\(what), EN RETARD : échéance \(time)", en: "\(what), LATE: due \(time)")
                : Text(fr: "\(what), pour le \(time)", en: "\(what), due \(time)")
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
        switch state {
        case .open: late == true ? .red : nil
        case .paused: .yellow
        case .missed: .red
        default: nil
        }
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

    /// When something is due: the next deadline of a commitment, else the next timer.
    var nextDue: Instant? {
        let deadlines = (commitments ?? []).filter { $0.state == .open }.compactMap(\.due)
        return deadlines.min() ?? timersByDue.first?.due
    }
}
