package import ConciergeKit

/// How long something finished is kept.
package enum Keep: Sendable, Hashable {
    case forever
    case length(Duration)

    /// What ended at or before this instant may be deleted; nil if nothing may.
    package func cutoff(at now: Instant) -> Instant? {
        switch self {
        case .forever: nil
        case .length(let length): now - length
        }
    }
}

/// How long the ledger keeps closed requests, finished runs and answers. An open request or an unfinished run is never
/// deleted.
///
/// - A request is deleted, with its history and its runs, once it has been closed for long enough. It stays while it
///   has a pending timer, a claim, an unfinished run, or a signal to be delivered.
/// - If a signal joins a request to one that stays, the history of that one notes the deletion.
/// - A finished run is deleted once it ended long enough ago, unless the request that asked for it is open.
/// - A share is deleted once it counts no longer; until then its request stays.
/// - The answer to an idempotency key is deleted once it was given long enough ago. After that the key counts as new.
package struct Retention: Sendable, Hashable {
    /// How long closed requests are kept, counted from when they were closed.
    package var closedRequests = Keep.length(.days(730))
    /// By service, how long its closed requests are kept, if that differs from ``closedRequests``.
    package var closedRequestsOf: [ServiceID: Keep] = [:]
    /// How long runs that succeeded or were cancelled are kept.
    package var finishedRuns = Keep.length(.days(90))
    /// How long failed runs are kept; somebody still has to examine them.
    package var failedRuns = Keep.length(.days(365))
    /// How long answers to idempotency keys are kept.
    package var answers = Keep.length(.days(30))

    package init() {}

    /// How long closed requests of a service are kept.
    package func keep(of service: ServiceID) -> Keep { closedRequestsOf[service] ?? closedRequests }
}

/// What the ledger deleted because it had been kept for long enough.
package struct Pruned: Sendable, Hashable {
    package var requests = 0
    package var runs = 0
    package var answers = 0
    /// Shares that counted no longer.
    package var shares = 0
    /// Whether nothing more was left to delete.
    package var isDone = true

    package init() {}

    package var isEmpty: Bool { requests == 0 && runs == 0 && answers == 0 && shares == 0 }

    /// The number of requests, runs, answers and shares that were found, without the rows that depend on them.
    package var count: Int { requests + runs + answers + shares }

    package static func += (total: inout Pruned, more: Pruned) {
        total.requests += more.requests
        total.runs += more.runs
        total.answers += more.answers
        total.shares += more.shares
        total.isDone = more.isDone
    }
}
