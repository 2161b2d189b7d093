package import ConciergeKit

/// A timer that waits.
package struct PendingTimer: Sendable, Hashable {
    package let request: String
    package let name: String
    package let due: Instant

    package init(request: String, name: String, due: Instant) {
        self.request = request
        self.name = name
        self.due = due
    }
}

/// What the engine may ask about timers.
package protocol TimerFacts {
    func timers(of request: String) throws -> [String: Instant]
    /// Timers of attended services that are due, the longest due first.
    func dueTimers(by now: Instant, limit: Int) throws -> [PendingTimer]
}

/// A timer as it is to stand, with the service that says whether it is attended.
package struct TimerChange: Sendable, Hashable {
    package let service: String
    /// Nil where the timer is deleted.
    package let due: Instant?

    package init(service: String, due: Instant?) {
        self.service = service
        self.due = due
    }
}

extension StagedChanges {
    func timers(of request: String) throws -> [String: Instant] {
        var timers = changes.requests.opened[request] == nil ? try facts.timers(of: request) : [:]
        for (name, change) in changes.timers[request] ?? [:] { timers[name] = change.due }
        return timers
    }

    mutating func setTimer(_ name: String, of request: StoredRequest, due: Instant?) {
        changes.timers[request.id, default: [:]][name] = .init(service: request.service, due: due)
    }
}
