package import ConciergeKit

/// What the engine may ask about followers: residents who are told as the one for whom a request is.
package protocol FollowerFacts {
    /// The residents who follow a request, as they were written, in the order of their bytes.
    ///
    /// A request that nobody follows is not asked about: ``StoredRequest/isFollowed``.
    func followers(of request: RequestID) throws -> [String]
}

extension StagedChanges {
    /// The residents who follow a request. For a request that nobody follows this costs no look-up.
    func followers(of request: StoredRequest) throws -> [String] {
        guard request.isFollowed else { return [] }
        let changed = changes.followers[request.id] ?? [:]
        let kept = try facts.followers(of: request.id).filter { changed[$0] == nil }
        return (kept + changed.filter(\.value).keys).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The same, for a request that is not at hand.
    func followers(of id: RequestID) throws -> [String] {
        try request(id).map { try followers(of: $0) } ?? []
    }

    /// Adds a follower of a request, or takes one away. Returns the request as it is then.
    mutating func set(_ resident: String, follows isFollower: Bool, _ request: StoredRequest) throws -> StoredRequest {
        var request = request
        changes.followers[request.id, default: [:]][resident] = isFollower
        if isFollower {
            request.isFollowed = true
        } else {
            request.isFollowed = try !followers(of: request).isEmpty
        }
        request.version += 1
        change(request)
        return request
    }
}
