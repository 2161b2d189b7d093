package import ConciergeKit

/// What the engine may ask about claims.
package protocol ClaimFacts {
    func claims(of request: RequestID) throws -> [String]
    /// The request that holds a key.
    func holder(of claim: String) throws -> RequestID?
    /// Which of the keys are held, and by which request.
    func holders(of claims: [String]) throws -> [String: RequestID]
}

/// The changes of a batch to claims.
package struct ClaimChanges: Sendable {
    /// Keys that are released, before any key is taken.
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
        // A claim of this batch is removed from its changes; a claim in the ledger is deleted there.
        if changes.claims.taken.removeValue(forKey: claim) == nil { changes.claims.released.insert(claim) }
    }
}

/// Answers a running rule's questions about claims, from the changes of the batch so far and the facts before the
/// batch.
///
/// A rule does not wait. If the facts must be loaded first, or cannot be read, the rule is answered that a key is free,
/// and its result is discarded.
final class RuleClaims: ClaimAnswers {
    private var provider = ProviderID("")
    private var changes = ClaimChanges()
    private var facts: (any Facts)?
    private var trouble: (any Error)?

    /// Called before a rule of a provider runs.
    func begin(_ provider: ProviderID, _ staged: StagedChanges) {
        self.provider = provider
        changes = staged.changes.claims
        facts = staged.facts
        trouble = nil
    }

    /// Called after the rule has run. Throws if an answer that the rule got may be wrong: ``NotLoaded``, or the error
    /// that the facts threw.
    func end() throws {
        // This releases the reference to the changes, so that the batch does not copy them at its next write.
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

    /// A provider's key as the ledger stores it. The ledger compares bytes, so canonically equivalent keys get the same
    /// form.
    static func claim(_ key: String, of provider: ProviderID) -> String { Folding.canonical("\(provider)/\(key)") }
}
