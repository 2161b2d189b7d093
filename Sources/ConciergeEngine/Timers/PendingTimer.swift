package import ConciergeKit

/// Which of a request's timers.
package enum TimerKey: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// One that its service declares.
    case service(String)
    /// The outcome of a run that the request could not take yet, because a claim was taken.
    case outcome(of: RunID)

    /// The timer in a word, for people and for the control interface. Nothing reads it back.
    package var description: String {
        switch self {
        case .service(let name): name
        case .outcome(let run): "run:\(run)"
        }
    }
}

/// A timer that waits.
package struct PendingTimer: Sendable, Hashable {
    package let request: RequestID
    package let key: TimerKey
    package let due: Instant

    package init(request: RequestID, key: TimerKey, due: Instant) {
        self.request = request
        self.key = key
        self.due = due
    }
}

/// What the engine may ask about timers.
package protocol TimerFacts {
    func timers(of request: RequestID) throws -> [TimerKey: Instant]
    /// Timers of attended services that are due, the longest due first.
    func dueTimers(by now: Instant, limit: Int) throws -> [PendingTimer]
}

/// A timer as it is to stand, with the service that says whether it is attended.
package struct TimerChange: Sendable, Hashable {
    package let service: ServiceID
    /// Nil where the timer is deleted.
    package let due: Instant?

    package init(service: ServiceID, due: Instant?) {
        self.service = service
        self.due = due
    }
}

extension StagedChanges {
    func timers(of request: RequestID) throws -> [TimerKey: Instant] {
        var timers = changes.requests.opened[request] == nil ? try facts.timers(of: request) : [:]
        for (timer, change) in changes.timers[request] ?? [:] { timers[timer] = change.due }
        return timers
    }

    mutating func setTimer(_ timer: TimerKey, of request: StoredRequest, due: Instant?) {
        changes.timers[request.id, default: [:]][timer] = .init(service: request.service, due: due)
    }
}
