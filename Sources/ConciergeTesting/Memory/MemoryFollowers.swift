import ConciergeEngine
import ConciergeKit

/// The residents who follow requests.
struct FollowerTable {
    private var all: [RequestID: Set<String>] = [:]

    mutating func apply(_ changes: [RequestID: [String: Bool]]) {
        for (request, residents) in changes {
            for (resident, follows) in residents {
                if follows {
                    all[request, default: []].insert(resident)
                } else {
                    all[request]?.remove(resident)
                }
            }
        }
    }

    func followers(of request: RequestID) -> [String] {
        (all[request] ?? []).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Deletes those of requests that are deleted.
    mutating func delete(_ ids: Set<RequestID>) { for id in ids { all[id] = nil } }
}
