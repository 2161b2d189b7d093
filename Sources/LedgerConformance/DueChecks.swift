import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import JSON
import Testing

extension LedgerSuite {
    static let due: [LedgerCheck.Kind] = [
        .init("The next due moment is the earliest of all timers and of runs that are due later") {
            try await $0.nextDue()
        },
        .init("Due timers and queued runs are ordered by due time, the earliest first") { try await $0.dueInOrder() },
        .init("The timers of services that are not served wait until they are served again") { try await $0.attends() },
        .init("Runs that were under way when the last daemon ended are queued again") {
            try await $0.takesUpInterrupted()
        },
        .init("Queued runs whose due time a clock that was ahead computed become due now") {
            try await $0.takesUpRunsOfTheFuture()
        },
        .init("The ledger finds the newest history line before a moment") { try await $0.newestEntryBefore() },
        .init("The unfinished runs of a schedule are those queued or under way") { try await $0.unfinishedRuns() },
        .init("Schedule marks are kept, and replaced by later ones") { try await $0.scheduleMarks() },
    ]

    private func nextDue() async throws {
        try await withLedger { ledger in
            #expect(try await ledger.nextDue(after: now) == nil)
            try await ledger.put { changes in
                changes.timers["r-1"] = ["a": timer(now + .hours(5)), "b": timer(now + .hours(4))]
                changes.runs.created["run-1"] = run("run-1", due: now + .hours(3))
                changes.runs.created["run-2"] = run("run-2", due: now)
            }
            #expect(try await ledger.nextDue(after: now) == now + .hours(3))
            // From then on the run waits for capacity, not for the clock.
            #expect(try await ledger.nextDue(after: now + .hours(3)) == now + .hours(4))
            // A timer that is due stays due.
            #expect(try await ledger.nextDue(after: now + .days(1)) == now + .hours(4))
            var begun = run("run-1", due: now + .hours(3))
            begun.state = .running
            try await ledger.put { $0.runs.changed["run-1"] = begun }
            #expect(try await ledger.nextDue(after: now) == now + .hours(4))
        }
    }

    private func dueInOrder() async throws {
        try await withLedger { ledger in
            for (index, minutes) in [30, 10, 50, 20].enumerated() {
                let due = now + .minutes(minutes)
                try await ledger.put { changes in
                    changes.timers["r-\(index)"] = ["t": timer(due)]
                    changes.runs.created["run-\(index)"] = run("run-\(index)", due: due)
                }
            }
            let asked = try await ledger.ask { facts in
                (
                    try facts.dueTimers(by: now + .minutes(30), limit: 9).map(\.request),
                    try facts.dueTimers(by: now + .hours(9), limit: 2).map(\.request),
                    try facts.queuedRuns(
                        QueueQuery(provider: "toy", tasks: ["toy.clean"], dueBy: now + .minutes(30), limit: 9)
                    ).map(
                        \.id),
                    try facts.queuedRuns(
                        QueueQuery(provider: "toy", tasks: ["toy.clean", "x"], dueBy: now + .hours(9), limit: 2)
                    ).map(
                        \.id),
                    try facts.queuedRuns(
                        QueueQuery(provider: "other", tasks: ["toy.clean"], dueBy: now + .hours(9), limit: 9)
                    ).map(\.id),
                    try facts.queuedRuns(
                        QueueQuery(provider: "toy", tasks: [], dueBy: now + .hours(9), limit: 9)
                    ).map(\.id)
                )
            }
            #expect(asked.0 == ["r-1", "r-3", "r-0"])
            #expect(asked.1 == ["r-1", "r-3"])
            #expect(asked.2 == ["run-1", "run-3", "run-0"])
            #expect(asked.3 == ["run-1", "run-3"])
            #expect(asked.4.isEmpty)
            #expect(asked.5.isEmpty)
        }
    }

    private func attends() async throws {
        try await withDirectory { directory in
            let ledger = try await make(directory)
            try await ledger.put { changes in
                changes.timers["r-1"] = ["t": timer(now, service: "toy.loan")]
                changes.timers["r-2"] = ["t": timer(now + .hours(1), service: "toy.other")]
            }
            func due(_ ledger: any Ledger) async throws -> [RequestID] {
                let all = try await ledger.ask { try $0.dueTimers(by: now + .days(1), limit: 9).map(\.request) }
                #expect((try await ledger.nextDue(after: now) == nil) == all.isEmpty)
                return all
            }
            try await ledger.attend(to: ["toy.loan", "toy.other", "toy.absent"])
            #expect(try await due(ledger) == ["r-1", "r-2"])
            try await ledger.attend(to: ["toy.other"])
            #expect(try await due(ledger) == ["r-2"])
            #expect(try await ledger.nextDue(after: now) == now + .hours(1))
            #expect(try await ledger.counts().pendingTimers == 2)
            let again = try await reopen(ledger, in: directory)
            #expect(try await due(again) == ["r-2"])
            try await again.attend(to: [])
            #expect(try await due(again).isEmpty)
            try await again.attend(to: ["toy.loan"])
            #expect(try await due(again) == ["r-1"])
            await again.close()
        }
    }

