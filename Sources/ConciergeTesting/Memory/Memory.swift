import ConciergeEngine
import ConciergeKit

/// A ledger in memory as a value: it has the facts and applies the changes of every ledger, with one table for each
/// kind of data.
///
/// A test's lodge decides on it and applies changes to it without waiting. ``MemoryLedger`` makes a `Ledger` of it.
struct Memory: Facts {
    var requestTable = RequestTable()
    var timerTable = TimerTable()
    var claimTable = ClaimTable()
    var waitingTable = WaitingTable()
    var commitmentTable = CommitmentTable()
    /// By number, what the signals to be delivered say.
    private(set) var deliveries: [Int64: [UInt8]] = [:]
    var causes: [RequestID: SignalCause] = [:]
    private(set) var listeners: Listeners = [:]
    var noticeTable = NoticeTable()
    var followerTable = FollowerTable()
    var undoPoints: [RequestID: UndoPoint] = [:]
    var runTable = RunTable()
    var answerTable = AnswerTable()
    var quarantineTable = QuarantineTable()
    private(set) var marks: [ScheduleID: ScheduleMark] = [:]
    private(set) var fingerprints: [ServiceID: String] = [:]
    private(set) var settings: [RecordedSettings] = []
    var directoryTable = DirectoryTable()
    /// By the residents' keys.
    private(set) var dossiers: [String: Dossier] = [:]

    /// Applies all changes, or throws and applies none.
    @discardableResult
    mutating func apply(_ changes: Changes) throws(LedgerError) -> [NumberedEntry] {
        try requireConsistent(changes)
        requestTable.apply(changes.requests)
        timerTable.apply(changes.timers)
        claimTable.apply(changes.claims)
        waitingTable.apply(changes.waiting)
        commitmentTable.apply(changes.commitments)
        deliveries.merge(changes.signals.raised) { $1 }
        for number in changes.signals.ended { deliveries[number] = nil }
        causes.merge(changes.signals.causes) { $1 }
        followerTable.apply(changes.followers)
        for (request, point) in changes.undo { undoPoints[request] = point }
        runTable.apply(changes.runs)
        answerTable.apply(changes.answers)
        quarantineTable.apply(changes.quarantine)
        save(changes.schedules.values)
        noticeTable.apply(changes.notices)
        for (resident, dossier) in changes.dossiers { dossiers[resident] = dossier.isEmpty ? nil : dossier }
        let lines = requestTable.append(changes.entries)
        noticeTable.begin(lines, changes.notices)
        return lines
    }

    /// Refuses what the keys and indexes of a database would refuse: a mistake of the engine or of a test.
    private func requireConsistent(_ changes: Changes) throws(LedgerError) {
        func require(_ condition: Bool, _ reason: @autoclosure () -> String) throws(LedgerError) {
            if !condition { throw .unavailable(reason: reason()) }
        }
        for id in changes.requests.opened.keys { try require(request(id) == nil, "the request \(id) is there already") }
        let subjects = [
            changes.entries.map(\.request), Array(changes.timers.keys), changes.claims.takers,
            changes.waiting.values.compactMap { $0?.request }, Array(changes.commitments.changed.keys),
            Array(changes.followers.keys), Array(changes.undo.keys),
        ]
        for id in subjects.joined() {
            try require(
                changes.requests.opened[id] != nil || request(id) != nil, "there is no request \(id) to write for")
        }
        let conflict = claimTable.conflict(in: changes.claims)
        try require(conflict == nil, "the claim \(conflict ?? "") is held")
        for key in changes.answers.keys { try require(answer(to: key) == nil, "the key \(key) was answered already") }
        for run in changes.runs.created.values {
            try require(self.run(run.id) == nil, "the run \(run.id) is there already")
            guard let key = run.uniqueKey, !run.state.isFinished, let other = unfinishedRun(withKey: key) else {
                continue
            }
            try require(
                changes.runs.changed[other.id]?.state.isFinished ?? false,
                "the run \(other.id) has the key \(key) and is unfinished")
        }
    }

    mutating func save(_ marks: some Sequence<ScheduleMark>) {
        for mark in marks { self.marks[mark.id] = mark }
    }

    mutating func save(_ fingerprints: [ServiceID: String]) {
        self.fingerprints.merge(fingerprints) { $1 }
    }

    mutating func save(_ changed: [ProviderID: ServedSettings]) {
        let since = requestTable.lastLine + 1
        settings.removeAll { $0.since == since && changed[$0.provider] != nil }
        settings += changed.sorted { $0.key < $1.key }
            .map { RecordedSettings(since: since, provider: $0.key, settings: $0.value) }
        let first = requestTable.lines.first?.seq ?? since
        let all = settings
        settings.removeAll { old in
            all.contains { $0.provider == old.provider && $0.since > old.since && $0.since <= first }
        }
        settings.sort { ($0.since, $0.provider) < ($1.since, $1.provider) }
    }

