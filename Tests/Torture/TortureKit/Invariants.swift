import ConciergeKit
import JSON
import TortureProvider

/// The invariants of a ledger after any kill of its daemon. Each `check` tests one guarantee of the daemon.
package struct Invariants {
    private let ledger: LedgerCopy
    private let told: Witness.Testimony
    private let executions: [Execution]
    /// The processes that got SIGTERM. An attempt that a stop interrupts does not count.
    private let stopped: Set<Int32>
    private let isSettled: Bool

    private let found: Found
    /// The number of timers that fired.
    package private(set) var timersFired = 0

    private var walks: [String: Walk] = [:]
    /// For each call, the number of lines and runs that it made.
    private var effects: [Int64: Int] = [:]

    /// Checks a ledger against the replies to its clients and the log of its handlers. A daemon with a settled ledger
    /// has had time to finish all work.
    package init(
        _ ledger: LedgerCopy, told: Witness.Testimony, executions: [Execution], stopped: Set<Int32>, isSettled: Bool
    ) {
        self.ledger = ledger
        self.told = told
        self.executions = executions
        self.stopped = stopped
        self.isSettled = isSettled
        found = Found(told.violations + ledger.faults)
        checkHistories()
        checkRequests()
        checkClaims()
        checkRuns()
        checkSchedules()
        checkRate()
        checkExecutions()
        checkCalls()
        checkWhatWasShown()
        if isSettled { checkNothingIsLeft() }
    }

    /// The violations, one sentence each.
    package var violations: [String] { found.violations }

    private func expect(_ holds: Bool, _ violation: @autoclosure () -> String) {
        if !holds { found.violations.append(violation()) }
    }

    /// The violations, in a class so that a check can add one while it reads the other properties.
    private final class Found {
        var violations: [String]
        init(_ violations: [String]) { self.violations = violations }
    }

    // MARK: The ledger alone

    /// A request's lines are transitions that its table allows, and each begins in the state in which the one before
    /// ended. Each timer that was started fired at most once, and not before it was due. In the order of the ledger, no
    /// seat has two holders at the same time.
    private mutating func checkHistories() {
        var holders: [String: String] = [:]
        for stored in ledger.lines {
            let id = stored.line.request
            guard let request = ledger.requests[id] else { continue }
            var walk = walks[id] ?? Walk(of: request.service)
            let before = walk.seat
            if let wrong = walk.take(stored) { found.violations.append("request \(id): \(wrong)") }
            walks[id] = walk
            if let call = stored.line.call { effects[call, default: 0] += 1 }
            guard walk.seat != before else { continue }
            if let before, holders[before] == id { holders[before] = nil }
            if let seat = walk.seat {
                expect(holders[seat] == nil, "seat \(seat) went to \(id) while \(holders[seat] ?? "") held it")
                holders[seat] = id
            }
        }
        timersFired = walks.values.reduce(0) { $0 + $1.timersFired }
    }

    /// A request has the state that its lines lead to, a version that counts its transitions, and the timers that the
    /// lines started and that have not fired: no transition is stored in part.
    private func checkRequests() {
        for (id, request) in ledger.requests {
            guard let walk = walks[id] else { continue }
            expect(
                walk.state == request.state,
                "request \(id) is \(request.state), its lines come to \(walk.state ?? "nothing")")
            expect(
                walk.transitions.count == Int(request.version),
                "request \(id) has version \(request.version) after \(walk.transitions.count) transitions")
            expect(walk.transitions.first?.at == request.openedAt, "request \(id) was not opened when its line says")
            expect(walk.closedAt == request.closedAt, "request \(id) was not closed when its line says")
            expect(
                walk.timers == ledger.timers[id] ?? [:],
                "request \(id) has the timers \(ledger.timers[id] ?? [:]), its lines leave \(walk.timers)")
        }
    }

    /// The claims are those that the lines of the open requests took, each with one holder.
    private func checkClaims() {
        var expected: [String: String] = [:]
        for (id, walk) in walks { if let seat = walk.seat { expected["torture/seat:\(seat)"] = id } }
        expect(expected == ledger.claims, "claims are \(ledger.claims), the lines leave \(expected)")
    }

    /// Each line that asked for a run has the run, and the end of each run has its line, from the same commit. A failed
    /// run has used all its attempts.
    private mutating func checkRuns() {
        var ofRequest: [String: [LedgerCopy.Run]] = [:]
        for run in ledger.runs {
            if let request = run.request { ofRequest[request, default: []].append(run) }
            if let call = run.call { effects[call, default: 0] += 1 }
            expect(
                run.state != "failed" || run.attempt == run.attempts,
                "run \(run.id) failed after \(run.attempt) of \(run.attempts) attempts")
        }
        for (id, walk) in walks {
            let runs = ofRequest[id] ?? []
            expect(
                runs.map(\.createdAt).sorted() == walk.asked,
                "request \(id) asked for runs at \(walk.asked) and has those of \(runs.map(\.createdAt))")
            let ended = runs.filter(\.isFinished).sorted {
                ($0.finishedAt ?? $0.createdAt) < ($1.finishedAt ?? $1.createdAt)
            }
            expect(
                ended.map(\.finishedAt) == walk.outcomes.map(\.at),
                "request \(id) was told of ends at \(walk.outcomes.map(\.at)), its runs ended at \(ended.map(\.finishedAt))"
            )
            for (run, outcome) in zip(ended, walk.outcomes) {
                expect(
                    outcome.isSuccess == nil || outcome.isSuccess == (run.state == "succeeded"),
                    "request \(id) took run \(run.id) for another outcome than \(run.state)")
            }
        }
    }

    /// The schedule that catches up with all elapses has run for every second before its next elapse.
    private func checkSchedules() {
        for mark in ledger.marks where mark.id == "torture.tick" {
            let elapses = ledger.runs.filter { $0.schedule == mark.id }.compactMap(\.elapse).sorted()
            for (earlier, later) in zip(elapses, elapses.dropFirst()) {
                expect(later - earlier == .seconds(1), "\(mark.id) ran for \(earlier) and then for \(later)")
            }
            if let last = elapses.last, !mark.isPaused {
                expect(mark.next == last + .seconds(1), "\(mark.id) ran for \(last) and is next at \(mark.next)")
            }
        }
    }

    /// Attempts of the task with a rate began no more often than the rate allows, also across restarts.
    private func checkRate() {
        let begun = ledger.runs.filter { $0.task == "torture.call" }.compactMap(\.startedAt).sorted()
        for (index, later) in begun.enumerated().dropFirst(TortureProvider.callsPerInterval) {
            let earlier = begun[index - TortureProvider.callsPerInterval]
            expect(
                later - earlier >= TortureProvider.callInterval,
                "\(TortureProvider.callsPerInterval + 1) attempts of torture.call began from \(earlier) to \(later)")
        }
    }

    // MARK: The handlers

    /// A handler runs only for a committed attempt, once for each attempt, and never at the same time as another
    /// handler of its run. A run that succeeded was executed.
    private func checkExecutions() {
        let runs = Dictionary(uniqueKeysWithValues: ledger.runs.map { ($0.id, $0) })
        var done: Set<String> = []
        var last: [String: Execution] = [:]
        for execution in executions {
            let attempt = "\(execution.run), attempt \(execution.attempt)"
            expect(!execution.overlaps, "\(attempt) began beside another handler of the run")
            if execution.end == "done" { done.insert(attempt) }
            let isCounted = !stopped.contains(execution.process)
            guard let run = runs[execution.run] else {
                found.violations.append("\(attempt) was executed, and the ledger has no such run")
                continue
            }
            expect(!isCounted || execution.attempt <= run.attempt, "\(attempt) was executed and not counted")
            if let before = last[run.id] {
                let mayRepeat = stopped.contains(before.process) && before.attempt == execution.attempt
                expect(before.attempt < execution.attempt || mayRepeat, "\(attempt) was executed again")
            }
            last[run.id] = execution
        }
        for run in ledger.runs where run.state == "succeeded" {
            expect(done.contains("\(run.id), attempt \(run.attempt)"), "run \(run.id) succeeded and was not executed")
        }
    }

    // MARK: The replies to the clients

    /// The ledger has the effect of every acknowledged call, as the answer showed it, and of no refused call. It has no
    /// effect twice, however often the call was repeated, and for each effect it has the call's key.
    private func checkCalls() {
        for (call, count) in effects {
            expect(count == 1, "call \(call) was done \(count) times")
            expect(ledger.keys.contains("call-\(call)"), "call \(call) was done, and its key is not there")
        }
        for (number, call) in told.calls {
            switch call.outcome {
            case .refused: expect(effects[number] == nil, "call \(number) was refused, and is there")
            case .unknown: break
            case .accepted(let answer):
                expect(ledger.keys.contains("call-\(number)"), "call \(number) was answered, and its key is not there")
                if call.method == Witness.cancelling { break }
                expect(effects[number] == 1, "call \(number) was answered, and is not there: \(answer)")
                guard let request = answer["request"] else { break }
                let line = request["id"]?.stringValue.flatMap { walks[$0] }?.transitions
                    .dropFirst(Int(request["version"]?.intValue ?? 0) - 1).first
                expect(
                    line?.call == number && line?.to == request["state"]?.stringValue,
                    "call \(number) was answered with \(request), the ledger has \(line.map { "\($0)" } ?? "no such line")"
                )
            }
        }
        for key in ledger.keys {
            guard let number = Int64(key.dropFirst(5)), let call = told.calls[number] else {
                found.violations.append("the key \(key) was given by nobody")
                continue
            }
            expect(
                call.method == Witness.cancelling || effects[number] != nil,
                "call \(number) has an answer in the ledger and did nothing")
        }
    }

    /// The ledger keeps what replies and watched lines showed: the same lines, with none left out of the watched ones,
    /// versions that never decrease, and the same ends of runs.
    private func checkWhatWasShown() {
        var stored: [Int64: Line] = [:]
        for line in ledger.lines { stored[line.line.seq] = line.line }
        for (seq, line) in told.lines {
            expect(stored[seq] == line, "\(line) was shown, the ledger has \(stored[seq].map { "\($0)" } ?? "nothing")")
        }
        for seq in stored.keys where seq <= told.watchedTo {
            expect(told.lines[seq] != nil, "line \(seq) was left out by Watch, which sent \(told.watchedTo)")
        }
        for (id, version) in told.versions {
            let now = ledger.requests[id]?.version ?? 0
            expect(now >= version, "request \(id) was shown at version \(version) and is at \(now)")
        }
        let runs = Dictionary(uniqueKeysWithValues: ledger.runs.map { ($0.id, $0) })
        for (id, ended) in told.endedRuns {
            let run = runs[id]
            expect(
                run?.state == ended.state && run?.attempt == ended.attempt,
                "run \(id) was shown as \(ended), the ledger has \(run.map { "\($0)" } ?? "nothing")")
        }
    }

    /// Once the ledger is settled, every timer has fired, every run has ended and every request is closed.
    private func checkNothingIsLeft() {
        expect(ledger.timers.isEmpty, "timers never fired: \(ledger.timers)")
        for request in ledger.requests.values where request.isOpen {
            found.violations.append("request \(request.id) is still \(request.state)")
        }
        for run in ledger.runs where !run.isFinished {
            found.violations.append("run \(run.id) of \(run.task) is still \(run.state)")
        }
    }
}
