package import ConciergeKit

/// What happened to a request, as a line of its history records it.
package enum RequestEvent: Sendable, Hashable {
    case opened
    /// It was opened by another opening than the service's first.
    case openedBy(String)
    /// It was opened on a signal that another request raised.
    case openedOnSignal(String)
    /// What became of a signal that the request raised.
    case signal(String)
    /// Staff did something.
    case action(String)
    /// A timer fired.
    case timer(String)
    /// Staff corrected members of the record.
    case corrected
    /// Staff corrected for whom it is.
    case reassigned
    /// Staff corrected which place it is about.
    case relocated
    /// Staff took something back.
    case undone
    /// Staff wrote a note.
    case noted
    /// A resident follows it from now on.
    case followed
    /// A resident follows it no longer.
    case unfollowed
    /// A run that the request had asked for has ended.
    case runEnded(TaskID)
    /// A request in line was granted what it waited for.
    case granted
    /// A rule sent a notice. The text of a secret notice is shown to staff only.
    case notice(String, to: Audience, isSecret: Bool)
    /// Staff have told the resident what a notice says.
    case told(String)
    /// What became of a notice that was to be sent by mail: sent, uncertain or failed.
    case delivered(String, StoredNotice.State)
    /// A new build of the service changed more of the request than its record.
    case upgraded
    /// The request was quarantined: its rules are not executed until staff release it.
    case quarantined
    case released
}

extension RequestEvent: CustomStringConvertible {
    /// The event as text, for people and for the control interface. It is never parsed.
    package var description: String {
        switch self {
        case .opened: "open"
        case .openedBy(let opening): "open:\(opening)"
        case .openedOnSignal(let signal): "open:\(signal)"
        case .signal(let signal): "signal:\(signal)"
        case .action(let action): action
        case .timer(let timer): "timer:\(timer)"
        case .runEnded(let task): "run:\(task)"
        case .granted: "granted"
        case .corrected: "corrected"
        case .reassigned: "reassigned"
        case .relocated: "relocated"
        case .undone: "undone"
        case .noted: "noted"
        case .followed: "followed"
        case .unfollowed: "unfollowed"
        case .notice(let name, _, _): "notice:\(name)"
        case .told(let name): "told:\(name)"
        case .delivered(let name, let state): "\(state.rawValue):\(name)"
        case .upgraded: "upgrade"
        case .quarantined: "quarantine:begun"
        case .released: "quarantine:released"
        }
    }
}
