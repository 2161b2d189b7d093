package import ConciergeKit

/// What the engine may ask of the ledger while it decides: the state before the batch.
///
/// An implementation may throw to say that it must fetch something first and will ask for the decision again; a
/// decision is pure, so it can be made twice.
package protocol Facts {
    /// The greatest id of requests and runs, in the order of text.
    func greatestID() throws -> String?
    func request(_ id: String) throws -> StoredRequest?
    func timers(of request: String) throws -> [String: Instant]
    func claims(of request: String) throws -> [String]
    /// The request that holds a key.
    func holder(of claim: String) throws -> String?
    /// Those of the keys that are held.
    func taken(among claims: [String]) throws -> Set<String>
    func answer(to key: String) throws -> StoredAnswer?
    func run(_ id: String) throws -> StoredRun?
    /// Runs that wait and are due, in ``QueueQuery/order(_:_:)``.
    func queuedRuns(_ query: QueueQuery) throws -> [StoredRun]
    /// The queued or running run with a key.
    func unfinishedRun(withKey key: String) throws -> StoredRun?
    /// Timers of attended services that are due, the longest due first.
    func dueTimers(by now: Instant, limit: Int) throws -> [PendingTimer]
    /// The runs of a schedule that are queued or under way.
    func unfinishedRuns(of schedule: String) throws -> [String]
}

/// All that one batch changes. A ledger applies all of it in one transaction, or nothing.
///
/// History lines, timers and claims are of requests that are in the ledger or opened here.
package struct Changes: Sendable {
    /// A timer as it is to stand, with the service that says whether it is attended.
    package struct TimerChange: Sendable, Hashable {
        package let service: String
        package let due: Instant?

        package init(service: String, due: Instant?) {
            self.service = service
            self.due = due
        }
    }

    package var opened: [String: StoredRequest] = [:]
    package var changed: [String: StoredRequest] = [:]
    package var entries: [Entry] = []
    /// By request and name. Where due is nil, the timer is deleted.
    package var timers: [String: [String: TimerChange]] = [:]
    /// Keys that are given up before any is taken.
    package var releasedClaims: Set<String> = []
    /// Keys that are taken, and by which request.
    package var claims: [String: String] = [:]
    package var createdRuns: [String: StoredRun] = [:]
    package var changedRuns: [String: StoredRun] = [:]
    package var answers: [String: StoredAnswer] = [:]
    package var schedules: [String: ScheduleMark] = [:]
    /// By provider. Where the value is nil, its pause ends.
    package var pauses: [String: Pause?] = [:]
    /// By task with a rate: when its last attempts began, the oldest first.
    package var rates: [String: [Instant]] = [:]
    /// By id, requests that get into quarantine; their history lines are among the entries.
    package var quarantined: [String: Quarantine] = [:]
    /// Requests that leave quarantine, after all that get into it, and whether their services are served, so that their timers may fire.
    package var releasedRequests: [String: Bool] = [:]
    package var releasedRuns: Set<String> = []

    package init() {}

    package var isEmpty: Bool {
        opened.isEmpty && changed.isEmpty && entries.isEmpty && timers.isEmpty && releasedClaims.isEmpty
            && claims.isEmpty && createdRuns.isEmpty && changedRuns.isEmpty && answers.isEmpty && schedules.isEmpty
            && pauses.isEmpty && rates.isEmpty && quarantined.isEmpty && releasedRequests.isEmpty
            && releasedRuns.isEmpty
    }
}
