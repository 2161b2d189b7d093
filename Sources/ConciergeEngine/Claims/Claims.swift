package import ConciergeKit

/// What the engine may ask about claims.
package protocol ClaimFacts {
    func claims(of request: RequestID) throws -> [String]
    /// The request that holds a key.
    func holder(of claim: String) throws -> RequestID?
    /// Those of the keys that are held, and by which request.
    func holders(of claims: [String]) throws -> [String: RequestID]
}

/// What a batch changes of claims.
package struct ClaimChanges: Sendable {
    /// Keys that are given up before any is taken.
    package var released: Set<String> = []
    /// Keys that are taken, and by which request.
    package var taken: [String: RequestID] = [:]

    package init() {}

    package var isEmpty: Bool { released.isEmpty && taken.isEmpty }
}

extension StagedChanges {
    func claims(of request: RequestID) throws -> [String] {
        let stored = changes.requests.opened[request] == nil ? try facts.claims(of: request) : []
        return Set(stored).union(claimsTaken[request] ?? []).sorted().filter { claim in
            changes.claims.taken[claim].map { $0 == request } ?? !changes.claims.released.contains(claim)
        }
    }

    /// Gives a free key to a request.
    mutating func take(_ claim: String, for request: RequestID) {
        changes.claims.taken[claim] = request
        claimsTaken[request, default: []].insert(claim)
    }

    mutating func release(_ claim: String) {
        // One taken in this batch is forgotten; one that is in the ledger is deleted there.
        if changes.claims.taken.removeValue(forKey: claim) == nil { changes.claims.released.insert(claim) }
    }
}

/// Answers what a rule asks about claims while it runs: by what the batch has changed so far, and the facts before it.
///
/// A rule does not wait. Where the facts must be fetched first, or cannot be had, it is told that a key is free, and what
/// it makes of that is thrown away.
final class RuleClaims: ClaimAnswers {
    private var provider = ProviderID("")
    private var changes = ClaimChanges()
    private var facts: (any Facts)?
    private var trouble: (any Error)?

    /// A rule of a provider begins.
    func begin(_ provider: ProviderID, _ staged: StagedChanges) {
        self.provider = provider
        changes = staged.changes.claims
        facts = staged.facts
        trouble = nil
    }

    /// The rule has ended. Throws where what it was told is not so for sure: ``NotLoaded``, or what the facts threw.
    func end() throws {
        // The changes are the batch's alone again, which would else copy them when it writes the next.
        changes = ClaimChanges()
        facts = nil
        if let trouble { throw trouble }
    }

    func holder(of key: String) -> String? {
        let claim = Self.claim(key, of: provider)
        if let holder = changes.taken[claim] { return holder.description }
        if changes.released.contains(claim) { return nil }
        return (ask { try $0.holder(of: claim) } ?? nil)?.description
    }

    func holders(of keys: [String]) -> [String: String] {
        let claims = keys.map { Self.claim($0, of: provider) }
        let unknown = claims.filter { changes.taken[$0] == nil && !changes.released.contains($0) }
        let known = unknown.isEmpty ? [:] : ask { try $0.holders(of: unknown) } ?? [:]
        var holders: [String: String] = [:]
        for (key, claim) in zip(keys, claims) { holders[key] = (changes.taken[claim] ?? known[claim])?.description }
        return holders
    }

    private func ask<Value>(_ question: (any Facts) throws -> Value) -> Value? {
        guard let facts else { return nil }
        do {
            return try question(facts)
        } catch {
            if trouble == nil || !(error is NotLoaded) { trouble = error }
            return nil
        }
    }

    /// A provider's key as it stands in the ledger, which compares bytes: keys that are canonically equivalent are one.
    static func claim(_ key: String, of provider: ProviderID) -> String { Folding.canonical("\(provider)/\(key)") }
}
