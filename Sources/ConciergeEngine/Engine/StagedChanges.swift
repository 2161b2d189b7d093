package import ConciergeKit

/// What the engine may ask of the ledger while it decides: the state before the batch, noun by noun.
///
/// A ledger on this machine answers at once. One that must be asked over a network throws ``NotLoaded`` for what it has
/// not loaded, and notes what that was: the decision goes on with the rest of the batch, so that all of it is asked
/// for, and is thrown away. The ledger loads what it has noted and asks for the decision again, which is pure: it comes
/// to the same on facts that were loaded one after the other.
package protocol Facts: RequestFacts, TimerFacts, ClaimFacts, RunFacts, AnswerFacts {}

/// A fact is not loaded. Whoever throws it has noted which. A decision that throws it is to be made again when what was
/// noted is loaded.
package struct NotLoaded: Error {
    package init() {}
}

/// All that one batch changes, noun by noun. A ledger applies all of it in one transaction, or nothing.
///
/// History lines, timers and claims are of requests that are in the ledger or opened here.
package struct Changes: Sendable {
    package var requests = RequestChanges()
    package var entries: [Entry] = []
    package var timers: [RequestID: [TimerKey: TimerChange]] = [:]
    package var claims = ClaimChanges()
    package var runs = RunChanges()
    package var answers: [String: StoredAnswer] = [:]
    package var schedules: [ScheduleID: ScheduleMark] = [:]
    package var quarantine = QuarantineChanges()

    package init() {}

    package var isEmpty: Bool {
        requests.isEmpty && entries.isEmpty && timers.isEmpty && claims.isEmpty && runs.isEmpty && answers.isEmpty
            && schedules.isEmpty && quarantine.isEmpty
    }
}

/// What the batch has changed so far, and the facts as they are with it.
struct StagedChanges {
    let facts: any Facts
    /// What is kept of words is said by the clocks of this zone.
    let zone: Zone
    var changes = Changes()
    /// By request: what it took in this batch, whoever holds it now.
    var claimsTaken: [RequestID: Set<String>] = [:]

    init(_ facts: any Facts, zone: Zone) {
        self.facts = facts
        self.zone = zone
    }
}
