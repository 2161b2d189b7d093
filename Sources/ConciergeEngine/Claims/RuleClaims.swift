import ConciergeKit
import WorkingCalendar

/// Answers a running rule's questions about claims, timers, commitments and the directory, from the changes of the batch
/// so far and the facts before the batch.
///
/// A rule does not wait. If the facts must be loaded first, or cannot be read, the rule is answered that what it asks
/// about is free, and its result is discarded.
final class RuleClaims: RuleAnswers {
    private var provider = ProviderID("")
    /// The changes of the batch while a rule runs, otherwise none.
    private var staged: StagedChanges
    /// Whether a rule runs. A rule that keeps its draft and asks after its end must not reach the ledger.
    private var isRunning = false
    private var trouble: (any Error)?
    /// What the rule has claimed with less than one unit.
    private(set) var withoutUnits: (key: String, units: Int)?

    /// The working calendars by which commitments are counted.
    let calendars: CalendarBook

    init(_ facts: any Facts, zone: Zone, calendars: CalendarBook) {
        staged = StagedChanges(facts, zone: zone)
        self.calendars = calendars
    }

    /// Called before a rule of a provider runs, with the changes of the batch. They are exchanged and not copied: a copy
    /// would retain each table of changes once for every rule.
    func begin(_ provider: ProviderID, _ staged: inout StagedChanges) {
        self.provider = provider
        swap(&self.staged, &staged)
        isRunning = true
        trouble = nil
        if withoutUnits != nil { withoutUnits = nil }
    }

    /// Called after the rule has run. Gives the changes back. Throws if an answer that the rule got may be wrong:
    /// ``NotLoaded``, or the error that the facts threw.
    func end(_ staged: inout StagedChanges) throws {
        swap(&self.staged, &staged)
        isRunning = false
        if let trouble { throw trouble }
    }

    func known(_ resident: String) -> KnownResident? {
        (ask { try $0.known(Resident.key(of: resident)) } ?? nil).map { KnownResident($0) }
    }

    func place(_ key: PlaceKey) -> Place? { (ask { try $0.facts.place(key) } ?? nil).map { Place($0) } }

    func holder(of key: String) -> String? {
        (ask { try $0.holder(of: claim(key)) } ?? nil)?.description
    }

    func stored(_ request: String, of service: String) -> RawRequest? {
        guard let id = RequestID(request), let stored = ask({ try $0.request(id) }) ?? nil,
            stored.service.rawValue == service
        else { return nil }
        return RawRequest(stored)
    }

    func holders(of keys: [String]) -> [String: String] {
        let claims = keys.map(claim)
        let held = ask { try $0.holders(of: claims) } ?? [:]
        var holders: [String: String] = [:]
        for (key, claim) in zip(keys, claims) { holders[key] = held[claim]?.description }
        return holders
    }

    func lastRanges(of key: String, units: ClosedRange<Int>, before: Instant) -> [Int: HeldRange] {
        ask { try $0.lastRanges(of: claim(key), units: units, before: before) } ?? [:]
    }

    func ranges(of key: String, unit: Int, from start: Instant, limit: Int) -> [HeldRange] {
        ask { try $0.ranges(of: claim(key), unit: unit, from: start, limit: limit) } ?? []
    }

    func greatestUnit(of key: String) -> Int {
        ask { try $0.greatestUnit(of: claim(key)) } ?? 0
    }

    func noUnits(of key: String, _ units: Int) { withoutUnits = (key, units) }

    func shares(of key: String) -> [HeldShare] {
        ask { try $0.shares(of: claim(key)) } ?? []
    }

    func claims(of request: String) -> [Claim] {
        guard let request = RequestID(request) else { return [] }
        var claims = (ask { try $0.claims(of: request) } ?? []).map { Claim(key: key(of: $0)) }
        for (claim, all) in ask({ try $0.ranges(heldBy: request) }) ?? [String: [HeldRange]]() {
            claims += all.map { Claim(key: key(of: claim), unit: $0.unit, time: $0.time) }
        }
        for (claim, all) in ask({ try $0.shares(heldBy: request) }) ?? [String: [HeldShare]]() {
            claims += all.map { Claim(key: key(of: claim), unit: $0.place, until: $0.until) }
        }
        return claims
    }

    func waiting(for want: Want) -> Int {
        ask { try $0.countWaiting(for: want.renamed(claim), before: nil) } ?? 0
    }

    func timers(of request: String) -> [String: Instant] {
        guard let request = RequestID(request) else { return [:] }
        let timers = ask { try $0.timers(of: request) } ?? [:]
        return timers.reduce(into: [:]) { named, timer in
            if case .service(let name) = timer.key { named[name] = timer.value }
        }
    }

    // MARK: Commitments

    func commitments(of request: String) -> [StoredCommitment] {
        guard let request = RequestID(request) else { return [] }
        return ask { try $0.commitments(of: request) } ?? []
    }

    func workingCalendar(at place: Place?) -> CalendarBook.Entry {
        calendars.calendar(of: provider.rawValue, at: place)
    }

    func workingCalendar(id: String) -> WorkingCalendar? {
        if let known = calendars.calendar(id: id) { return known }
        let stored = ask { try $0.workingCalendar(id) } ?? nil
        return stored.flatMap(calendars.calendar(stored:))
    }

    /// Asks, and notes what prevents an answer.
    private func ask<Value>(_ question: (StagedChanges) throws -> Value) -> Value? {
        guard isRunning else { return nil }
        do {
            return try question(staged)
        } catch {
            if trouble == nil || !(error is NotLoaded) { trouble = error }
            return nil
        }
    }

    private func claim(_ key: String) -> String { ClaimName.of(key, provider: provider) }
    private func key(of claim: String) -> String { ClaimName.key(of: claim, provider: provider) }
}
