package import ConciergeKit

/// What the engine may ask of the ledger while it decides: the state before the batch, with one protocol for each kind
/// of data.
///
/// A ledger on this machine answers at once. A ledger that must be asked over a network throws ``NotLoaded`` for a fact
/// that it has not loaded, and records which one. The decision continues with the rest of the batch, so that the ledger
/// learns of all missing facts, and is then discarded. The ledger loads the recorded facts and asks for the decision
/// again. The decision is pure, so the result does not depend on the order in which facts were loaded.
package protocol Facts: RequestFacts, TimerFacts, ClaimFacts, WaitingFacts, CommitmentFacts, SignalFacts, NoticeFacts,
    FollowerFacts, RunFacts, AnswerFacts, DirectoryFacts, DossierFacts, UndoFacts
{}

/// A fact is not loaded. The ledger that throws it has recorded which one. A decision that throws it must be made again
/// once the recorded facts are loaded.
package struct NotLoaded: Error {
    package init() {}
}

/// All changes of one batch, for each kind of data. A ledger applies all of them in one transaction, or none.
///
/// History lines, timers, claims and commitments belong to requests that are in the ledger or opened in the same batch.
package struct Changes: Sendable {
    package var requests = RequestChanges()
    package var entries: [Entry] = []
    package var timers: [RequestID: [TimerKey: TimerChange]] = [:]
    package var claims = ClaimChanges()
    /// Requests that get into line, or leave it (nil).
    package var waiting: [RequestID: Waiter?] = [:]
    package var commitments = CommitmentChanges()
    package var signals = SignalChanges()
    /// A new notice begins with its history line (``Entry/isDelivered``).
    package var notices = NoticeChanges()
    /// By request, the residents who begin to follow it (true) or cease to. The request itself has changed too:
    /// ``StoredRequest/isFollowed``.
    package var followers: [RequestID: [String: Bool]] = [:]
    /// By the residents' keys, the dossiers as they are now. An empty one is deleted.
    package var dossiers: [String: Dossier] = [:]
    /// To what requests go back if the last thing that was done to them is taken back; nil where that has happened.
    package var undo: [RequestID: UndoPoint?] = [:]
    package var runs = RunChanges()
    package var answers: [String: StoredAnswer] = [:]
    package var schedules: [ScheduleID: ScheduleMark] = [:]
    package var quarantine = QuarantineChanges()

    package init() {}

    package var isEmpty: Bool {
        requests.isEmpty && entries.isEmpty && timers.isEmpty && claims.isEmpty && waiting.isEmpty
            && commitments.isEmpty && signals.isEmpty && notices.isEmpty && followers.isEmpty && dossiers.isEmpty
            && undo.isEmpty && runs.isEmpty && answers.isEmpty && schedules.isEmpty && quarantine.isEmpty
    }
}

/// What the directory knows of the residents whom a batch has asked for, by ``Resident/key(of:)``.
final class KnownResidents {
    private var answers: [String: ResidentAtPlace?] = [:]

    /// What the directory knows of a resident; asked for once.
    func known(_ key: String, ask: () throws -> ResidentAtPlace?) rethrows -> ResidentAtPlace? {
        if let answer = answers[key] { return answer }
        let answer = try ask()
        answers[key] = .some(answer)
        return answer
    }
}

/// What the batch has changed so far, and the facts with these changes applied.
struct StagedChanges {
    let facts: any Facts
    /// The zone in which times in stored texts are written.
    let zone: Zone
    var changes = Changes()
    /// By request, the claims that it took in this batch, whichever request holds them now.
    var claimsTaken: [RequestID: Set<String>] = [:]
    /// What the directory has said of residents. It does not change while a batch is decided, and an opening asks several
    /// times: for its offer, its calendar, its rule and its notices.
    let asked = KnownResidents()

    init(_ facts: any Facts, zone: Zone) {
        self.facts = facts
        self.zone = zone
    }
}
