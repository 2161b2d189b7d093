import ConciergeEngine
import ConciergeKit

/// The ledger of a test: the same facts and changes as the real one's, in dictionaries.
struct Memory: Facts {
    private(set) var requests: [String: StoredRequest] = [:]
    private(set) var timers: [String: [String: Instant]] = [:]
    private(set) var holders: [String: String] = [:]
    private(set) var runs: [String: StoredRun] = [:]
    private(set) var answers: [String: StoredAnswer] = [:]
    private(set) var entries: [Entry] = []
    private(set) var pauses: [String: Pause] = [:]
    private(set) var rates: [String: [Instant]] = [:]
    private(set) var quarantined: Set<String> = []

    mutating func apply(_ changes: Changes) {
        requests.merge(changes.requests.opened) { $1 }
        requests.merge(changes.requests.changed) { $1 }
        for (request, changed) in changes.timers {
            for (name, timer) in changed { timers[request, default: [:]][name] = timer.due }
        }
        for claim in changes.claims.released { holders[claim] = nil }
        holders.merge(changes.claims.taken) { $1 }
        runs.merge(changes.runs.created) { $1 }
        runs.merge(changes.runs.changed) { $1 }
        answers.merge(changes.answers) { $1 }
        entries += changes.entries
        for (provider, pause) in changes.runs.pauses { pauses[provider] = pause }
        rates.merge(changes.runs.rates) { $1 }
        quarantined.formUnion(changes.quarantine.begun.keys)
        quarantined.subtract(changes.quarantine.releasedRequests.keys)
    }

    /// A request with its history and its runs.
    mutating func delete(request: String) {
        requests[request] = nil
        entries.removeAll { $0.request == request }
        runs = runs.filter { $0.value.request != request }
    }

    mutating func delete(run: String) { runs[run] = nil }
    mutating func delete(answer key: String) { answers[key] = nil }

    func greatestID() -> String? { [requests.keys.max(), runs.keys.max()].compactMap(\.self).max() }
    func request(_ id: String) -> StoredRequest? { requests[id] }
    func timers(of request: String) -> [String: Instant] { timers[request] ?? [:] }
    func claims(of request: String) -> [String] { holders.filter { $0.value == request }.map(\.key) }
    func holder(of claim: String) -> String? { holders[claim] }
    func holders(of claims: [String]) -> [String: String] { holders.filter { claims.contains($0.key) } }
    func answer(to key: String) -> StoredAnswer? { answers[key] }
    func run(_ id: String) -> StoredRun? { runs[id] }

    func queuedRuns(_ query: QueueQuery) -> [StoredRun] {
        Array(runs.values.filter(query.takes).sorted(by: QueueQuery.order).prefix(query.limit))
    }

    func unfinishedRun(withKey key: String) -> StoredRun? {
        runs.values.first { $0.uniqueKey == key && !$0.state.isFinished }
    }

    func dueTimers(by now: Instant, limit: Int) -> [PendingTimer] {
        Array(pendingTimers.filter { $0.due <= now }.prefix(limit))
    }

    func unfinishedRuns(of schedule: String) -> [String] {
        runs.values.filter { $0.schedule == schedule && !$0.state.isFinished }.map(\.id)
    }

    /// All timers, the first due first.
    private var pendingTimers: [PendingTimer] {
        timers.filter { !quarantined.contains($0.key) }.flatMap { request, timers in
            timers.map { PendingTimer(request: request, name: $0.key, due: $0.value) }
        }
        .sorted { ($0.due, $0.request, $0.name) < ($1.due, $1.request, $1.name) }
    }

    /// When the next timer or queued run is due.
    func nextDue(after now: Instant) -> Instant? {
        let runs = runs.values.filter { $0.state == .queued && $0.due > now }.map(\.due)
        return ([pendingTimers.first?.due].compactMap(\.self) + runs).min()
    }
}
