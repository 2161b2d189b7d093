import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import JSON
import Testing

extension LedgerSuite {
    static let retention: [LedgerCheck.Kind] = [
        .init("The ledger deletes each record exactly at its age, a request with its history and its runs") {
            try await $0.prunesAtItsAge()
        },
        .init("The ledger never deletes open or pending requests and runs, nor what belongs to them") {
            try await $0.keepsWhatPends()
        },
        .init("A service may have its own retention, and records that are kept forever stay") {
            try await $0.prunesByService()
        },
        .init("A step deletes at most the limit, the oldest first, and returns whether there may be more") {
            try await $0.prunesInSteps()
        },
        .init("A key whose answer was deleted counts as new") { try await $0.keyIsNewAgain() },
    ]

    /// The default retention.
    private var rules: Retention { Retention() }

    private func finished(
        _ id: RunID, _ state: StoredRun.State, request: RequestID? = nil, at moment: Instant? = nil
    ) -> StoredRun {
        var run = StoredRun(
            id: id, task: "toy.clean", provider: "toy", state: state, input: [:], actor: "anne", request: request,
            attempts: 3, createdAt: now, due: now)
        run.finishedAt = state.isFinished ? moment ?? now : nil
        return run
    }

    private func answer(_ key: String) -> StoredAnswer {
        StoredAnswer(key: key, fingerprint: "f", answer: .run(run("run-9")), at: now)
    }

    private func prune(
        _ ledger: any Ledger, _ rules: Retention, after age: Duration, limit: Int = 100
    ) async throws -> [Int] {
        let pruned = try await ledger.prune(rules, at: now + age, limit: limit)
        #expect(pruned.isDone == (pruned.count < limit))
        return [pruned.requests, pruned.runs, pruned.answers]
    }

    private func prunesAtItsAge() async throws {
        try await withLedger { ledger in
            try await ledger.put { changes in
                changes.requests.opened["r-1"] = request("r-1", isOpen: false, resident: "apt-1")
                changes.entries = [entry("r-1", "open"), entry("r-1", "return")]
                changes.runs.created["run-1"] = finished("run-1", .failed, request: "r-1", at: now + .days(700))
                changes.runs.created["run-2"] = finished("run-2", .succeeded)
                changes.runs.created["run-3"] = finished("run-3", .cancelled)
                changes.runs.created["run-4"] = finished("run-4", .failed)
                changes.answers["k-1"] = answer("k-1")
            }
            let instant = Duration.milliseconds(1)
            #expect(try await prune(ledger, rules, after: .days(30) - instant) == [0, 0, 0])
            #expect(try await ledger.ask { try $0.answer(to: "k-1")?.key } == "k-1")
            #expect(try await prune(ledger, rules, after: .days(30)) == [0, 0, 1])
            #expect(try await ledger.ask { try $0.answer(to: "k-1") == nil })
            #expect(try await prune(ledger, rules, after: .days(90) - instant) == [0, 0, 0])
            #expect(try await prune(ledger, rules, after: .days(90)) == [0, 2, 0])
            #expect(try await prune(ledger, rules, after: .days(365) - instant) == [0, 0, 0])
            #expect(try await prune(ledger, rules, after: .days(365)) == [0, 1, 0])
            #expect(try await ledger.runs(RunQuery()).elements.map(\.id) == ["run-1"])
            #expect(try await prune(ledger, rules, after: .days(730) - instant) == [0, 0, 0])
            #expect(try await ledger.history(of: "r-1").count == 2)
            #expect(try await prune(ledger, rules, after: .days(730)) == [1, 0, 0])
            #expect(try await ledger.request("r-1") == nil)
            #expect(try await ledger.history(of: "r-1").isEmpty)
            #expect(try await ledger.entries(after: 0, service: nil, limit: 10).elements.isEmpty)
            #expect(try await ledger.run("run-1") == nil)
            #expect(try await ledger.counts().failedRuns == 0)
        }
    }

