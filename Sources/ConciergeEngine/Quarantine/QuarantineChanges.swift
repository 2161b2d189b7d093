package import ConciergeKit

/// What a batch changes of what waits in quarantine.
package struct QuarantineChanges: Sendable {
    /// By id, requests that get into quarantine; their history lines are among the entries.
    package var begun: [RequestID: Quarantine] = [:]
    /// Requests that leave quarantine, after all that get into it, and whether their services are served, so that their
    /// timers may fire.
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
