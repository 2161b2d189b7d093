import ConciergeEngine
import ConciergeKit

extension Replay {
    /// Decides a line again, and compares. Returns the position of the last line that belongs to it.
    mutating func decide(
        _ line: NumberedEntry, _ command: Command, _ request: inout Followed, _ reader: inout LineReader
    ) throws -> Int64 {
        let entry = line.entry
        let notices = try reader.notices(after: line)
        summary.lines += notices.count
        let last = notices.last?.seq ?? line.seq
        if let reason = obstacle(to: entry) {
            try give(up: line, reason, &request)
            return last
        }
        guard let (provider, table) = state.registry.service(entry.service) else { return last }
        if let from = entry.from { try adopt(state: from, of: request, at: entry.at) }
        let timers = try work.facts.timers(of: entry.request)
        let opens = entry.from == nil
        let before = state
        let chance = RecordedChance(
            seed: entry.seed ?? 0, opened: opens ? entry.request : nil,
            calendars: table.hasCommitments ? try calendars(of: entry) : nil)
        deciding(line)
        defer { deciding(nil) }
        let decision = try state.decideAgain(command, as: chance, facts: facts, now: entry.at)
        summary.decided += 1

        let comparison = Comparison(entry, notices, decision, table, provider)
        var differences = comparison.differences
        differences += self.differences(inTimers: timers, of: &request, entry)
        differences += try self.differences(inSignalOf: entry, request)
        let asked = decision.changes.runs.created.values.filter { $0.request == entry.request }.sorted { $0.id < $1.id }
        differences += self.differences(inRuns: asked, of: &request, entry)
        if facts.mayGrant, comparison.main != nil, !comparison.stateDiffers {
            var other = before
            differences += try self.differences(
                inGrantsOf: line, try reader.granted(after: line)
            ) { try other.decideAgain(command, as: chance, facts: facts, now: entry.at) }
        }
        if facts.hasAskedForClaims, line.seq < extent.completeFrom { request.dependsOnDeleted = true }
        let isIncomplete = !differences.isEmpty && request.dependsOnDeleted
        if isIncomplete {
            try give(up: line, Self.deleted, &request)
            return last
        }
        if !differences.isEmpty { tell(line, .differs(differences)) }
        try apply(decision, comparison, line, &request, table)
        return last
    }

    /// The working calendar by which the promises of a line were counted; nil if it made none.
    private func calendars(of entry: Entry) throws -> CalendarBook? {
        let all = try history.facts.commitments(of: entry.request)
        guard let made = all.last(where: { $0.content.start == entry.at })?.content,
            let rules = try history.facts.workingCalendar(made.calendar),
            let calendar = state.registry.calendars.calendar(stored: rules)
        else { return nil }
        return CalendarBook([made.calendarName ?? "": calendar], zone: state.registry.zone)
    }

    static let deleted = "it depended on what was held by requests that have been deleted since"

    /// Why a line cannot be decided at all.
    private func obstacle(to entry: Entry) -> String? {
        guard let (_, table) = state.registry.service(entry.service) else {
            let provider = ProviderID(String(entry.service.rawValue.prefix { $0 != "." }))
            return absent[provider] ?? "no provider of this build serves \(entry.service)"
        }
        for state in [entry.from, entry.to].compactMap(\.self)
        where !table.shownStates.contains(where: { $0.id == state }) {
            return "the state \"\(state)\" is not in the table of this build"
        }
        if entry.seed == nil {
            // Timers and ends of runs for which the table has no line are recorded without a rule.
            switch entry.event {
            case .timer, .runEnded: break
            default: return "the ledger does not have the seed of its moment"
            }
        }
        return nil
    }

