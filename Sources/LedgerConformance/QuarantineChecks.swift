import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import JSON
import Testing

extension LedgerSuite {
    static let quarantine: [LedgerCheck.Kind] = [
        .init("A crash is counted once, and the third crash of a request quarantines it") {
            try await $0.crashesCount()
        },
        .init("A request that a batch quarantines waits until a later batch releases it") {
            try await $0.quarantinedByBatch()
        },
        .init("The timers of a quarantined request wait until it is released") { try await $0.quarantinedTimersWait() },
        .init("A request released while its service is not served waits until it is") {
            try await $0.releasedWhileNotServed()
        },
        .init("A quarantined run, and the runs of a quarantined request, are not returned as queued") {
            try await $0.quarantinedRunsWait()
        },
        .init("Later crashes of its handler do not quarantine a run that has ended") {
            try await $0.endedRunIsNotQuarantined()
        },
        .init("A request in quarantine is not deleted until it is released") {
            try await $0.quarantinedRequestIsKept()
        },
        .init("Five crashes of a provider within ten minutes quarantine it until it is released") {
            try await $0.quarantinedProvider()
        },
        .init("A request or run that was never committed is not quarantined") { try await $0.uncommittedSubject() },
    ]

    private func crash(
        _ id: String, _ place: CodeLocation, at: Instant? = nil, countsAgainstProvider: Bool = true
    ) -> Crash {
        Crash(
            id: id, at: at ?? now, cause: .signal("SIGILL"), place: place,
            countsAgainstProvider: countsAgainstProvider)
    }

    private func rule(_ request: RequestID) -> CodeLocation {
        CodeLocation(.rule, provider: "toy", owner: "toy.loan", subject: request.description, event: "timer:expire")
    }

    private func handler(_ run: RunID) -> CodeLocation {
        CodeLocation(.handler, provider: "toy", owner: "toy.clean", subject: run.description, event: "attempt 1")
    }

    private func crashesCount() async throws {
        try await withLedger { ledger in
            try await ledger.put { $0.timers["A"] = ["expire": timer(now)] }
            let policy = CrashPolicy()
            for number in 1...2 {
                let records = try await ledger.record([crash("\(number)", rule("A"))], by: policy)
                #expect(records.map(\.count) == [number])
                #expect(records.flatMap(\.quarantines).isEmpty)
            }
            // The same crash is counted once, however often it is recorded.
            #expect(try await ledger.record([crash("2", rule("A"))], by: policy).isEmpty)
            #expect(try await ledger.ask { try $0.dueTimers(by: now, limit: 9) }.count == 1)

            let third = try await ledger.record([crash("3", rule("A"))], by: policy)
            let quarantine = Quarantine(
                of: .request("A"), since: now, crashes: 3, event: "timer:expire", cause: "SIGILL")
            #expect(third.flatMap(\.quarantines) == [quarantine])
            #expect(try await ledger.quarantines() == [quarantine])
            #expect(try await ledger.request("A")?.quarantine == quarantine)
            #expect(try await ledger.history(of: "A").map(\.entry.event) == ["quarantine:begun"])
            #expect(try await ledger.counts().quarantinedRequests == 1)
        }
    }

    private func quarantinedByBatch() async throws {
        try await withLedger { ledger in
            try await ledger.put { $0.timers["A"] = ["expire": timer(now)] }
            let quarantine = Quarantine(
                of: .request("A"), since: now, crashes: 0, event: "timer:expire", cause: Quarantine.loop)
            try await ledger.put { changes in
                changes.timers["A"] = ["expire": timer(now)]
                changes.quarantine.begun["A"] = quarantine
                changes.entries = [entry("A", .quarantined)]
            }
            #expect(try await ledger.quarantines() == [quarantine])
            #expect(try await ledger.history(of: "A").map(\.entry.event) == [.quarantined])
            #expect(try await ledger.ask { try $0.dueTimers(by: now, limit: 9) }.isEmpty)
            #expect(try await ledger.counts().quarantinedRequests == 1)
            try await ledger.put { $0.quarantine.releasedRequests["A"] = true }
            #expect(try await ledger.quarantines().isEmpty)
            #expect(try await ledger.ask { try $0.dueTimers(by: now, limit: 9) }.count == 1)
        }
    }

    private func quarantinedTimersWait() async throws {
        try await withLedger { ledger in
            try await ledger.put {
                $0.timers["A"] = ["expire": timer(now)]
                $0.timers["B"] = ["expire": timer(now)]
            }
            let crashes = (1...3).map { crash("\($0)", rule("A")) }
            _ = try await ledger.record(crashes, by: CrashPolicy())
            let due = { () async throws -> [RequestID] in
                try await ledger.ask { try $0.dueTimers(by: now, limit: 9) }.map(\.request).sorted()
            }
            #expect(try await due() == ["B"])
            // Attending to the service again does not let them fire.
            try await ledger.attend(to: [])
            #expect(try await due() == [])
            try await ledger.attend(to: ["toy.loan"])
            #expect(try await due() == ["B"])

            try await ledger.put { $0.quarantine.releasedRequests["A"] = true }
            #expect(try await due() == ["A", "B"])
            #expect(try await ledger.quarantines().isEmpty)
            #expect(try await ledger.request("A")?.quarantine == nil)
            // The crash count was reset.
            #expect(try await ledger.record([crash("4", rule("A"))], by: CrashPolicy()).map(\.count) == [1])
        }
    }

