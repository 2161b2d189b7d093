package import ConciergeKit

/// A request in line: what it waits for, and its turn.
package struct Waiter: Sendable, Hashable {
    package let request: RequestID
    package let service: ServiceID
    /// Who came earlier has a smaller number.
    package let number: Int64
    /// What it waits for, with keys as the ledger stores them.
    package let want: Want

    package init(request: RequestID, service: ServiceID, number: Int64, want: Want) {
        self.request = request
        self.service = service
        self.number = number
        self.want = want
    }
}

/// Which requests in line are asked for.
package enum WaiterQuery: Sendable, Hashable {
    /// Those that may take what was given back: a key, or a range that overlaps what they wait for.
    case mayTake(Claim)
    /// Those of a service.
    case of(ServiceID)

    package func takes(_ waiter: Waiter) -> Bool {
        switch self {
        case .mayTake(let claim): waiter.want.mayTake(claim)
        case .of(let service): waiter.service == service
        }
    }
}

/// What the engine may ask about requests in line.
package protocol WaitingFacts {
    /// What a request waits for; nil if it is not in line.
    func waiter(_ request: RequestID) throws -> Waiter?
    /// Those in line after a number, in their order, at most `limit`.
    func waiters(_ query: WaiterQuery, after number: Int64, limit: Int) throws -> [Waiter]
    /// How many requests in line before a number compete for what is wanted.
    func countWaiting(for want: Want, before number: Int64?) throws -> Int
}

extension StagedChanges {
    func waiter(_ request: RequestID) throws -> Waiter? {
        if let change = changes.waiting[request] { return change }
        return changes.requests.opened[request] == nil ? try facts.waiter(request) : nil
    }

    /// A portion of those in line after a number, in their order, with the changes of this batch, and the number after
    /// which the next portion begins; nil after the last.
    func waiters(
        _ query: WaiterQuery, after number: Int64, limit: Int
    ) throws -> (waiters: [Waiter], next: Int64?) {
        let found = try facts.waiters(query, after: number, limit: limit)
        let standing = found.filter { changes.waiting[$0.request] == nil }
        if found.count == limit, let last = found.last { return (standing, last.number) }
        // Numbers grow, so those that got into line in this batch come last.
        let joined = changes.waiting.values.compactMap(\.self)
            .filter { $0.number > number && query.takes($0) }.sorted { $0.number < $1.number }
        return (standing + joined, nil)
    }

    func countWaiting(for want: Want, before number: Int64?) throws -> Int {
        var count = try facts.countWaiting(for: want, before: number)
        for (request, change) in changes.waiting {
            if changes.requests.opened[request] == nil, let stored = try facts.waiter(request),
                stored.want.competes(with: want), number.map({ stored.number < $0 }) ?? true
            {
                count -= 1
            }
            if let change, change.want.competes(with: want), number.map({ change.number < $0 }) ?? true { count += 1 }
        }
        return count
    }
}