    private func keepsWhatPends() async throws {
        try await withLedger { ledger in
            try await ledger.put { changes in
                for id in ["r-open" as RequestID, "r-timer", "r-claim", "r-queued", "r-running", "r-over"] {
                    changes.requests.opened[id] = request(id, isOpen: id == "r-open")
                    changes.entries.append(entry(id, "open"))
                }
                changes.timers["r-timer"] = ["expire": timer(now)]
                changes.claims.taken["toy/key"] = "r-claim"
                changes.runs.created["run-open"] = finished("run-open", .succeeded, request: "r-open")
                changes.runs.created["run-queued"] = finished("run-queued", .queued, request: "r-queued")
                changes.runs.created["run-queued-2"] = finished("run-queued-2", .failed, request: "r-queued")
                changes.runs.created["run-running"] = finished("run-running", .running, request: "r-running")
                changes.runs.created["run-alone"] = finished("run-alone", .queued)
            }
            var never = rules
            never.failedRuns = .forever
            #expect(try await prune(ledger, never, after: .days(10_000)) == [1, 0, 0])
            #expect(try await ledger.request("r-over") == nil)
            let kept = Set(try await ledger.runs(RunQuery()).elements.map(\.id))
            #expect(kept == ["run-open", "run-queued", "run-queued-2", "run-running", "run-alone"])
            #expect(try await ledger.requests(RequestQuery()).elements.count == 5)
            #expect(try await ledger.history(of: "r-timer").count == 1)
            #expect(try await ledger.ask { try $0.holder(of: "toy/key") } == "r-claim")

            // Each request is deleted once nothing of it is pending any more.
            try await ledger.put { changes in
                changes.timers["r-timer"] = ["expire": timer(nil)]
                changes.claims.released = ["toy/key"]
                changes.runs.changed["run-queued"] = finished("run-queued", .cancelled, request: "r-queued")
                changes.runs.changed["run-running"] = finished("run-running", .failed, request: "r-running")
            }
            #expect(try await prune(ledger, never, after: .days(10_000)) == [4, 0, 0])
            #expect(try await ledger.requests(RequestQuery()).elements.map(\.request.id) == ["r-open"])
            #expect(Set(try await ledger.runs(RunQuery()).elements.map(\.id)) == ["run-open", "run-alone"])
        }
    }

    private func prunesByService() async throws {
        try await withLedger { ledger in
            try await ledger.open([
                request("r-1", isOpen: false), request("r-2", service: "toy.other", isOpen: false),
                request("r-3", service: "toy.third", isOpen: false), request("r-4", service: "toy.other"),
            ])
            try await ledger.put { $0.runs.created["run-1"] = finished("run-1", .succeeded) }
            var own = rules
            own.closedRequestsOf = ["toy.other": .length(.days(90)), "toy.third": .forever]
            own.finishedRuns = .forever
            #expect(try await prune(ledger, own, after: .days(90) - .milliseconds(1)) == [0, 0, 0])
            #expect(try await prune(ledger, own, after: .days(90)) == [1, 0, 0])
            #expect(try await ledger.request("r-2") == nil)
            #expect(try await prune(ledger, own, after: .days(100_000)) == [1, 0, 0])
            #expect(Set(try await ledger.requests(RequestQuery()).elements.map(\.request.id)) == ["r-3", "r-4"])
            #expect(try await ledger.run("run-1") != nil)
        }
    }

    private func prunesInSteps() async throws {
        try await withLedger { ledger in
            try await ledger.put { changes in
                for index in 0..<7 {
                    changes.requests.opened["r-\(index)"] = request("r-\(index)", isOpen: false)
                    changes.runs.created["run-\(index)"] = finished(
                        "run-\(index)", .succeeded, at: now + .seconds(6 - index))
                    changes.answers["k-\(index)"] = answer("k-\(index)")
                }
            }
            let age = Duration.days(800)
            #expect(try await prune(ledger, rules, after: age, limit: 4) == [4, 0, 0])
            #expect(try await prune(ledger, rules, after: age, limit: 4) == [3, 1, 0])
            #expect(try await ledger.run("run-6") == nil)
            #expect(try await ledger.run("run-5") != nil)
            #expect(try await prune(ledger, rules, after: age, limit: 4) == [0, 4, 0])
            #expect(try await prune(ledger, rules, after: age, limit: 4) == [0, 2, 2])
            #expect(try await prune(ledger, rules, after: age, limit: 4) == [0, 0, 4])
            #expect(try await prune(ledger, rules, after: age, limit: 4) == [0, 0, 1])
            #expect(try await prune(ledger, rules, after: age, limit: 4) == [0, 0, 0])
        }
    }

    private func keyIsNewAgain() async throws {
        try await withLedger { ledger in
            try await ledger.put { $0.answers["k-1"] = answer("k-1") }
            #expect(try await prune(ledger, rules, after: .days(30)) == [0, 0, 1])
            let later = StoredAnswer(key: "k-1", fingerprint: "g", answer: .run(run("run-9")), at: now + .days(30))
            try await ledger.put { $0.answers["k-1"] = later }
            #expect(try await ledger.ask { try $0.answer(to: "k-1") } == later)
            #expect(try await prune(ledger, rules, after: .days(30)) == [0, 0, 0])
        }
    }
}
