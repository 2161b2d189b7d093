import ConciergeKit

/// The ledger as it stands after the decisions already made in this batch: what they changed lies over the facts.
struct Book {
    let facts: any Facts
    private(set) var changes = Changes()
    /// By request: what it took in this batch, whoever holds it now.
    private var claimsTaken: [String: Set<String>] = [:]

    init(_ facts: any Facts) {
        self.facts = facts
    }

    // MARK: Requests

    func request(_ id: String) throws -> StoredRequest? {
        try changes.changed[id] ?? changes.opened[id] ?? facts.request(id)
    }

    mutating func open(_ request: StoredRequest) {
        changes.opened[request.id] = request
    }

    mutating func change(_ request: StoredRequest) {
        if changes.opened[request.id] != nil {
            changes.opened[request.id] = request
        } else {
            changes.changed[request.id] = request
        }
    }

    mutating func append(_ entry: Entry) {
        changes.entries.append(entry)
    }

    // MARK: Timers

    func timers(of request: String) throws -> [String: Instant] {
        var timers = changes.opened[request] == nil ? try facts.timers(of: request) : [:]
        for (name, change) in changes.timers[request] ?? [:] { timers[name] = change.due }
        return timers
    }

    mutating func setTimer(_ name: String, of request: StoredRequest, due: Instant?) {
        changes.timers[request.id, default: [:]][name] = .init(service: request.service, due: due)
    }

    // MARK: Quarantine

    mutating func quarantine(_ quarantine: Quarantine) {
        changes.quarantined[quarantine.id] = quarantine
    }

    mutating func releaseQuarantine(of request: StoredRequest, isServed: Bool) {
        changes.releasedRequests[request.id] = isServed
    }

    mutating func releaseQuarantine(ofRun run: String) {
        changes.releasedRuns.insert(run)
    }

    // MARK: Claims

    func holder(of claim: String) throws -> String? {
        if let holder = changes.claims[claim] { return holder }
        return changes.releasedClaims.contains(claim) ? nil : try facts.holder(of: claim)
    }

    func taken(among claims: [String]) throws -> Set<String> {
        try facts.taken(among: claims).subtracting(changes.releasedClaims)
            .union(claims.filter { changes.claims[$0] != nil })
    }

    func claims(of request: String) throws -> [String] {
        let stored = changes.opened[request] == nil ? try facts.claims(of: request) : []
        return Set(stored).union(claimsTaken[request] ?? []).sorted().filter { claim in
            changes.claims[claim].map { $0 == request } ?? !changes.releasedClaims.contains(claim)
        }
    }

    /// Gives a free key to a request.
    mutating func take(_ claim: String, for request: String) {
        changes.claims[claim] = request
        claimsTaken[request, default: []].insert(claim)
    }

    mutating func release(_ claim: String) {
        // One taken in this batch is forgotten; one that is in the ledger is deleted there.
        if changes.claims.removeValue(forKey: claim) == nil { changes.releasedClaims.insert(claim) }
    }

    // MARK: Runs, schedules, answers

    func run(_ id: String) throws -> StoredRun? {
        try changes.changedRuns[id] ?? changes.createdRuns[id] ?? facts.run(id)
    }

    mutating func create(_ run: StoredRun) {
        changes.createdRuns[run.id] = run
    }

    mutating func change(_ run: StoredRun) {
        if changes.createdRuns[run.id] != nil {
            changes.createdRuns[run.id] = run
        } else {
            changes.changedRuns[run.id] = run
        }
    }

    /// Queued runs, those of this batch included.
    func queuedRuns(_ query: QueueQuery) throws -> [StoredRun] {
        // Some of the stored ones may have been changed in this batch, so that many more are asked for.
        var wider = query
        wider.limit += changes.changedRuns.count
        let stored = try facts.queuedRuns(wider).filter { changes.changedRuns[$0.id] == nil }
        let here = [changes.changedRuns, changes.createdRuns].flatMap(\.values).filter(query.takes)
        return Array((stored + here).sorted(by: QueueQuery.order).prefix(query.limit))
    }

    /// How many runs of a schedule are queued or under way.
    func unfinishedRuns(of schedule: String) throws -> Int {
        let here = [changes.changedRuns, changes.createdRuns].flatMap(\.values)
            .count { $0.schedule == schedule && !$0.state.isFinished }
        return here + (try facts.unfinishedRuns(of: schedule).count { changes.changedRuns[$0] == nil })
    }

    /// The queued or running run with a key.
    func unfinishedRun(withKey key: String) throws -> StoredRun? {
        let here = [changes.changedRuns, changes.createdRuns].flatMap(\.values)
            .first { $0.uniqueKey == key && !$0.state.isFinished }
        if let here { return here }
        return try facts.unfinishedRun(withKey: key).flatMap { changes.changedRuns[$0.id] == nil ? $0 : nil }
    }

    mutating func rate(_ task: String, begun: [Instant]) {
        changes.rates[task] = begun
    }

    mutating func pause(_ provider: String, _ pause: Pause?) {
        changes.pauses[provider] = .some(pause)
    }

    mutating func mark(_ schedule: ScheduleMark) {
        changes.schedules[schedule.id] = schedule
    }

    func answer(to key: String) throws -> StoredAnswer? {
        try changes.answers[key] ?? facts.answer(to: key)
    }

    mutating func remember(_ answer: StoredAnswer) {
        changes.answers[answer.key] = answer
    }
}
