import ConciergeEngine
import ConciergeKit
import JSON

extension Replay {
    /// Compares the timers before a line with what the line says: the one that fired was due, and no other was.
    func differences(
        inTimers timers: [TimerKey: Instant], of request: inout Followed, _ entry: Entry
    ) -> [Finding.Difference] {
        guard entry.from != nil, !request.hasLeft else { return [] }
        var differences: [Finding.Difference] = []
        let held = request.heldUntil ?? .earliest
        func isLate(_ due: Instant) -> Bool {
            held < .latest && served[entry.service]?.isLate(max(due, held), at: entry.at) ?? false
        }
        for (key, due) in timers.sorted(by: { $0.key < $1.key }) {
            guard case .service(let name) = key, key != facts.fires?.key, !request.postponed.contains(key),
                isLate(due)
            else { continue }
            differences.append(.init(what: "timer \(name)", recorded: "did not fire", decided: "was due at \(due)"))
            // It is told once.
            request.postponed.insert(key)
        }
        guard case .timer(let name) = entry.event, let key = facts.fires?.key, !request.postponed.contains(key) else {
            return differences
        }
        let recorded = "fired at \(entry.at)"
        if let due = timers[key] {
            if due > entry.at || isLate(due) {
                differences.append(.init(what: "timer \(name)", recorded: recorded, decided: "due at \(due)"))
            }
        } else {
            differences.append(.init(what: "timer \(name)", recorded: recorded, decided: "does not run"))
        }
        return differences
    }

    /// Whether requests in line are granted something by a step that were not.
    func differences(
        inGrantsOf line: NumberedEntry, _ recorded: Set<RequestID>, _ decide: () throws -> Decision
    ) throws -> [Finding.Difference] {
        facts.grants = true
        defer { facts.grants = false }
        let granted = try decide().changes.entries.filter { entry in
            guard case .granted = entry.event, entry.request != line.entry.request, entry.actor == "grant",
                let request = followed[entry.request]
            else { return false }
            return !request.isGiven && !request.hasLeft && request.heldUntil != .latest
        }
        return Set(granted.map(\.request)).subtracting(recorded).sorted().map { request in
            .init(what: "grant", recorded: "none to \(request)", decided: "\(request) is granted what it waits for")
        }
    }

    /// What became of a signal that no service opened a request on. The line does not have the seed of the listener's
    /// rule.
    mutating func takeSignal(_ signal: String, _ line: NumberedEntry) throws {
        let entry = line.entry
        let pending = try work.facts.timers(of: entry.request).keys.compactMap { key in
            if case .delivery(let delivery) = key, delivery.signal == signal { delivery } else { nil }
        }
        // What it opened has a line of its own, which was decided before.
        let hasOpened = entry.note?.en.hasPrefix("→") ?? false
        guard !pending.isEmpty, !hasOpened, entry.actor != "retention" else { return }
        let mayTryAgain = entry.actor != "signal"
        var outcomes: [(delivery: SignalDelivery, words: String)] = []
        for delivery in pending.sorted() {
            let key = TimerKey.delivery(delivery)
            facts.fires = PendingTimer(request: entry.request, key: key, due: entry.at)
            let decision = try state.decideAgain(
                .wake, as: RecordedChance(seed: 0), facts: facts, now: entry.at)
            let told = decision.changes.entries.first { $0.request == entry.request && $0.event == entry.event }
            let reason = decision.postponement
            let isSame =
                if mayTryAgain, let reason { entry.note?.en.hasSuffix(reason) ?? false } else {
                    told?.note?.en == entry.note?.en
                }
            if isSame {
                if !mayTryAgain { try end(delivery, of: entry.request) }
                return
            }
            let opens = !decision.changes.requests.opened.isEmpty
            outcomes.append((delivery, opens ? "opens a request" : told?.note?.en ?? reason ?? "nothing"))
        }
        if let first = outcomes.first {
            tell(
                line,
                .differs([
                    .init(what: "signal \(signal)", recorded: entry.note?.en ?? "none", decided: first.words)
                ]))
            if !mayTryAgain { try end(first.delivery, of: entry.request) }
        }
    }

    /// Ends a delivery of a request that raised a signal.
    func end(_ delivery: SignalDelivery, of raiser: RequestID) throws {
        var changes = Changes()
        changes.timers[raiser] = [.delivery(delivery): TimerChange(service: delivery.listener, due: nil)]
        changes.signals.ended.insert(delivery.number)
        // The one that raised it may have been deleted.
        if try work.facts.request(raiser) != nil { try work.apply(changes) }
    }

    /// Whether the request that raised a signal raises it in this build, and says the same.
    func differences(inSignalOf entry: Entry, _ request: Followed) throws -> [Finding.Difference] {
        guard case .openedOnSignal(let signal) = entry.event, let cause = request.cause, facts.raiser == nil,
            followed[cause.request].map({ !$0.isGiven && !$0.hasLeft }) ?? false,
            case .delivery(let delivery)? = facts.fires?.key
        else { return [] }
        guard let said = try work.facts.values(ofDelivery: delivery.number) else {
            return [
                .init(what: "signal \(signal)", recorded: "raised by \(cause.request)", decided: "is not raised")
            ]
        }
        let values = (try? JSON.parse(said).objectValue) ?? [:]
        let changed = entry.object.filter { values[$0.key] != $0.value }.map(\.key)
        guard !changed.isEmpty else { return [] }
        return [
            .init(
                what: "signal \(signal)", recorded: "as the line has it",
                decided: "says something else: \(changed.joined(separator: ", "))")
        ]
    }

    /// Compares the runs that a rule asks for with those that the ledger has.
    func differences(
        inRuns asked: [StoredRun], of request: inout Followed, _ entry: Entry
    ) -> [Finding.Difference] {
        var differences: [Finding.Difference] = []
        func index(_ isWanted: (StoredRun) -> Bool) -> Int? {
            request.runs.firstIndex { !$0.isAsked && $0.run.createdAt == entry.at && isWanted($0.run) }
        }
        var missing: [StoredRun] = []
        for run in asked {
            guard let index = index({ $0.task == run.task && $0.input == run.input }) else {
                missing.append(run)
                continue
            }
            request.runs[index].isAsked = true
        }
        for run in missing {
            if let index = index({ $0.task == run.task }) {
                request.runs[index].isAsked = true
                differences.append(.init(what: "run \(run.task)", recorded: "asked for", decided: "with another input"))
            } else if request.staysOpen || extent.runsSince.map({ $0 <= entry.at }) ?? false {
                differences.append(.init(what: "run \(run.task)", recorded: "not asked for", decided: "asked for"))
            }
        }
        return differences
    }

    /// Tells of runs that the ledger has and no rule has asked for, once the instant is over at which they were asked
    /// for: the request may have had several lines then.
    mutating func tellRunsNotAskedFor(_ request: inout Followed, before now: Instant?) {
        guard let line = request.previous, now.map({ $0 > line.entry.at }) ?? true, !request.hasLeft, !request.isGiven
        else { return }
        var differences: [Finding.Difference] = []
        for index in request.runs.indices {
            let run = request.runs[index]
            guard !run.isAsked, run.run.createdAt <= line.entry.at else { continue }
            request.runs[index].isAsked = true
            differences.append(.init(what: "run \(run.run.task)", recorded: "asked for", decided: "not asked for"))
        }
        if !differences.isEmpty { tell(line, .differs(differences)) }
    }
}
