package import ConciergeKit
package import JSON

/// A run as the ledger keeps it.
package struct StoredRun: Sendable, Hashable {
    package enum State: String, Sendable, CaseIterable {
        case queued, running, succeeded, failed, cancelled

        package var isFinished: Bool { self != .queued && self != .running }
    }

    package let id: String
    package let task: String
    package let provider: String
    package var state: State
    package let input: JSONObject
    package let actor: String
    /// The request that asked for it.
    package let request: String?
    /// The schedule that triggered it.
    package let schedule: String?
    /// The moment of the calendar that the schedule triggered it for.
    package let elapse: Instant?
    /// While a run with this key is unfinished, there is no other with it.
    package let uniqueKey: String?
    package let priority: Priority
    /// Attempts begun. It is counted in the commit that begins one, so that a crash counts too.
    package var attempt: Int
    /// Attempts it has in all.
    package var attempts: Int
    package let createdAt: Instant
    /// When a queued run may begin.
    package var due: Instant
    package var startedAt: Instant?
    package var finishedAt: Instant?
    package var outcome: Text?
    /// The report's data, JSON.
    package var data: [UInt8]?
    /// Why the last attempt failed.
    package var error: String?
    /// Why it is not begun, as it is read for showing: a decision asks `Quarantined`.
    package var quarantine: Quarantine?

    package init(
        id: String, task: String, provider: String, state: State = .queued, input: JSONObject, actor: String,
        request: String? = nil, schedule: String? = nil, elapse: Instant? = nil, uniqueKey: String? = nil,
        priority: Priority = .normal, attempt: Int = 0, attempts: Int, createdAt: Instant, due: Instant
    ) {
        self.id = id
        self.task = task
        self.provider = provider
        self.state = state
        self.input = input
        self.actor = actor
        self.request = request
        self.schedule = schedule
        self.elapse = elapse
        self.uniqueKey = uniqueKey
        self.priority = priority
        self.attempt = attempt
        self.attempts = attempts
        self.createdAt = createdAt
        self.due = due
    }

    /// Whether it repeats another run.
    func isSame(as other: StoredRun) -> Bool { uniqueKey != nil && uniqueKey == other.uniqueKey }
}
