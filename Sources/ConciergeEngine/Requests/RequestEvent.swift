package import ConciergeKit

/// What happened to a request, as a line of its history tells it.
package enum RequestEvent: Sendable, Hashable {
    case opened
    /// Staff did something.
    case action(String)
    /// A timer fired.
    case timer(String)
    /// A run that the request had asked for has ended.
    case runEnded(TaskID)
    /// Somebody was told something. The words of a secret notice are shown to staff alone.
    case notice(String, to: Audience, isSecret: Bool)
    /// A new build of its service has changed more of it than its record.
    case upgraded
    /// It is not executed until staff release it.
    case quarantined
    case released
}

extension RequestEvent: CustomStringConvertible {
    /// The event in a word, for people and for the control interface. Nothing reads it back.
    package var description: String {
        switch self {
        case .opened: "open"
        case .action(let action): action
        case .timer(let timer): "timer:\(timer)"
        case .runEnded(let task): "run:\(task)"
        case .notice(let name, _, _): "notice:\(name)"
        case .upgraded: "upgrade"
        case .quarantined: "quarantine:begun"
        case .released: "quarantine:released"
        }
    }
}
