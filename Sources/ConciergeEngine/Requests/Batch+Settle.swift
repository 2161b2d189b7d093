import ConciergeKit
import JSON

extension Batch {
    /// A transition on its way into the staged changes.
    struct Step {
        let provider: String
        let table: ServiceTable
        let row: ServiceTable.Row
        let actor: String
        var input: JSONObject?

        /// Whether nobody asked for it: a timer fired, or a run ended.
        var isAutomatic: Bool {
            switch row.trigger {
            case .timer, .outcome: true
            case .opening, .action: false
            }
        }
    }

    /// Stages what a rule drafted: the request's state and record, its timers and claims, its history
    /// line, the runs it asks for. All that can go wrong goes wrong before the first change.
    mutating func settle(
        _ drafted: Drafted, _ step: Step, on request: StoredRequest, from: String?
    ) throws -> RequestView {
        // What is refused leaves the request in its state.
        let destination = drafted.refusal == nil ? try destination(of: drafted, step) : request.state
        let closes = !step.table.isOpen(destination)
        let timers = try timers(
            after: drafted, step, in: destination, of: request, closes: closes)
        let claims = try claims(after: drafted, step, of: request, closes: closes)
        let runs = try runs(askedBy: drafted, step, of: request)

        var request = request
        request.state = destination
        request.isOpen = !closes
        request.closedAt = closes ? request.closedAt ?? now : nil
        request.record = drafted.record
        request.recordVersion = step.table.records.version
        request.version += 1
        if from == nil { staged.open(request) } else { staged.change(request) }
        for (name, due) in timers.changed { staged.setTimer(name, of: request, due: due) }
        for claim in claims.released { staged.release(claim) }
        for claim in claims.taken { staged.take(claim, for: request.id) }
        staged.append(
            Entry(
                request: request.id, service: request.service, at: now, actor: step.actor, event: step.row.event,
                from: from, to: destination,
                input: step.input.flatMap { $0.isEmpty ? nil : Array($0.description.utf8) }, note: drafted.refusal))
        for case .notify(let notice) in drafted.effects {
            staged.append(
                Entry(
                    request: request.id, service: request.service, at: now, actor: step.actor,
                    event: "notice:\(notice.name)", input: notice.address, note: notice.words))
        }
        for run in runs { begin(run) }
        if closes {
            state.timerPace.forget(request.id)
        } else if step.isAutomatic {
            quarantineWhereItLoops(drafted, step, request)
        }
        return RequestView(request: request, timers: timers.running)
    }

    private func destination(of drafted: Drafted, _ step: Step) throws -> String {
        guard let chosen = drafted.destination else { return step.row.to[0] }
        guard step.row.to.contains(chosen) else {
            throw Rejection.broken(
                provider: step.provider,
                reason: "\(step.table.id): the rule of \"\(step.row.event)\" went to \"\(chosen)\", "
                    + "which the table does not name")
        }
        return chosen
    }

    /// The request's timers after the step. One that the new state has no transition for ends by itself.
    private func timers(
        after drafted: Drafted, _ step: Step, in destination: String, of request: StoredRequest, closes: Bool
    ) throws -> (running: [String: Instant], changed: [String: Instant?]) {
        let allowed = step.table.timers(in: destination)
        var running = request.version == 0 ? [:] : try staged.timers(of: request.id)
        var changed: [String: Instant?] = [:]
        for effect in drafted.effects {
            switch effect {
            case .startTimer(let name, let due):
                guard allowed.contains(name) else {
                    throw Rejection.broken(
                        provider: step.provider,
                        reason: "\(step.table.id): the rule of \"\(step.row.event)\" started the timer \"\(name)\", "
                            + "which has no transition from \"\(destination)\"")
                }
                let due = step.isAutomatic ? max(due, now + TimerPace.leastDelay) : due
                running[name] = due
                changed[name] = .some(due)
            case .cancelTimer(let name):
                running[name] = nil
                changed[name] = .some(nil)
            default: break
            }
        }
        for name in running.keys where !allowed.contains(name) {
            if !closes, PostponedOutcome.run(of: name) != nil { continue }
            running[name] = nil
            changed[name] = .some(nil)
        }
        return (running, changed)
    }

    /// What the step takes and gives back, in the order the rule asked for it. A closed request holds nothing.
    private func claims(
        after drafted: Drafted, _ step: Step, of request: StoredRequest, closes: Bool
    ) throws -> (taken: [String], released: [String]) {
        var taken: [String] = []
        var released: [String] = []
        for effect in drafted.effects {
            switch effect {
            case .claim(let wanted):
                let key = claimKey(wanted.key, of: step.provider)
                let holder = try staged.holder(of: key)
                guard holder == nil || holder == request.id else {
                    let words = try refusal(of: wanted, provider: step.provider)
                    throw Rejection.refused(words.said(in: registry.zone))
                }
                if holder == nil, !taken.contains(key) { taken.append(key) }
                released.removeAll { $0 == key }
            case .release(let unscoped):
                let key = claimKey(unscoped, of: step.provider)
                taken.removeAll { $0 == key }
                if try staged.holder(of: key) == request.id { released.append(key) }
            default: break
            }
        }
        guard closes else { return (taken, released) }
        return ([], request.version == 0 ? [] : try staged.claims(of: request.id))
    }

    /// A claim's key in the ledger, which compares bytes: keys that are canonically equivalent are one key.
    private func claimKey(_ key: String, of provider: String) -> String { Folding.canonical("\(provider)/\(key)") }

    private func refusal(of wanted: ClaimWanted, provider: String) throws -> Text {
        guard wanted.shown > 0 else { return wanted.refusal([]) }
        let alternatives = wanted.alternatives()
        let taken = try staged.taken(among: alternatives.map { claimKey($0, of: provider) })
        let free = alternatives.lazy.filter { !taken.contains(claimKey($0, of: provider)) }
        return wanted.refusal(Array(free.prefix(wanted.shown)))
    }

    private mutating func runs(
        askedBy drafted: Drafted, _ step: Step, of request: StoredRequest
    ) throws -> [StoredRun] {
        var runs: [StoredRun] = []
        for case .run(let id, let input) in drafted.effects {
            guard let (provider, task) = registry.task(id), provider == step.provider else {
                throw Rejection.broken(
                    provider: step.provider,
                    reason: "\(step.table.id): the rule of \"\(step.row.event)\" runs \"\(id)\", "
                        + "which is not a task of its provider")
            }
            let key: String?
            do {
                try task.check(input)
                key = try task.uniqueKey?(input)
            } catch {
                // The caller gave nothing to this task: the rule did.
                throw Rejection.broken(
                    provider: step.provider,
                    reason: "\(step.table.id): the rule of \"\(step.row.event)\" runs \"\(id)\" "
                        + "with an input that the task does not take")
            }
            let run = try newRun(
                of: task, provider, with: input, by: step.actor, request: request.id, uniqueKey: key)
            guard try same(as: run) == nil, !runs.contains(where: { $0.isSame(as: run) }) else {
                continue
            }
            runs.append(run)
        }
        return runs
    }
}

extension Notice {
    private static let secretMark = Array(#","secret":true}"#.utf8)

    /// To whom it is, as the history has it, JSON.
    fileprivate var address: [UInt8] {
        Array(#"{"to":"\#(audience.rawValue)""#.utf8) + (isSecret ? Self.secretMark : [UInt8(ascii: "}")])
    }

    /// Whether only staff see the words of a notice with this address.
    package static func isSecret(_ address: [UInt8]) -> Bool {
        address.suffix(secretMark.count).elementsEqual(secretMark)
    }
}
