import ConciergeEngine
import ConciergeKit
import JSON

/// A request after its last line, compared with what the ledger has of it: its record, its timers, and what it holds or
/// waits for.
struct EndComparison {
    private let history: any RecordedHistory
    private let work: any ReplayWorkspace
    private let now: Instant

    init(_ history: any RecordedHistory, _ work: any ReplayWorkspace, now: Instant) {
        self.history = history
        self.work = work
        self.now = now
    }

    /// The differences; nil if the replay does not have the request.
    func differences(
        of followed: Followed, _ view: RequestView, _ table: ServiceTable, _ provider: ProviderID
    ) throws -> [Finding.Difference]? {
        guard let decided = try work.facts.request(followed.id) else { return nil }
        let stored: RequestView
        do {
            // As a start of the daemon brings it up to date.
            stored = try table.asServed(view)
        } catch {
            return [.init(what: "request", recorded: "as stored", decided: "cannot be read: \(error)")]
        }
        var differences = try record(of: stored.request, decided, table)
        if stored.request.state != decided.state {
            differences.append(.init(what: "state", recorded: stored.request.state, decided: decided.state))
        }
        differences += try timers(of: stored, followed)
        differences += try commitments(of: stored, followed)
        let (held, holds) = (
            try claims(of: followed.id, history.facts, provider), try claims(of: followed.id, work.facts, provider)
        )
        if held != holds {
            differences.append(
                .init(
                    what: "claims", recorded: Self.list(held.subtracting(holds)),
                    decided: Self.list(holds.subtracting(held))))
        }
        return differences
    }

    private func record(
        of stored: StoredRequest, _ decided: StoredRequest, _ table: ServiceTable
    ) throws -> [Finding.Difference] {
        let before: JSONObject
        let after: JSONObject
        do {
            before = try JSON.parse(table.currentRecord(of: stored)).objectValue ?? [:]
            after = try JSON.parse(table.currentRecord(of: decided)).objectValue ?? [:]
        } catch {
            return [.init(what: "record", recorded: "as stored", decided: "cannot be read: \(error)")]
        }
        let names = before.keys + after.keys.filter { before[$0] == nil }
        return names.filter { before[$0] != after[$0] }.map { name in
            guard !table.secrets.contains(name) else {
                return .init(what: "record, \(name)", recorded: "a value that is secret", decided: "another one")
            }
            return .init(
                what: "record, \(name)", recorded: before[name]?.text ?? "none", decided: after[name]?.text ?? "none")
        }
    }

    private func timers(of stored: RequestView, _ followed: Followed) throws -> [Finding.Difference] {
        let (before, after) = (stored.timers.due, try work.facts.timers(of: followed.id).due)
        let waiting = Set(followed.postponed.map(\.description))
        return Set(before.keys).union(after.keys).sorted().compactMap { name in
            let (recorded, decided) = (before[name], after[name])
            // The delay of a rule that was postponed counts from the daemon's last start.
            if recorded == decided || waiting.contains(name) { return nil }
            return .init(
                what: "timer \(name)", recorded: recorded.map { "due at \($0)" } ?? "does not run",
                decided: decided.map { "due at \($0)" } ?? "does not run")
        }
    }

    private func commitments(of stored: RequestView, _ followed: Followed) throws -> [Finding.Difference] {
        let before = stored.commitments
        let after = try work.facts.commitments(of: followed.id).map { CommitmentView($0) }
        let numbers = Set((before + after).map(\.number)).sorted()
        return numbers.compactMap { number in
            let recorded = before.first { $0.number == number }
            let decided = after.first { $0.number == number }
            guard recorded != decided, let name = (recorded ?? decided)?.name else { return nil }
            return .init(
                what: "commitment \(name)", recorded: recorded?.words ?? "none", decided: decided?.words ?? "none")
        }
    }

    /// What a request holds and waits for, in words.
    private func claims(of request: RequestID, _ facts: any Facts, _ provider: ProviderID) throws -> Set<String> {
        func key(_ claim: String) -> String { ClaimName.key(of: claim, provider: provider) }
        var claims = Set(try facts.claims(of: request).map(key))
        for (claim, ranges) in try facts.ranges(heldBy: request) {
            for range in ranges {
                claims.insert("\(key(claim)) \(range.unit), \(range.time.lowerBound) to \(range.time.upperBound)")
            }
        }
        for (claim, shares) in try facts.shares(heldBy: request) {
            for share in shares where share.until > now {
                claims.insert("a share of \(key(claim)) until \(share.until)")
            }
        }
        if let waiter = try facts.waiter(request) {
            claims.insert("in line for \(waiter.want.keys.map(key).joined(separator: ", "))")
        }
        return claims
    }

    private static func list(_ claims: Set<String>) -> String {
        claims.isEmpty ? "nothing more" : claims.sorted().joined(separator: "; ")
    }
}

extension CommitmentView {
    fileprivate var words: String {
        var parts = [state.rawValue]
        if let due { parts.append("due at \(due)") }
        if let pausedSince { parts.append("paused since \(pausedSince)") }
        if let keptAt { parts.append("done at \(keptAt)") }
        if let missedAt { parts.append("missed at \(missedAt)") }
        if reopened > 0 { parts.append("reopened \(reopened) times") }
        return parts.joined(separator: ", ")
    }
}

extension [TimerKey: Instant] {
    /// The timers of the service and the signals on their way, by their names. Outcomes and grants that wait are tried
    /// again at times that depend on the daemon's last start.
    fileprivate var due: [String: Instant] {
        reduce(into: [:]) { due, timer in
            switch timer.key {
            case .service: due[timer.key.description] = timer.value
            case .delivery: due[timer.key.description] = .earliest
            case .outcome, .grant: break
            }
        }
    }
}