    private func takesUpInterrupted() async throws {
        try await withDirectory { directory in
            let ledger = try await make(directory)
            try await ledger.put { changes in
                for (index, state) in StoredRun.State.allCases.enumerated() {
                    for copy in 0..<2 {
                        var run = run("run-\(index)-\(copy)", due: now - .hours(1))
                        run.state = state
                        run.attempt = 1
                        changes.runs.created[run.id] = run
                    }
                }
            }
            let again = try await reopen(ledger, in: directory)
            #expect(try await again.takeUpInterruptedRuns(at: now) == 2)
            #expect(try await again.takeUpInterruptedRuns(at: now) == 0)
            for (index, state) in StoredRun.State.allCases.enumerated() {
                let run = try #require(try await again.run("run-\(index)-0"))
                #expect(run.state == (state == .running ? .queued : state))
                #expect(run.attempt == 1)
                #expect(run.due == (state == .running ? now : now - .hours(1)))
            }
            await again.close()
        }
    }

    private func takesUpRunsOfTheFuture() async throws {
        try await withLedger { ledger in
            var (made, tried, waits, old) = (run("made"), run("tried"), run("waits"), run("old"))
            made = StoredRun(
                id: "made", task: "toy.clean", provider: "toy", input: [:], actor: "anne", attempts: 3,
                createdAt: now + .days(400), due: now + .days(401))
            (tried.startedAt, tried.due) = (now + .days(400), now + .days(401))
            (waits.startedAt, waits.due) = (now - .hours(1), now + .days(2))
            old.due = now - .hours(1)
            let runs = [made, tried, waits, old]
            try await ledger.put { changes in for run in runs { changes.runs.created[run.id] = run } }
            #expect(try await ledger.takeUpRunsOfTheFuture(at: now) == 2)
            #expect(try await ledger.takeUpRunsOfTheFuture(at: now) == 0)
            for run in runs {
                let isOfFuture = run.id == "made" || run.id == "tried"
                #expect(try await ledger.run(run.id)?.due == (isOfFuture ? now : run.due))
            }
        }
    }

    private func newestEntryBefore() async throws {
        try await withLedger { ledger in
            #expect(try await ledger.newestEntry(before: now) == nil)
            func line(_ request: RequestID, _ at: Instant) -> Entry {
                Entry(request: request, service: "toy.loan", at: at, actor: "anne", event: "open")
            }
            for index in 0..<40 {
                try await ledger.put {
                    $0.entries = [line("r-\(index)", now + .days(index < 30 ? index : index + 1000))]
                }
            }
            #expect(try await ledger.newestEntry(before: now) == nil)
            #expect(try await ledger.newestEntry(before: now + .milliseconds(1)) == now)
            #expect(try await ledger.newestEntry(before: now + .days(17)) == now + .days(16))
            #expect(try await ledger.newestEntry(before: now + .days(900)) == now + .days(29))
            #expect(try await ledger.newestEntry(before: now + .days(9000)) == now + .days(1039))
        }
    }

    private func unfinishedRuns() async throws {
        try await withLedger { ledger in
            try await ledger.put { changes in
                for state in StoredRun.State.allCases {
                    var run = run("run-\(state)", schedule: "daily")
                    run.state = state
                    changes.runs.created[run.id] = run
                }
                changes.runs.created["other"] = run("other", schedule: "other")
                changes.runs.created["none"] = run("none")
            }
            let unfinished = try await ledger.ask { try $0.unfinishedRuns(of: "daily") }
            #expect(Set(unfinished) == ["run-queued", "run-running"])
            #expect(try await ledger.ask { try $0.unfinishedRuns(of: "absent") }.isEmpty)
        }
    }

    private func scheduleMarks() async throws {
        try await withLedger { ledger in
            func mark(_ id: ScheduleID, _ next: Int, last: Instant? = nil) -> ScheduleMark {
                ScheduleMark(id: id, recurrence: "every 1h", last: last, next: now + .hours(next))
            }
            try await ledger.save([mark("b", 1), mark("a", 1)])
            try await ledger.put { $0.schedules["b"] = mark("b", 2, last: now) }
            try await ledger.save([mark("c", 3)])
            #expect(try await ledger.scheduleMarks() == [mark("a", 1), mark("b", 2, last: now), mark("c", 3)])
        }
    }
}
