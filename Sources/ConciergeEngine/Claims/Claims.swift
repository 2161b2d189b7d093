package import ConciergeKit

/// What the engine may ask about claims.
package protocol ClaimFacts {
    /// The keys that a request holds.
    func claims(of request: RequestID) throws -> [String]
    /// The request that holds a key.
    func holder(of claim: String) throws -> RequestID?
    /// Which of the keys are held, and by which request.
    func holders(of claims: [String]) throws -> [String: RequestID]

    /// The ranges that a request holds, by claim.
    func ranges(heldBy request: RequestID) throws -> [String: [HeldRange]]
    /// The shares that a request holds, by claim, with those that count no longer.
    func shares(heldBy request: RequestID) throws -> [String: [HeldShare]]
    /// For each unit of a claim among these, the last range that begins before an instant.
    func lastRanges(of claim: String, units: ClosedRange<Int>, before: Instant) throws -> [Int: HeldRange]
    /// The ranges of a unit that begin at or after an instant, in order, at most `limit`.
    func ranges(of claim: String, unit: Int, from start: Instant, limit: Int) throws -> [HeldRange]
    /// The greatest unit of a claim that has a range; 0 if none has.
    func greatestUnit(of claim: String) throws -> Int
    /// The shares of a claim, with those that count no longer.
    func shares(of claim: String) throws -> [HeldShare]
}

/// The changes of a batch to claims.
package struct ClaimChanges: Sendable {
    /// Keys that are released, before any key is taken.
    package var released: Set<String> = []
    /// Keys that are taken, and by which request.
    package var taken: [String: RequestID] = [:]
    package var ranges = HeldChanges<HeldRange>()
    package var shares = HeldChanges<HeldShare>()

    package init() {}

    package var isEmpty: Bool { released.isEmpty && taken.isEmpty && ranges.isEmpty && shares.isEmpty }

    /// The requests that take something.
    package var takers: [RequestID] {
        var takers = Array(taken.values)
        if !ranges.isEmpty { takers += ranges.taken.values.joined().map(\.request) }
        if !shares.isEmpty { takers += shares.taken.values.joined().map(\.request) }
        return takers
    }
}

/// The claims that a step takes and releases, as the ledger stores them.
struct StepClaims {
    var released: [String] = []
    var taken: [String] = []
    var ranges = HeldChanges<HeldRange>()
    var shares = HeldChanges<HeldShare>()
}

extension StagedChanges {
    func claims(of request: RequestID) throws -> [String] {
        let stored = changes.requests.opened[request] == nil ? try facts.claims(of: request) : []
        return Set(stored).union(claimsTaken[request] ?? []).sorted().filter { claim in
            changes.claims.taken[claim].map { $0 == request } ?? !changes.claims.released.contains(claim)
        }
    }

    /// The request that holds a key.
    func holder(of claim: String) throws -> RequestID? {
        if let taken = changes.claims.taken[claim] { return taken }
        return changes.claims.released.contains(claim) ? nil : try facts.holder(of: claim)
    }

    /// Which of the keys are held, and by which request.
    func holders(of claims: [String]) throws -> [String: RequestID] {
        let unknown = claims.filter { changes.claims.taken[$0] == nil && !changes.claims.released.contains($0) }
        let stored = unknown.isEmpty ? [:] : try facts.holders(of: unknown)
        return claims.reduce(into: [:]) { $0[$1] = changes.claims.taken[$1] ?? stored[$1] }
    }

    /// For each unit of a claim among these, the last range that begins before an instant.
    func lastRanges(of claim: String, units: ClosedRange<Int>, before: Instant) throws -> [Int: HeldRange] {
        try changes.claims.ranges.last(of: claim, units: units, before: before) { units, before in
            try facts.lastRanges(of: claim, units: units, before: before)
        }
    }

    /// The ranges of a unit that begin at or after an instant, in order, at most `limit`.
    func ranges(of claim: String, unit: Int, from start: Instant, limit: Int) throws -> [HeldRange] {
        let stored = try facts.ranges(of: claim, unit: unit, from: start, limit: limit)
        return Array(changes.claims.ranges.all(of: claim, unit: unit, from: start, stored).prefix(limit))
    }

    /// A number that no unit with a range exceeds.
    func greatestUnit(of claim: String) throws -> Int {
        max(try facts.greatestUnit(of: claim), changes.claims.ranges.greatestUnit(of: claim))
    }

    /// The shares of a claim, with those that count no longer.
    func shares(of claim: String) throws -> [HeldShare] {
        changes.claims.shares.all(of: claim, try facts.shares(of: claim))
    }

    /// The ranges that a request holds, by claim.
    func ranges(heldBy request: RequestID) throws -> [String: [HeldRange]] {
        let isNew = changes.requests.opened[request] != nil
        return changes.claims.ranges.held(by: request, isNew ? [:] : try facts.ranges(heldBy: request))
    }

    /// The shares that a request holds, by claim, with those that count no longer.
    func shares(heldBy request: RequestID) throws -> [String: [HeldShare]] {
        let isNew = changes.requests.opened[request] != nil
        return changes.claims.shares.held(by: request, isNew ? [:] : try facts.shares(heldBy: request))
    }

    /// Takes and releases what a step claims.
    mutating func apply(_ claims: StepClaims, for request: RequestID) {
        for claim in claims.released { release(claim) }
        for claim in claims.taken { take(claim, for: request) }
        if !claims.ranges.isEmpty { changes.claims.ranges.add(claims.ranges) }
        if !claims.shares.isEmpty { changes.claims.shares.add(claims.shares) }
    }

    /// Gives a free key to a request.
    mutating func take(_ claim: String, for request: RequestID) {
        changes.claims.taken[claim] = request
        claimsTaken[request, default: []].insert(claim)
    }

    mutating func release(_ claim: String) {
        // A claim of this batch is removed from its changes; a claim in the ledger is deleted there.
        if changes.claims.taken.removeValue(forKey: claim) == nil { changes.claims.released.insert(claim) }
    }
}
