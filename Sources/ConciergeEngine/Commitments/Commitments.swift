package import ConciergeKit

/// What the engine may ask about commitments.
package protocol CommitmentFacts {
    /// The commitments of a request, in the order of their numbers.
    func commitments(of request: RequestID) throws -> [StoredCommitment]
    /// The rules of the working calendar with an id, as JSON; nil if no commitment was made by it.
    func workingCalendar(_ id: String) throws -> [UInt8]?
}

/// The changes of a batch to commitments.
package struct CommitmentChanges: Sendable {
    /// By request and number, commitments that are new or have changed.
    package var changed: [RequestID: [Int: StoredCommitment]] = [:]
    /// By their ids, the rules of the working calendars by which new ones were made.
    package var calendars: [String: [UInt8]] = [:]

    package init() {}

    package var isEmpty: Bool { changed.isEmpty }
}

extension StagedChanges {
    func commitments(of request: RequestID) throws -> [StoredCommitment] {
        let stored = changes.requests.opened[request] == nil ? try facts.commitments(of: request) : []
        guard let changed = changes.commitments.changed[request] else { return stored }
        var all = Dictionary(uniqueKeysWithValues: stored.map { ($0.number, $0) })
        all.merge(changed) { $1 }
        return all.values.sorted { $0.number < $1.number }
    }

    mutating func set(_ commitment: StoredCommitment, of request: RequestID) {
        changes.commitments.changed[request, default: [:]][commitment.number] = commitment
    }
}
