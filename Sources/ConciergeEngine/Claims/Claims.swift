/// What the engine may ask about claims.
package protocol ClaimFacts {
    func claims(of request: String) throws -> [String]
    /// The request that holds a key.
    func holder(of claim: String) throws -> String?
    /// Those of the keys that are held.
    func taken(among claims: [String]) throws -> Set<String>
}

/// What a batch changes of claims.
package struct ClaimChanges: Sendable {
    /// Keys that are given up before any is taken.
    package var released: Set<String> = []
    /// Keys that are taken, and by which request.
    package var taken: [String: String] = [:]

    package init() {}

    package var isEmpty: Bool { released.isEmpty && taken.isEmpty }
}

extension StagedChanges {
    func holder(of claim: String) throws -> String? {
        if let holder = changes.claims.taken[claim] { return holder }
        return changes.claims.released.contains(claim) ? nil : try facts.holder(of: claim)
    }

    func taken(among claims: [String]) throws -> Set<String> {
        try facts.taken(among: claims).subtracting(changes.claims.released)
            .union(claims.filter { changes.claims.taken[$0] != nil })
    }

    func claims(of request: String) throws -> [String] {
        let stored = changes.requests.opened[request] == nil ? try facts.claims(of: request) : []
        return Set(stored).union(claimsTaken[request] ?? []).sorted().filter { claim in
            changes.claims.taken[claim].map { $0 == request } ?? !changes.claims.released.contains(claim)
        }
    }

    /// Gives a free key to a request.
    mutating func take(_ claim: String, for request: String) {
        changes.claims.taken[claim] = request
        claimsTaken[request, default: []].insert(claim)
    }

    mutating func release(_ claim: String) {
        // One taken in this batch is forgotten; one that is in the ledger is deleted there.
        if changes.claims.taken.removeValue(forKey: claim) == nil { changes.claims.released.insert(claim) }
    }
}
