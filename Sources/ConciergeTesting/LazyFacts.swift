package import ConciergeEngine
package import ConciergeKit

/// Facts like those of a ledger on a network: nothing is loaded at first. A fact that is asked for is recorded, and all
/// recorded facts are loaded together before the decision is made again.
///
/// A decision on these facts has the same result as a decision on the facts that they wrap.
package final class LazyFacts: Facts {
    private let facts: any Facts
    private var loaded: Set<String> = []
    private var asked: Set<String> = []
    /// How often facts were loaded.
    package private(set) var loads = 0

    /// Wraps facts, which answer once they are loaded.
    package init(_ facts: any Facts) {
        self.facts = facts
    }

    /// Repeats a decision until all facts that it asks for are loaded.
    package func decide<Decided>(_ decision: (LazyFacts) throws -> Decided) throws -> Decided {
        while true {
            do {
                return try decision(self)
            } catch let error as NotLoaded {
                guard !asked.isEmpty else { throw error }
                loaded.formUnion(asked)
                asked = []
                loads += 1
            }
        }
    }

    private func answer<Value>(_ question: String, _ value: () throws -> Value) throws -> Value {
        guard loaded.contains(question) else {
            asked.insert(question)
            throw NotLoaded()
        }
        return try value()
    }

    package func lastNumber() throws -> Int64? { try answer("last number") { try facts.lastNumber() } }
    package func request(_ id: RequestID) throws -> StoredRequest? {
        try answer("request \(id)") { try facts.request(id) }
    }
    package func timers(of request: RequestID) throws -> [TimerKey: Instant] {
        try answer("timers of \(request)") { try facts.timers(of: request) }
    }
    package func dueTimers(by now: Instant, limit: Int) throws -> [PendingTimer] {
        try answer("\(limit) timers due by \(now)") { try facts.dueTimers(by: now, limit: limit) }
    }
    package func claims(of request: RequestID) throws -> [String] {
        try answer("claims of \(request)") { try facts.claims(of: request) }
    }
    package func holder(of claim: String) throws -> RequestID? {
        try answer("holder of \(claim)") { try facts.holder(of: claim) }
    }
    package func holders(of claims: [String]) throws -> [String: RequestID] {
        try answer("holders of \(claims)") { try facts.holders(of: claims) }
    }
    package func ranges(heldBy request: RequestID) throws -> [String: [HeldRange]] {
        try answer("ranges held by \(request)") { try facts.ranges(heldBy: request) }
    }
    package func shares(heldBy request: RequestID) throws -> [String: [HeldShare]] {
        try answer("shares held by \(request)") { try facts.shares(heldBy: request) }
    }
    package func lastRanges(of claim: String, units: ClosedRange<Int>, before: Instant) throws -> [Int: HeldRange] {
        try answer("last ranges of \(claim) \(units) before \(before)") {
            try facts.lastRanges(of: claim, units: units, before: before)
        }
    }
    package func ranges(of claim: String, unit: Int, from start: Instant, limit: Int) throws -> [HeldRange] {
        try answer("\(limit) ranges of \(claim) \(unit) from \(start)") {
            try facts.ranges(of: claim, unit: unit, from: start, limit: limit)
        }
    }
    package func greatestUnit(of claim: String) throws -> Int {
        try answer("greatest unit of \(claim)") { try facts.greatestUnit(of: claim) }
    }
    package func shares(of claim: String) throws -> [HeldShare] {
        try answer("shares of \(claim)") { try facts.shares(of: claim) }
    }
    package func commitments(of request: RequestID) throws -> [StoredCommitment] {
        try answer("commitments of \(request)") { try facts.commitments(of: request) }
    }
    package func workingCalendar(_ id: String) throws -> [UInt8]? {
        try answer("working calendar \(id)") { try facts.workingCalendar(id) }
    }
    package func waiter(_ request: RequestID) throws -> Waiter? {
        try answer("waiter \(request)") { try facts.waiter(request) }
    }
    package func waiters(_ query: WaiterQuery, after number: Int64, limit: Int) throws -> [Waiter] {
        try answer("\(limit) waiters \(query) after \(number)") {
            try facts.waiters(query, after: number, limit: limit)
        }
    }
    package func countWaiting(for want: Want, before number: Int64?) throws -> Int {
        try answer("waiting for \(want) before \(number.map(String.init) ?? "the end")") {
            try facts.countWaiting(for: want, before: number)
        }
    }
    package func values(ofDelivery number: Int64) throws -> [UInt8]? {
        try answer("values of delivery \(number)") { try facts.values(ofDelivery: number) }
    }
    package func cause(of request: RequestID) throws -> SignalCause? {
        try answer("cause of \(request)") { try facts.cause(of: request) }
    }
    package func known(_ resident: String) throws -> ResidentAtPlace? {
        try answer("resident \(resident)") { try facts.known(resident) }
    }
    package func place(_ key: PlaceKey) throws -> KnownPlace? {
        try answer("place \(key)") { try facts.place(key) }
    }
    package func followers(of request: RequestID) throws -> [String] {
        try answer("followers of \(request)") { try facts.followers(of: request) }
    }
    package func dossier(_ resident: String) throws -> Dossier? {
        try answer("dossier of \(resident)") { try facts.dossier(resident) }
    }
    package func notice(_ number: Int64) throws -> StoredNotice? {
        try answer("notice \(number)") { try facts.notice(number) }
    }
    package func waitingNotices(of request: RequestID) throws -> [StoredNotice] {
        try answer("waiting notices of \(request)") { try facts.waitingNotices(of: request) }
    }
    package func notices(sentBy run: RunID) throws -> [StoredNotice] {
        try answer("notices sent by \(run)") { try facts.notices(sentBy: run) }
    }
    package func refusal(ofAddress key: String) throws -> RefusedAddress? {
        try answer("refusal of \(key)") { try facts.refusal(ofAddress: key) }
    }
    package func answer(to key: String) throws -> StoredAnswer? {
        try answer("answer to \(key)") { try facts.answer(to: key) }
    }
    package func run(_ id: RunID) throws -> StoredRun? {
        try answer("run \(id)") { try facts.run(id) }
    }
    package func queuedRuns(_ query: QueueQuery) throws -> [StoredRun] {
        let of = "\(query.provider) \(query.tasks.sorted()) \(query.notOfSchedules.sorted())"
        return try answer("\(query.limit) runs of \(of) by \(query.dueBy)") { try facts.queuedRuns(query) }
    }
    package func unfinishedRun(withKey key: String) throws -> StoredRun? {
        try answer("run with \(key)") { try facts.unfinishedRun(withKey: key) }
    }
    package func undoPoint(of request: RequestID) throws -> UndoPoint? {
        try answer("undo point of \(request)") { try facts.undoPoint(of: request) }
    }
    package func lines(of request: RequestID, since: Instant) throws -> [NumberedEntry] {
        try answer("lines of \(request) since \(since)") { try facts.lines(of: request, since: since) }
    }
    package func runs(unfinishedOf request: RequestID) throws -> [StoredRun] {
        try answer("unfinished runs of \(request)") { try facts.runs(unfinishedOf: request) }
    }
    package func unfinishedRuns(of schedule: ScheduleID) throws -> [RunID] {
        try answer("runs of \(schedule)") { try facts.unfinishedRuns(of: schedule) }
    }
}
