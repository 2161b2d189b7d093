package import ConciergeKit

/// How long something that is over is kept.
package enum Keep: Sendable, Hashable {
    case forever
    case length(Duration)

    /// What ended at this instant or before it may go; nil where nothing may.
    package func cutoff(at now: Instant) -> Instant? {
        switch self {
        case .forever: nil
        case .length(let length): now - length
        }
    }
}

/// How long the ledger keeps what is over. What still waits for somebody or something has no age.
///
/// - A request goes when it was closed for long enough, with its history and its runs. While a timer of it pends, a
///   claim of it holds or a run of it is unfinished, it stays.
/// - A finished run goes when it ended long enough ago, unless the request that had asked for it is open.
/// - The answer to an idempotency key goes when it was given long enough ago. From then on the key is new.
package struct Retention: Sendable, Hashable {
    /// Closed requests, counted from when they were closed.
    package var closedRequests = Keep.length(.days(730))
    /// By service, where it is not as for the others.
    package var closedRequestsOf: [ServiceID: Keep] = [:]
    /// Runs that succeeded or were cancelled.
    package var finishedRuns = Keep.length(.days(90))
    /// Runs that were given up: they wait for somebody to look at them.
    package var failedRuns = Keep.length(.days(365))
    /// Answers to idempotency keys.
    package var answers = Keep.length(.days(30))

    package init() {}

    /// How long closed requests of a service are kept.
    package func keep(of service: ServiceID) -> Keep { closedRequestsOf[service] ?? closedRequests }
}

/// What was deleted because it had been kept for long enough.
package struct Pruned: Sendable, Hashable {
    package var requests = 0
    package var runs = 0
    package var answers = 0
    /// Whether nothing more was found.
    package var isDone = true

    package init() {}

    package var isEmpty: Bool { requests == 0 && runs == 0 && answers == 0 }

    /// How much was found, whatever follows it in the ledger.
    package var count: Int { requests + runs + answers }

    package static func += (total: inout Pruned, more: Pruned) {
        total.requests += more.requests
        total.runs += more.runs
        total.answers += more.answers
        total.isDone = more.isDone
    }
}
