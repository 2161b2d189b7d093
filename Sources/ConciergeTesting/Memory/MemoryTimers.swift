import ConciergeEngine
import ConciergeKit

/// Timers, and the services whose timers fire.
struct TimerTable {
    private struct Timer {
        let service: ServiceID
        let due: Instant
    }

    private var all: [RequestID: [TimerKey: Timer]] = [:]
    /// The attended services; nil until they are set, which means all services.
    private var attended: Set<ServiceID>?

    mutating func apply(_ changes: [RequestID: [TimerKey: TimerChange]]) {
        for (request, timers) in changes {
            for (name, change) in timers {
                all[request, default: [:]][name] = change.due.map { Timer(service: change.service, due: $0) }
            }
            if all[request]?.isEmpty == true { all[request] = nil }
        }
    }

    mutating func attend(to services: Set<ServiceID>) { attended = services }

    /// The requests that have timers.
    var requests: some Collection<RequestID> { all.keys }
    var count: Int { all.values.reduce(0) { $0 + $1.count } }

    func timers(of request: RequestID) -> [TimerKey: Instant] { all[request]?.mapValues(\.due) ?? [:] }

    /// Timers of attended services that are due, the longest due first.
    func due(by now: Instant, limit: Int, besides requests: Set<RequestID>) -> [PendingTimer] {
        var due: [PendingTimer] = []
        for (request, timers) in all where !requests.contains(request) {
            for (name, timer) in timers where timer.due <= now && isAttended(timer) {
                due.append(PendingTimer(request: request, key: name, due: timer.due))
            }
        }
        return Array(due.sorted { ($0.due, $0.request, $0.key) < ($1.due, $1.request, $1.key) }.prefix(limit))
    }

    /// By service, how many signals wait for services other than these.
    func deliveries(besides services: Set<ServiceID>) -> [ServiceID: Int] {
        all.values.joined().reduce(into: [:]) { counts, timer in
            guard case .delivery(let delivery) = timer.key, !services.contains(delivery.listener) else { return }
            counts[delivery.listener, default: 0] += 1
        }
    }

    func nextDue(besides requests: Set<RequestID>) -> Instant? {
        all.lazy.filter { !requests.contains($0.key) }.flatMap(\.value.values).filter(isAttended).map(\.due).min()
    }

    private func isAttended(_ timer: Timer) -> Bool { attended?.contains(timer.service) ?? true }
}
