/// What a batch changes of what waits in quarantine.
package struct QuarantineChanges: Sendable {
    /// By id, requests that get into quarantine; their history lines are among the entries.
    package var begun: [String: Quarantine] = [:]
    /// Requests that leave quarantine, after all that get into it, and whether their services are served, so that their
    /// timers may fire.
    package var releasedRequests: [String: Bool] = [:]
    package var releasedRuns: Set<String> = []

    package init() {}

    package var isEmpty: Bool { begun.isEmpty && releasedRequests.isEmpty && releasedRuns.isEmpty }
}

extension StagedChanges {
    mutating func quarantine(_ quarantine: Quarantine) {
        changes.quarantine.begun[quarantine.id] = quarantine
    }

    mutating func releaseQuarantine(of request: StoredRequest, isServed: Bool) {
        changes.quarantine.releasedRequests[request.id] = isServed
    }

    mutating func releaseQuarantine(ofRun run: String) {
        changes.quarantine.releasedRuns.insert(run)
    }
}
