package import ConciergeKit

/// The changes of a batch to quarantines.
package struct QuarantineChanges: Sendable {
    /// By id, requests that are quarantined; their history lines are among the entries.
    package var begun: [RequestID: Quarantine] = [:]
    /// Requests that are released, after all of ``begun`` are quarantined, and whether their services are served, so
    /// that their timers may fire.
    package var releasedRequests: [RequestID: Bool] = [:]
    package var releasedRuns: Set<RunID> = []

    package init() {}

    package var isEmpty: Bool { begun.isEmpty && releasedRequests.isEmpty && releasedRuns.isEmpty }
}

extension StagedChanges {
    mutating func quarantine(_ request: RequestID, _ quarantine: Quarantine) {
        changes.quarantine.begun[request] = quarantine
    }

    mutating func releaseQuarantine(of request: StoredRequest, isServed: Bool) {
        changes.quarantine.releasedRequests[request.id] = isServed
    }

    mutating func releaseQuarantine(ofRun run: RunID) {
        changes.quarantine.releasedRuns.insert(run)
    }
}
