package import ConciergeEngine
package import ConciergeKit
import JSON

/// Decides a recorded history again, with the rules of this build, and tells what differs.
///
/// The engine decides each line at its recorded time, by its recorded actor and with its recorded seed. What requests
/// hold follows from the lines before. After a difference the replay goes on from the recorded state, so that one
/// change of a rule is told once for each line that it concerns and not for all that follow.
package struct Replay {
    /// What served from a history line on.
    package struct Era: Sendable {
        package let since: Int64
        package let registry: Registry
        /// Why providers of this build do not serve.
        package let absent: [ProviderID: String]

        package init(since: Int64 = 0, registry: Registry, absent: [ProviderID: String] = [:]) {
            self.since = since
            self.registry = registry
            self.absent = absent
        }
    }

    let history: any RecordedHistory
    let work: any ReplayWorkspace
    let extent: HistoryExtent
    let now: Instant
    private let found: (Finding) -> Void
    let deciding: (NumberedEntry?) -> Void
    var eras: ArraySlice<Era>
    var absent: [ProviderID: String] = [:]
    var state = EngineState()
    let facts: ReplayFacts
    var followed: [RequestID: Followed] = [:]
    var served: [ServiceID: ServedTimes] = [:]
    var summary = ReplaySummary()

    /// - Parameters:
    ///   - eras: In order; the first one also holds for the lines before it.
    ///   - now: Shares that are over by now are not compared: they may have been deleted.
    ///   - deciding: Is told which line is being decided, and then nil: if a rule ends the process, only its caller knows
    ///     where.
    ///   - found: Receives what differs and what cannot be decided again, in the order of the lines.
    package init(
        _ history: any RecordedHistory, in work: any ReplayWorkspace, eras: [Era], now: Instant,
        deciding: @escaping (NumberedEntry?) -> Void = { _ in }, found: @escaping (Finding) -> Void
    ) throws {
        self.history = history
        self.work = work
        self.now = now
        self.deciding = deciding
        self.found = found
        self.eras = eras[...]
        extent = try history.extent()
        facts = ReplayFacts(work.facts, recorded: history.facts)
        state.beginNoMoreRuns()
    }

    /// Replays the whole history. `progress` is told how many lines are done, about every thousand lines.
    package mutating func run(progress: (_ done: Int, _ all: Int) -> Void = { _, _ in }) throws -> ReplaySummary {
        var reader = LineReader(history)
        let listeners = try history.listeners()
        var isFirst = true
        var told = 0
        while let line = try reader.next() {
            while let era = eras.first, isFirst || era.since <= line.seq {
                state.serve(era.registry, absent: listeners)
                absent = era.absent
                eras.removeFirst()
                isFirst = false
            }
            summary.lines += 1
            try take(line, &reader)
            if summary.lines - told >= 1000 {
                told = summary.lines
                progress(told, extent.count)
            }
        }
        progress(summary.lines, extent.count)
        return summary
    }

    // MARK: Lines

    private mutating func take(_ line: NumberedEntry, _ reader: inout LineReader) throws {
        let entry = line.entry
        guard var request = try followed.removeValue(forKey: entry.request) ?? begin(entry.request) else {
            return tell(line, .cannotBeDecided("its request is not in the ledger"))
        }
        tellRunsNotAskedFor(&request, before: entry.at)
        var last = line.seq
        facts.begin()
        switch request.isGiven ? .none : try request.origin(of: entry, facts) {
        case .none: try takeAsGiven(line, &request)
        case .missing(let reason): try give(up: line, reason, &request)
        case .command(let command): last = try decide(line, command, &request, &reader)
        case .timer(let timer):
            facts.fires = timer
            last = try decide(line, .wake, &request, &reader)
        }
        if entry.seed != nil {
            served[entry.service, default: ServedTimes()].note(entry.at)
            request.previous = line
        }
        if last >= request.last {
            tellRunsNotAskedFor(&request, before: nil)
            if try end(request, line) { followed[entry.request] = request }
        } else {
            followed[entry.request] = request
        }
    }

    private mutating func begin(_ id: RequestID) throws -> Followed? {
        guard let view = try history.request(id), let last = try history.lastLine(of: id) else { return nil }
        summary.requests += 1
        return Followed(
            id: id, resident: try resident(atFirst: view.request), about: try place(atFirst: view.request),
            cause: try history.facts.cause(of: id),
            staysOpen: view.request.isOpen,
            last: last, runs: try history.runs(of: id).map { Followed.Run(run: $0) })
    }

    /// For whom a request was opened: its first correction has it.
    private func resident(atFirst request: StoredRequest) throws -> String? {
        guard let line = try history.firstReassignment(of: request.id) else { return request.resident }
        return line.object["resident"]?["from"]?.stringValue
    }

    /// Which place a request was about when it was opened: its first correction has it.
    private func place(atFirst request: StoredRequest) throws -> PlaceKey? {
        guard let line = try history.firstRelocation(of: request.id) else { return request.about }
        return PlaceKey(line.object["about"]?["from"])
    }

    /// A line that no rule decides again.
    private mutating func takeAsGiven(_ line: NumberedEntry, _ request: inout Followed) throws {
        if request.isGiven { summary.skipped += 1 }
        switch line.entry.event {
        case .quarantined: request.heldUntil = .latest
        case .released: request.heldUntil = line.entry.at
        case .reassigned:
            request.resident = line.entry.object["resident"]?["to"]?.stringValue
            try adopt(resident: request.resident, of: request)
        case .relocated:
            request.about = PlaceKey(line.entry.object["about"]?["to"])
            if let about = request.about { try adopt(about: about, of: request) }
        case .signal(let signal): if !request.isGiven, !request.hasLeft { try takeSignal(signal, line) }
        case .upgraded:
            // This build's records and states are those of after the upgrade, except for what the old table did.
            if let to = line.entry.to { try adopt(state: to, of: request, at: line.entry.at) }
        default: break
        }
    }

    mutating func give(up line: NumberedEntry, _ reason: String, _ request: inout Followed) throws {
        tell(line, .cannotBeDecided(reason))
        try takeStored(&request)
    }

    // MARK: Ends

    /// Compares a request after its last line with what the ledger has of it. Returns whether it stays open.
    private mutating func end(_ request: Followed, _ line: NumberedEntry) throws -> Bool {
        if !request.isGiven, !request.hasLeft, let view = try history.request(request.id),
            let (provider, table) = state.registry.service(view.request.service),
            let differences = try EndComparison(history, work, now: now)
                .differences(of: request, view, table, provider), !differences.isEmpty
        {
            tell(line, request.dependsOnDeleted ? .cannotBeDecided(Self.deleted) : .differs(differences))
        }
        guard let stored = try work.facts.request(request.id), stored.isOpen else {
            try work.forget(request.id)
            for run in request.runs { if let key = run.run.uniqueKey { facts.waiting[key] = nil } }
            return false
        }
        return true
    }

    mutating func tell(_ line: NumberedEntry, _ kind: Finding.Kind) {
        switch kind {
        case .differs: summary.different += 1
        case .cannotBeDecided: summary.undecided += 1
        }
        found(Finding(place: Finding.Place(line), kind: kind))
    }
}