    /// Applies what was decided, with the state that is recorded.
    private mutating func apply(
        _ decision: Decision, _ comparison: Comparison, _ line: NumberedEntry, _ request: inout Followed,
        _ table: ServiceTable
    ) throws {
        let entry = line.entry
        let key = facts.fires?.key
        if let key, entry.event.isOfRequest {
            if comparison.isPostponed { request.postponed.insert(key) } else { request.postponed.remove(key) }
        }
        if comparison.stateDiffers { request.hasLeft = true }
        guard comparison.main != nil else {
            // The rule did nothing, or refused.
            if entry.from == nil { return try takeStored(&request) }
            var changes = Changes()
            if let key, let timer = facts.fires, timer.request == entry.request {
                changes.timers[entry.request] = [key: TimerChange(service: entry.service, due: nil)]
            }
            try work.apply(changes)
            if let to = entry.to { try adopt(state: to, of: request, at: entry.at) }
            return
        }
        var changes = decision.changes
        if let raiser = facts.raiser { changes.timers[raiser.id] = nil }
        for run in changes.runs.created.values { if let key = run.uniqueKey { facts.waiting[key] = run } }
        if let key = facts.ended?.uniqueKey { facts.waiting[key] = nil }
        try work.apply(changes)
        if comparison.stateDiffers, let to = entry.to { try adopt(state: to, of: request, at: entry.at) }
    }

    /// Puts a request that is followed into the state that is recorded.
    func adopt(state recorded: String, of request: Followed, at moment: Instant) throws {
        guard var stored = try work.facts.request(request.id), stored.state != recorded,
            let table = state.registry.service(stored.service)?.table,
            table.states.contains(where: { $0.id == recorded })
        else { return }
        stored.state = recorded
        stored.isOpen = table.isOpen(recorded)
        stored.closedAt = stored.isOpen ? nil : stored.closedAt ?? moment
        var changes = Changes()
        changes.requests.changed[request.id] = stored
        for key in try work.facts.timers(of: request.id).keys {
            if case .service(let name) = key, !table.timers(in: recorded).contains(name) {
                changes.timers[request.id, default: [:]][key] = TimerChange(service: stored.service, due: nil)
            }
        }
        try work.apply(changes)
        if !stored.isOpen { try work.release(request.id) }
    }

    /// Makes a request that of another resident, as staff have corrected it.
    func adopt(resident: String?, of request: Followed) throws {
        guard var stored = try work.facts.request(request.id) else { return }
        stored.resident = resident
        var changes = Changes()
        changes.requests.changed[request.id] = stored
        changes.requests.reassigned = [request.id]
        try work.apply(changes)
    }

    /// Makes a request one about another place, as staff have corrected it.
    func adopt(about: PlaceKey, of request: Followed) throws {
        guard var stored = try work.facts.request(request.id) else { return }
        stored.about = about
        var changes = Changes()
        changes.requests.changed[request.id] = stored
        changes.requests.relocated = [request.id]
        try work.apply(changes)
    }

    // MARK: Requests that are not followed

    /// Takes a request as the ledger has it at the end, because a line of it cannot be followed.
    mutating func takeStored(_ request: inout Followed) throws {
        request.isGiven = true
        if case .delivery(let delivery)? = facts.fires?.key, let raiser = request.cause?.request {
            try end(delivery, of: raiser)
        }
        guard let view = try history.request(request.id) else { return }
        var changes = Changes()
        let isKnown = try work.facts.request(request.id) != nil
        if isKnown { try work.release(request.id) }
        let stored: StoredRequest
        if let table = state.registry.service(view.request.service)?.table, let served = try? table.asServed(view) {
            stored = served.request
        } else {
            stored = view.request
        }
        if isKnown {
            changes.requests.changed[request.id] = stored
        } else {
            changes.requests.opened[request.id] = stored
            if let cause = request.cause { changes.signals.causes[request.id] = cause }
        }
        for claim in try history.facts.claims(of: request.id) where try work.facts.holder(of: claim) == nil {
            changes.claims.taken[claim] = request.id
        }
        for (claim, ranges) in try history.facts.ranges(heldBy: request.id) {
            for range in ranges where try isFree(range, of: claim) { changes.claims.ranges.take(range, of: claim) }
        }
        if let waiter = try history.facts.waiter(request.id) { changes.waiting[request.id] = waiter }
        try work.apply(changes)
    }

    private func isFree(_ range: HeldRange, of claim: String) throws -> Bool {
        let before = try work.facts.lastRanges(
            of: claim, units: range.unit...range.unit, before: range.time.upperBound)
        return before[range.unit].map { !$0.time.overlaps(range.time) } ?? true
    }
}

extension RequestEvent {
    /// Whether its timer is one of the request itself, and not of the one that raised a signal.
    fileprivate var isOfRequest: Bool {
        if case .openedOnSignal = self { false } else { true }
    }
}
