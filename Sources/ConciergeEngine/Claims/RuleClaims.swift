import ConciergeKit

/// Answers a running rule's questions about claims, from the changes of the batch so far and the facts before the
/// batch.
///
/// A rule does not wait. If the facts must be loaded first, or cannot be read, the rule is answered that what it asks
/// about is free, and its result is discarded.
final class RuleClaims: ClaimAnswers {
    private var provider = ProviderID("")
    private var staged: StagedChanges?
    private var trouble: (any Error)?

    /// Called before a rule of a provider runs.
    func begin(_ provider: ProviderID, _ staged: StagedChanges) {
        self.provider = provider
        self.staged = staged
        trouble = nil
    }

    /// Called after the rule has run. Throws if an answer that the rule got may be wrong: ``NotLoaded``, or the error
    /// that the facts threw.
    func end() throws {
        // This releases the reference to the changes, so that the batch does not copy them at its next write.
        staged = nil
        if let trouble { throw trouble }
    }

    // MARK: Keys

    func holder(of key: String) -> String? {
        let claim = claim(key)
        if let holder = changes.taken[claim] { return holder.description }
        if changes.released.contains(claim) { return nil }
        return (ask { try $0.holder(of: claim) } ?? nil)?.description
    }

    func holders(of keys: [String]) -> [String: String] {
        let claims = keys.map(claim)
        let unknown = claims.filter { changes.taken[$0] == nil && !changes.released.contains($0) }
        let known = unknown.isEmpty ? [:] : ask { try $0.holders(of: unknown) } ?? [:]
        var holders: [String: String] = [:]
        for (key, claim) in zip(keys, claims) { holders[key] = (changes.taken[claim] ?? known[claim])?.description }
        return holders
    }

    // MARK: Ranges and shares

    func lastRanges(of key: String, units: ClosedRange<Int>, before: Instant) -> [Int: HeldRange] {
        let claim = claim(key)
        return changes.ranges.last(of: claim, units: units, before: before) { units, before in
            ask { try $0.lastRanges(of: claim, units: units, before: before) } ?? [:]
        }
    }

    func ranges(of key: String, unit: Int, from start: Instant, limit: Int) -> [HeldRange] {
        let claim = claim(key)
        let stored = ask { try $0.ranges(of: claim, unit: unit, from: start, limit: limit) } ?? []
        return Array(changes.ranges.all(of: claim, unit: unit, from: start, stored).prefix(limit))
    }

    func greatestUnit(of key: String) -> Int {
        let claim = claim(key)
        return max(ask { try $0.greatestUnit(of: claim) } ?? 0, changes.ranges.greatestUnit(of: claim))
    }

    func shares(of key: String) -> [HeldShare] {
        let claim = claim(key)
        return changes.shares.all(of: claim, ask { try $0.shares(of: claim) } ?? [])
    }

    // MARK: Requests

    func claims(of request: String) -> [Claim] {
        guard let staged, let request = RequestID(request) else { return [] }
        let keys = note { try staged.claims(of: request) } ?? []
        let held = note { try staged.held(by: request) } ?? HeldByRequest()
        var claims = keys.map { Claim(key: key(of: $0)) }
        for (claim, all) in held.ranges {
            claims += all.map { Claim(key: key(of: claim), unit: $0.unit, time: $0.time) }
        }
        for (claim, all) in held.shares {
            claims += all.map { Claim(key: key(of: claim), unit: $0.place, until: $0.until) }
        }
        return claims
    }

    func waiting(for want: Want) -> Int {
        guard let staged else { return 0 }
        let want = want.renamed(claim)
        return note { try staged.countWaiting(for: want, before: nil) } ?? 0
    }

    // MARK: Asking

    private var changes: ClaimChanges { staged?.changes.claims ?? ClaimChanges() }

    private func ask<Value>(_ question: (any Facts) throws -> Value) -> Value? {
        guard let facts = staged?.facts else { return nil }
        return note { try question(facts) }
    }

    /// Notes what prevents an answer.
    private func note<Value>(_ question: () throws -> Value) -> Value? {
        do {
            return try question()
        } catch {
            if trouble == nil || !(error is NotLoaded) { trouble = error }
            return nil
        }
    }

    private func claim(_ key: String) -> String { ClaimName.of(key, provider: provider) }
    private func key(of claim: String) -> String { ClaimName.key(of: claim, provider: provider) }
}
