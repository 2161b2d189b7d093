import ConciergeEngine
import ConciergeKit

/// What could go wrong, tried on copies of the world.
extension ConductWalk {
    func mayTry(_ what: String) -> Bool {
        guard (tried[what] ?? 0) < Self.trials else { return false }
        tried[what, default: 0] += 1
        return true
    }

    /// Lets the timers that are due next fire a day late, with all that is due by then.
    func tryLate(_ lines: [ConductLine], due: Instant) async throws {
        let untried = lines.filter { mayTry("late \($0)") }
        guard !untried.isEmpty else { return }
        var late = world
        late.now = max(late.now, due) + .days(1)
        guard let (after, decision) = try await decide(.wake, on: late) else { return }
        for sentence in faults(of: decision, before: late) { found("\(sentence) (a day late)") }
        for id in decision.changes.requests.changed.keys.sorted() {
            if let sentence = stuck(id, in: after) { found("\(sentence) (after a timer that was a day late)") }
        }
    }

    /// Whether the rule of a timer starts it over and over without delay.
    func tryStorm(_ line: ConductLine) async throws {
        guard let due = world.nextDue, due <= world.now + .milliseconds(100), mayTry("storm \(line)") else { return }
        var copy = world
        for _ in 0..<130 {
            guard let due = copy.nextDue, due <= copy.now + .milliseconds(100) else { return }
            copy.now = max(copy.now, due)
            guard let (after, decision) = try await decide(.wake, on: copy) else { return }
            for sentence in faults(of: decision, before: copy) { found(sentence) }
            copy = after
        }
    }

    /// Decides a step that claims something again where another request holds it: the rule must do something else.
    func tryRefusedClaims(_ command: Command, _ decision: Decision, before: World) async throws {
        let takers = Set(decision.changes.claims.takers)
        let lines = decision.changes.entries.filter { takers.contains($0.request) }.compactMap(ConductLine.init)
        guard lines.contains(where: { mayTry("claim \($0)") }) else { return }
        var blocked = before
        var last = decision
        for _ in 0..<40 {
            guard blocked.hold(last.changes.claims) else { return }
            guard let (_, again) = try await decide(command, on: blocked) else { return }
            last = again
            for sentence in faults(of: again, before: blocked) { found("\(sentence) (where its claim is taken)") }
            if case .rejected(let rejection)? = again.answers.first, case .broken = rejection, let line = lines.first {
                found("\(line): \(rejection.diagnosis) (where its claim is taken)")
            }
            if takers.isDisjoint(with: again.changes.claims.takers) { break }
        }
        for taker in takers.sorted() where !last.changes.claims.takers.contains(taker) {
            let line = decision.changes.entries.filter { $0.request == taker }.lazy.compactMap(ConductLine.init).first
            guard let line, let given = decision.request(taker), last.request(taker) == given else { continue }
            found(
                "\(line): the rule does the same whether or not it gets what it claims: refuse, wait in line, or postpone "
                    + "where tryClaim gives nothing")
        }
    }

    /// Whether the end of a run begins the same task again, over and over at one instant.
    func tryRunStorm(_ run: StoredRun, _ result: AttemptResult, _ before: World) async throws {
        guard mayTry("storm \(run.task)") else { return }
        var (copy, run) = (before, run)
        for _ in 0..<100 {
            let end = Command.end(run: run.id, attempt: run.attempt, result: result)
            guard let (after, decision) = try await decide(end, on: copy), let next = decision.restart(of: run) else {
                return
            }
            (copy, run) = (after, next)
        }
        found("\(run.task): a storm: the end of a run begins the task again, 100 times without the clock moving on")
    }

    /// Decides every step once more: later, with new instances of the provider, the last step first, so that an instance
    /// that keeps state has another one, and with facts that are loaded only once they are asked for, so that rules run
    /// several times.
    func playAgain() async throws {
        guard !isOver else { return }
        // A rule that reads a clock of milliseconds has another result after this.
        try await Task.sleep(for: .milliseconds(5))
        var registry = Registry(zone: zone)
        for (index, replay) in replays.reversed().enumerated() {
            await letOthersGo()
            // An instance takes longer to make than a step to decide.
            if index % 16 == 0 { registry = try await self.registry(in: "\(folder.path)/again-\(index)") }
            let again: Decision? = try thread.run(within: Self.patience) { [registry] in
                try replay.decideAgain(registry)
            }
            guard let again else {
                found(
                    "\(describe(replay.command, in: replay.before)): the rule has not returned when it was played again"
                )
                return
            }
            guard let what = replay.difference(from: again) else { continue }
            let line = replay.line(ofDifferenceFrom: again) ?? describe(replay.command, in: replay.before)
            found(
                "\(line): the rule gives another result when the step is played again: \(what). It reads a clock, draws "
                    + "chance or keeps state: use the moment and the record alone")
        }
    }
}

extension Decision {
    func request(_ id: RequestID) -> StoredRequest? { changes.requests.opened[id] ?? changes.requests.changed[id] }

    /// The attempt that has begun of the same task for the same request.
    func restart(of run: StoredRun) -> StoredRun? {
        for started in begunRuns
        where started.task == run.task && started.request != nil && started.request == run.request
            && started.id != run.id
        {
            return started
        }
        return nil
    }
}

extension World {
    /// Lets a request of nobody hold what was claimed. Returns false if it is held already.
    fileprivate mutating func hold(_ claims: ClaimChanges) -> Bool {
        let holder = RequestID(number: 1)
        var changes = Changes()
        if memory.request(holder) == nil {
            changes.requests.opened[holder] = StoredRequest(
                id: holder, service: "conduct.holder", state: "open", isOpen: true, resident: nil, openedAt: now,
                closedAt: nil, record: [], version: 1)
        }
        for claim in claims.taken.keys { changes.claims.taken[claim] = holder }
        for (claim, ranges) in claims.ranges.taken {
            for range in ranges {
                changes.claims.ranges.take(HeldRange(unit: range.unit, time: range.time, request: holder), of: claim)
            }
        }
        for (claim, shares) in claims.shares.taken {
            for share in shares {
                changes.claims.shares.take(
                    HeldShare(place: share.place, until: share.until, request: holder), of: claim)
            }
        }
        return (try? memory.apply(changes)) != nil
    }
}
