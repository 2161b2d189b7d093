import ConciergeEngine
import ConciergeKit

/// The facts of one decision that is made again: what the replay has followed so far, with what the recorded line adds.
///
/// Nobody is found in line for what is given back, unless ``grants``: the history has a line of its own for each grant,
/// which is decided in its turn.
final class ReplayFacts: Facts {
    private let base: any Facts
    /// The ledger as it is at the end, for its directory.
    private let recorded: any Facts
    /// The timer that the line records. It runs and is due, whatever the replay has followed.
    var fires: PendingTimer?
    /// The run that the line records as ended.
    var ended: StoredRun?
    /// The request that raised the signal of the line, if the replay does not follow it.
    var raiser: StoredRequest?
    /// How many signals led to that request.
    var signalsBefore = 0
    /// What the signal of the line said.
    var values: [UInt8]?
    /// By unique key, the runs that requests wait for.
    var waiting: [String: StoredRun] = [:]
    /// Whether those in line are found.
    var grants = false
    /// Whether somebody in line may take what the decision gives back.
    private(set) var mayGrant = false
    /// Whether the decision asked who holds what, or who is in line.
    private(set) var hasAskedForClaims = false

    init(_ base: any Facts, recorded: any Facts) {
        self.base = base
        self.recorded = recorded
    }

    /// Forgets the last line.
    func begin() {
        (fires, ended, raiser, signalsBefore, values) = (nil, nil, nil, 0, nil)
        (grants, mayGrant, hasAskedForClaims) = (false, false, false)
    }

    func lastNumber() throws -> Int64? { nil }

    func request(_ id: RequestID) throws -> StoredRequest? {
        if let raiser, raiser.id == id { return raiser }
        return try base.request(id)
    }

    func timers(of request: RequestID) throws -> [TimerKey: Instant] {
        var timers = try base.timers(of: request)
        if let fires, fires.request == request { timers[fires.key] = min(timers[fires.key] ?? fires.due, fires.due) }
        return timers
    }

    func dueTimers(by now: Instant, limit: Int) throws -> [PendingTimer] { fires.map { [$0] } ?? [] }

    // What becomes of notices is not decided again.
    func notice(_ number: Int64) throws -> StoredNotice? { nil }
    func waitingNotices(of request: RequestID) throws -> [StoredNotice] { [] }
    func notices(sentBy run: RunID) throws -> [StoredNotice] { [] }
    func refusal(ofAddress key: String) throws -> RefusedAddress? { nil }
    func run(_ id: RunID) throws -> StoredRun? { ended?.id == id ? ended : nil }
    func queuedRuns(_ query: QueueQuery) throws -> [StoredRun] { [] }
    func unfinishedRun(withKey key: String) throws -> StoredRun? { waiting[key] }
    func unfinishedRuns(of schedule: ScheduleID) throws -> [RunID] { [] }
    func answer(to key: String) throws -> StoredAnswer? { nil }

    /// As the directory and the dossiers are in the copy: what it was before is not kept.
    func known(_ resident: String) throws -> ResidentAtPlace? { try recorded.known(resident) }
    func place(_ key: PlaceKey) throws -> KnownPlace? { try recorded.place(key) }
    func dossier(_ resident: String) throws -> Dossier? { try recorded.dossier(resident) }
    func followers(of request: RequestID) throws -> [String] { [] }
    // What was taken back is not decided again.
    func undoPoint(of request: RequestID) throws -> UndoPoint? { nil }
    func lines(of request: RequestID, since: Instant) throws -> [NumberedEntry] { [] }
    func runs(unfinishedOf request: RequestID) throws -> [StoredRun] { [] }

    func values(ofDelivery number: Int64) throws -> [UInt8]? { try values ?? base.values(ofDelivery: number) }

    func cause(of request: RequestID) throws -> SignalCause? {
        guard let raiser, raiser.id == request else { return try base.cause(of: request) }
        return signalsBefore > 0 ? SignalCause(request: request, signal: "", length: signalsBefore) : nil
    }

    func waiters(_ query: WaiterQuery, after number: Int64, limit: Int) throws -> [Waiter] {
        guard case .mayTake = query else { return [] }
        if grants { return try base.waiters(query, after: number, limit: limit) }
        if !mayGrant { mayGrant = try !base.waiters(query, after: number, limit: 1).isEmpty }
        return []
    }

    func commitments(of request: RequestID) throws -> [StoredCommitment] { try base.commitments(of: request) }
    func workingCalendar(_ id: String) throws -> [UInt8]? { try base.workingCalendar(id) }

    func waiter(_ request: RequestID) throws -> Waiter? { try base.waiter(request) }

    func claims(of request: RequestID) throws -> [String] { try base.claims(of: request) }
    func ranges(heldBy request: RequestID) throws -> [String: [HeldRange]] { try base.ranges(heldBy: request) }
    func shares(heldBy request: RequestID) throws -> [String: [HeldShare]] { try base.shares(heldBy: request) }

    // What other requests hold.

    func countWaiting(for want: Want, before number: Int64?) throws -> Int {
        try asking { try base.countWaiting(for: want, before: number) }
    }

    func holder(of claim: String) throws -> RequestID? { try asking { try base.holder(of: claim) } }
    func holders(of claims: [String]) throws -> [String: RequestID] { try asking { try base.holders(of: claims) } }

    func lastRanges(of claim: String, units: ClosedRange<Int>, before: Instant) throws -> [Int: HeldRange] {
        try asking { try base.lastRanges(of: claim, units: units, before: before) }
    }

    func ranges(of claim: String, unit: Int, from start: Instant, limit: Int) throws -> [HeldRange] {
        try asking { try base.ranges(of: claim, unit: unit, from: start, limit: limit) }
    }

    func greatestUnit(of claim: String) throws -> Int { try asking { try base.greatestUnit(of: claim) } }
    func shares(of claim: String) throws -> [HeldShare] { try asking { try base.shares(of: claim) } }

    private func asking<Value>(_ question: () throws -> Value) rethrows -> Value {
        hasAskedForClaims = true
        return try question()
    }
}
