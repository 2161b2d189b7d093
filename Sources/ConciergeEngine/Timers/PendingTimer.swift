package import ConciergeKit

/// Identifies a timer of a request.
package enum TimerKey: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// A timer that the service declares.
    case service(String)
    /// The outcome of a run that the request could not accept yet, because a claim was taken.
    case outcome(of: RunID)
    /// A grant that the request could not accept yet.
    case grant
    /// A signal that the request raised and that a service is to be told.
    case delivery(SignalDelivery)

    /// The service that must be served for the timer to fire; nil for that of its request.
    fileprivate var attendant: ServiceID? {
        if case .delivery(let delivery) = self { delivery.listener } else { nil }
    }

    /// The timer as text, for people and for the control interface. It is never parsed.
    package var description: String {
        switch self {
        case .service(let name): name
        case .outcome(let run): "run:\(run)"
        case .grant: "granted"
        case .delivery(let delivery): "signal:\(delivery.signal)>\(delivery.listener)"
        }
    }
}

/// A timer of a request that has not fired yet.
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

/// The new value of a timer, with the service that determines whether it is attended.
package struct TimerChange: Sendable, Hashable {
    package let service: ServiceID
    /// Nil if the timer is deleted.
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
        changes.timers[request.id, default: [:]][timer] = .init(
            service: timer.attendant ?? request.service, due: due)
    }
}