    mutating func save(listeners: Listeners, servedBy services: Set<ServiceID>) {
        self.listeners = self.listeners.filter { !services.contains($0.key) }.merging(listeners) { $1 }
    }

    /// When the next timer of an attended service or the next queued run is due. Runs that are due already are left
    /// out.
    func nextDue(after now: Instant) -> Instant? {
        [timerTable.nextDue(besides: quarantineTable.requests), runTable.nextDue(after: now)].compactMap(\.self).min()
    }

    // MARK: Facts

    func lastNumber() -> Int64? {
        [requestTable.last?.number, runTable.last?.number, waitingTable.last, deliveries.keys.max()].compactMap(\.self)
            .max()
    }
    func request(_ id: RequestID) -> StoredRequest? { requestTable.all[id] }
    func timers(of request: RequestID) -> [TimerKey: Instant] { timerTable.timers(of: request) }
    func claims(of request: RequestID) -> [String] { claimTable.claims(of: request) }
    func holder(of claim: String) -> RequestID? { claimTable.holders[claim] }
    func holders(of claims: [String]) -> [String: RequestID] {
        claims.reduce(into: [:]) { $0[$1] = holder(of: $1) }
    }
    func ranges(heldBy request: RequestID) -> [String: [HeldRange]] { claimTable.ranges(heldBy: request) }
    func shares(heldBy request: RequestID) -> [String: [HeldShare]] { claimTable.shares(heldBy: request) }
    func lastRanges(of claim: String, units: ClosedRange<Int>, before: Instant) -> [Int: HeldRange] {
        claimTable.lastRanges(of: claim, units: units, before: before)
    }
    func ranges(of claim: String, unit: Int, from start: Instant, limit: Int) -> [HeldRange] {
        claimTable.ranges(of: claim, unit: unit, from: start, limit: limit)
    }
    func greatestUnit(of claim: String) -> Int { claimTable.greatestUnit(of: claim) }
    func shares(of claim: String) -> [HeldShare] { claimTable.shares(of: claim) }
    func commitments(of request: RequestID) -> [StoredCommitment] { commitmentTable.commitments(of: request) }
    func workingCalendar(_ id: String) -> [UInt8]? { commitmentTable.calendar(id) }
    func waiter(_ request: RequestID) -> Waiter? { waitingTable.all[request] }
    func waiters(_ query: WaiterQuery, after number: Int64, limit: Int) -> [Waiter] {
        waitingTable.waiters(query, after: number, limit: limit)
    }
    func countWaiting(for want: Want, before number: Int64?) -> Int {
        waitingTable.count(for: want, before: number)
    }
    func values(ofDelivery number: Int64) -> [UInt8]? { deliveries[number] }
    func cause(of request: RequestID) -> SignalCause? { causes[request] }
    func followers(of request: RequestID) -> [String] { followerTable.followers(of: request) }
    func undoPoint(of request: RequestID) -> UndoPoint? { undoPoints[request] }
    func lines(of request: RequestID, since: Instant) -> [NumberedEntry] {
        requestTable.lines.filter { $0.entry.request == request && $0.entry.at >= since }
    }
    func runs(unfinishedOf request: RequestID) -> [StoredRun] {
        runTable.all.values.filter { $0.request == request && !$0.state.isFinished }.sorted { $0.id < $1.id }
    }
    func place(_ key: PlaceKey) -> KnownPlace? { (try? directoryTable.known(key)) ?? nil }
    func answer(to key: String) -> StoredAnswer? { answerTable.all[key] }
    // A directory in memory throws nothing.
    func known(_ resident: String) -> ResidentAtPlace? { (try? directoryTable.known(resident) { dossiers[$0] }) ?? nil }
    func dossier(_ resident: String) -> Dossier? { dossiers[resident] }
    func run(_ id: RunID) -> StoredRun? { runTable.all[id] }
    func unfinishedRun(withKey key: String) -> StoredRun? { runTable.unfinished(withKey: key) }
    func unfinishedRuns(of schedule: ScheduleID) -> [RunID] { runTable.unfinished(of: schedule) }

    func queuedRuns(_ query: QueueQuery) -> [StoredRun] {
        runTable.queued(query) { quarantineTable.quarantine(of: $0) == nil }
    }

    func dueTimers(by now: Instant, limit: Int) -> [PendingTimer] {
        timerTable.due(by: now, limit: limit, besides: quarantineTable.requests)
    }

    // MARK: Content, for tests

    var requests: [RequestID: StoredRequest] { requestTable.all }
    var entries: [Entry] { requestTable.lines.map(\.entry) }
    var timers: [RequestID: [TimerKey: Instant]] {
        Dictionary(uniqueKeysWithValues: timerTable.requests.map { ($0, timers(of: $0)) })
    }
    var holders: [String: RequestID] { claimTable.holders }
    var runs: [RunID: StoredRun] { runTable.all }
    var pauses: [ProviderID: Pause] { runTable.pauses }
    var rates: [TaskID: [Instant]] { runTable.rates }
    var answers: [String: StoredAnswer] { answerTable.all }
}
