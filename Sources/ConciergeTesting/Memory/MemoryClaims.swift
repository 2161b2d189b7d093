import ConciergeEngine
import ConciergeKit

/// Claims, and the requests that hold them.
struct ClaimTable {
    private(set) var holders: [String: RequestID] = [:]

    mutating func apply(_ changes: ClaimChanges) {
        for claim in changes.released { holders[claim] = nil }
        holders.merge(changes.taken) { $1 }
    }

    func claims(of request: RequestID) -> [String] { holders.filter { $0.value == request }.map(\.key) }
}

/// The first answers to idempotency keys.
struct AnswerTable {
    private(set) var all: [String: StoredAnswer] = [:]

    mutating func apply(_ answers: [String: StoredAnswer]) { all.merge(answers) { $1 } }
    mutating func delete(_ key: String) { all[key] = nil }
}
