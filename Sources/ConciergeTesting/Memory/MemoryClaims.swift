import ConciergeEngine
import ConciergeKit

/// Claims, and the requests that hold them.
struct ClaimTable {
    private(set) var holders: [String: RequestID] = [:]
    private(set) var ranges: [String: Set<HeldRange>] = [:]
    private(set) var shares: [String: Set<HeldShare>] = [:]

    mutating func apply(_ changes: ClaimChanges) {
        for claim in changes.released { holders[claim] = nil }
        holders.merge(changes.taken) { $1 }
        for (claim, released) in changes.ranges.released { ranges[claim]?.subtract(released) }
        for (claim, taken) in changes.ranges.taken { ranges[claim, default: []].formUnion(taken) }
        for (claim, released) in changes.shares.released { shares[claim]?.subtract(released) }
        for (claim, taken) in changes.shares.taken { shares[claim, default: []].formUnion(taken) }
        ranges = ranges.filter { !$0.value.isEmpty }
        shares = shares.filter { !$0.value.isEmpty }
    }

    /// The first claim that these changes take although another request holds it.
    func conflict(in changes: ClaimChanges) -> String? {
        let key = changes.taken.keys.first { holders[$0] != nil && !changes.released.contains($0) }
        if let key { return key }
        for (claim, taken) in changes.ranges.taken {
            let held = (ranges[claim] ?? []).subtracting(changes.ranges.released[claim] ?? [])
            for range in taken {
                let overlaps = held.union(taken.subtracting([range]))
                    .contains { $0.unit == range.unit && $0.time.overlaps(range.time) }
                if overlaps || range.time.isEmpty { return claim }
            }
        }
        for (claim, taken) in changes.shares.taken {
            let held = (shares[claim] ?? []).subtracting(changes.shares.released[claim] ?? [])
            for share in taken where held.union(taken.subtracting([share])).contains(where: { $0.place == share.place })
            {
                return claim
            }
        }
        return nil
    }

    func claims(of request: RequestID) -> [String] { holders.filter { $0.value == request }.map(\.key) }

    func ranges(heldBy request: RequestID) -> [String: [HeldRange]] {
        Self.held(by: request, ranges).mapValues { $0.sorted { $0.unit < $1.unit } }
    }

    func shares(heldBy request: RequestID) -> [String: [HeldShare]] {
        Self.held(by: request, shares).mapValues { $0.sorted { $0.place < $1.place } }
    }

    private static func held<Value: Held>(by request: RequestID, _ all: [String: Set<Value>]) -> [String: Set<Value>] {
        all.mapValues { $0.filter { $0.request == request } }.filter { !$0.value.isEmpty }
    }

    func lastRanges(of claim: String, units: ClosedRange<Int>, before: Instant) -> [Int: HeldRange] {
        (ranges[claim] ?? []).reduce(into: [:]) { last, range in
            guard units.contains(range.unit), range.time.lowerBound < before else { return }
            if let other = last[range.unit], other.time.lowerBound > range.time.lowerBound { return }
            last[range.unit] = range
        }
    }

    func ranges(of claim: String, unit: Int, from start: Instant, limit: Int) -> [HeldRange] {
        let found = (ranges[claim] ?? []).filter { $0.unit == unit && $0.time.lowerBound >= start }
        return Array(found.sorted { $0.time.lowerBound < $1.time.lowerBound }.prefix(limit))
    }

    func greatestUnit(of claim: String) -> Int { ranges[claim]?.map(\.unit).max() ?? 0 }

    func booked(beyond capacities: [String: Int], at now: Instant, limit: Int) -> [String: [HeldRange]] {
        var booked: [String: [HeldRange]] = [:]
        for (claim, units) in capacities {
            let found = (ranges[claim] ?? []).filter { $0.unit > units && $0.time.upperBound > now }
                .sorted { ($0.time.lowerBound, $0.unit) < ($1.time.lowerBound, $1.unit) }
            if !found.isEmpty { booked[claim] = Array(found.prefix(limit)) }
        }
        return booked
    }

    func shares(of claim: String) -> [HeldShare] { (shares[claim] ?? []).sorted { $0.place < $1.place } }

    /// The requests with a share that counts.
    func sharing(at now: Instant) -> Set<RequestID> {
        Set(shares.values.joined().filter { $0.until > now }.map(\.request))
    }

    /// The requests that hold a key or a range.
    var holding: Set<RequestID> { Set(holders.values).union(ranges.values.joined().map(\.request)) }

    /// Deletes the shares that count no longer; returns how many.
    mutating func dropShares(at now: Instant, limit: Int) -> Int {
        var count = 0
        for (claim, all) in shares {
            let over = all.filter { $0.until <= now }.prefix(max(0, limit - count))
            shares[claim]?.subtract(over)
            count += over.count
        }
        shares = shares.filter { !$0.value.isEmpty }
        return count
    }
}

/// The requests in line.
struct WaitingTable {
    private(set) var all: [RequestID: Waiter] = [:]

    mutating func apply(_ changes: [RequestID: Waiter?]) {
        for (request, change) in changes { all[request] = change }
    }

    func waiters(_ query: WaiterQuery, after number: Int64, limit: Int) -> [Waiter] {
        let found = all.values.filter { $0.number > number && query.takes($0) }
        return Array(found.sorted { $0.number < $1.number }.prefix(limit))
    }

    func count(for want: Want, before number: Int64?) -> Int {
        all.values.count { $0.want.competes(with: want) && $0.number < number ?? .max }
    }

    /// The greatest number.
    var last: Int64? { all.values.map(\.number).max() }

    func place(of request: RequestID) -> Int? {
        all[request].map { count(for: $0.want, before: $0.number) + 1 }
    }
}

/// The first answers to idempotency keys.
struct AnswerTable {
    private(set) var all: [String: StoredAnswer] = [:]

    mutating func apply(_ answers: [String: StoredAnswer]) { all.merge(answers) { $1 } }
    mutating func delete(_ key: String) { all[key] = nil }
}