    private func releasedWhileNotServed() async throws {
        try await withLedger { ledger in
            try await ledger.put { $0.timers["A"] = ["expire": timer(now)] }
            _ = try await ledger.record((1...3).map { crash("\($0)", rule("A")) }, by: CrashPolicy())
            try await ledger.attend(to: [])
            try await ledger.put { $0.quarantine.releasedRequests["A"] = false }
            #expect(try await ledger.ask { try $0.dueTimers(by: now, limit: 9) }.isEmpty)
            try await ledger.attend(to: ["toy.loan"])
            #expect(try await ledger.ask { try $0.dueTimers(by: now, limit: 9) }.count == 1)
        }
    }

    private func quarantinedRunsWait() async throws {
        try await withLedger { ledger in
            try await ledger.open([request("R")])
            try await ledger.put {
                $0.runs.created["1"] = run("1", due: now - .minutes(2))
                $0.runs.created["2"] = run("2", due: now - .minutes(1))
                $0.runs.created["3"] = StoredRun(
                    id: "3", task: "toy.clean", provider: "toy", input: [:], actor: "anne", request: "R", attempts: 3,
                    createdAt: now, due: now - .minutes(3))
            }
            let crashes =
                (1...3).map { crash("run-\($0)", handler("1")) } + (1...3).map { crash("rule-\($0)", rule("R")) }
            _ = try await ledger.record(crashes, by: CrashPolicy())
            let queued = { () async throws -> [RunID] in
                try await ledger.ask {
                    try $0.queuedRuns(QueueQuery(provider: "toy", tasks: ["toy.clean"], dueBy: now, limit: 1))
                }.map(\.id)
            }
            // Runs in quarantine take no place in a short list.
            #expect(try await queued() == ["2"])
            #expect(try await ledger.run("1")?.quarantine?.subject == .run("1"))
            #expect(try await ledger.run("3")?.quarantine?.subject == .request("R"))
            let listed = try await ledger.runs(RunQuery()).elements.filter { $0.quarantine != nil }
            #expect(listed.map(\.id).sorted() == ["1", "3"])

            try await ledger.put { $0.quarantine.releasedRuns = ["1"] }
            #expect(try await queued() == ["1"])
            #expect(try await ledger.run("1")?.quarantine == nil)
        }
    }

    private func endedRunIsNotQuarantined() async throws {
        try await withLedger { ledger in
            var ended = run("1")
            (ended.state, ended.finishedAt) = (.failed, now)
            try await ledger.put { [ended] in $0.runs.created["1"] = ended }
            let records = try await ledger.record((1...3).map { crash("\($0)", handler("1")) }, by: CrashPolicy())
            #expect(records.map(\.count) == [1, 2, 3])
            #expect(try await ledger.quarantines().isEmpty)
        }
    }

    private func quarantinedRequestIsKept() async throws {
        try await withLedger { ledger in
            try await ledger.open([request("R", isOpen: false)])
            _ = try await ledger.record((1...3).map { crash("\($0)", rule("R")) }, by: CrashPolicy())
            #expect(try await ledger.prune(Retention(), at: now + .days(10_000), limit: 9).requests == 0)
            try await ledger.put { $0.quarantine.releasedRequests["R"] = true }
            #expect(try await ledger.prune(Retention(), at: now + .days(10_000), limit: 9).requests == 1)
        }
    }

    private func quarantinedProvider() async throws {
        try await withLedger { ledger in
            let opening = CodeLocation(.opening, provider: "toy", owner: "toy.loan", event: "open")
            // The crashes are spread so that the sixth is the first with five crashes within ten minutes.
            for number in 0..<4 {
                let records = try await ledger.record(
                    [crash("\(number)", opening, at: now + .minutes(3 * number))], by: CrashPolicy())
                #expect(records.flatMap(\.quarantines).isEmpty)
            }
            let late = try await ledger.record([crash("4", opening, at: now + .minutes(11))], by: CrashPolicy())
            #expect(late.flatMap(\.quarantines).isEmpty)
            let next = try await ledger.record([crash("5", opening, at: now + .minutes(12))], by: CrashPolicy())
            #expect(next.flatMap(\.quarantines).map(\.subject) == [.provider("toy")])
            #expect(try await ledger.quarantines().map(\.subject) == [.provider("toy")])

            #expect(try await ledger.release(provider: "toy"))
            #expect(try await ledger.quarantines().isEmpty)
            #expect(try await !ledger.release(provider: "toy"))
            let again = try await ledger.record([crash("6", opening, at: now + .minutes(12))], by: CrashPolicy())
            #expect(again.map(\.count) == [1])
        }
    }

    private func uncommittedSubject() async throws {
        try await withLedger { ledger in
            let records = try await ledger.record(
                (1...3).map { crash("\($0)", rule("gone"), countsAgainstProvider: false) }, by: CrashPolicy())
            #expect(records.count == 3)
            #expect(try await ledger.quarantines().isEmpty)
        }
    }
}
