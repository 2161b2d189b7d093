import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import JSON
import Testing

extension LedgerSuite {
    static let runs: [LedgerCheck.Kind] = [
        .init("At most one unfinished run has a key, and another run may take it once that has ended") {
            try await $0.uniqueKeys()
        },
        .init("The most urgent runs come first, and runs of excluded schedules are left out") {
            try await $0.queueOrder()
        },
        .init("The ledger keeps pauses and the times that rates count") { try await $0.holds() },
        .init("The ledger returns the greatest number of requests and runs, also after reopening") {
            try await $0.lastNumber()
        },
        .init("The ledger stores one answer for a key and refuses a second") { try await $0.answersOnce() },
    ]

    private func run(_ id: RunID, key: String, _ state: StoredRun.State = .queued) -> StoredRun {
        var run = StoredRun(
            id: id, task: "toy.clean", provider: "toy", state: state, input: [:], actor: "anne", uniqueKey: key,
            attempts: 3, createdAt: now, due: now)
        run.finishedAt = state.isFinished ? now : nil
        return run
    }

    private func uniqueKeys() async throws {
        try await withLedger { ledger in
            try await ledger.put { changes in
                changes.runs.created["run-1"] = run("run-1", key: "a")
                changes.runs.created["run-2"] = run("run-2", key: "b", .failed)
            }
            #expect(try await ledger.ask { try $0.unfinishedRun(withKey: "a")?.id } == "run-1")
            #expect(try await ledger.ask { try $0.unfinishedRun(withKey: "b") == nil })
            await #expect(throws: LedgerError.self) {
                try await ledger.put { $0.runs.created["run-3"] = run("run-3", key: "a") }
            }
            #expect(try await ledger.run("run-3") == nil)
            // A run that ends in the same batch releases its key for the other.
            try await ledger.put { changes in
                changes.runs.changed["run-1"] = run("run-1", key: "a", .succeeded)
                changes.runs.created["run-3"] = run("run-3", key: "a", .running)
            }
            #expect(try await ledger.ask { try $0.unfinishedRun(withKey: "a")?.id } == "run-3")
        }
    }

    private func queueOrder() async throws {
        try await withLedger { ledger in
            try await ledger.put { changes in
                for (id, priority, minutes, schedule) in [
                    ("run-1", .low, -9, nil), ("run-2", .normal, -5, nil), ("run-3", .normal, -6, "daily"),
                    ("run-4", .high, -1, nil),
                ] as [(RunID, Priority, Int, ScheduleID?)] {
                    changes.runs.created[id] = StoredRun(
                        id: id, task: "toy.clean", provider: "toy", input: [:], actor: "anne", schedule: schedule,
                        priority: priority, attempts: 3, createdAt: now, due: now + .minutes(minutes))
                }
            }
            func queued(notOf schedules: Set<ScheduleID>, limit: Int) async throws -> [RunID] {
                try await ledger.ask { facts in
                    try facts.queuedRuns(
                        QueueQuery(
                            provider: "toy", tasks: ["toy.clean"], notOfSchedules: schedules, dueBy: now, limit: limit)
                    ).map(\.id)
                }
            }
            #expect(try await queued(notOf: [], limit: 9) == ["run-4", "run-3", "run-2", "run-1"])
            #expect(try await queued(notOf: ["daily"], limit: 2) == ["run-4", "run-2"])
        }
    }

    private func holds() async throws {
        try await withDirectory { directory in
            var ledger = try await make(directory)
            #expect(try await ledger.pauses().isEmpty)
            #expect(try await ledger.rates().isEmpty)
            try await ledger.put { changes in
                for id in ["toy" as ProviderID, "other"] {
                    changes.runs.pauses[id] = Pause(provider: id, since: now, actor: "anne")
                }
                changes.runs.rates = ["toy.clean": [now, now + .seconds(1)], "toy.deliver": [now]]
            }
            try await ledger.put { changes in
                changes.runs.pauses["other"] = .some(nil)
                changes.runs.rates = ["toy.deliver": [now + .seconds(2)]]
            }
            ledger = try await reopen(ledger, in: directory)
            #expect(try await ledger.pauses() == [Pause(provider: "toy", since: now, actor: "anne")])
            let rates: [TaskID: [Instant]] = [
                "toy.clean": [now, now + .seconds(1)], "toy.deliver": [now + .seconds(2)],
            ]
            #expect(try await ledger.rates() == rates)
            await ledger.close()
        }
    }

    private func lastNumber() async throws {
        try await withDirectory { directory in
            var ledger = try await make(directory)
            #expect(try await ledger.ask { try $0.lastNumber() ?? 0 } == 0)
            try await ledger.open([request("r-5"), request("r-3")])
            #expect(try await ledger.ask { try $0.lastNumber() } == ("r-5" as RequestID).number)
            try await ledger.put { $0.runs.created["r-7"] = run("r-7") }
            #expect(try await ledger.ask { try $0.lastNumber() } == ("r-7" as RunID).number)
            ledger = try await reopen(ledger, in: directory)
            try await ledger.open([request("r-6")])
            #expect(try await ledger.ask { try $0.lastNumber() } == ("r-7" as RunID).number)
            await ledger.close()
        }
    }

    private func answersOnce() async throws {
        try await withLedger { ledger in
            let view = RequestView(request: request("r-1", resident: "apt-1"), timers: ["expire": now + .hours(1)])
            let first = StoredAnswer(key: "k", fingerprint: "f", answer: .request(view), at: now)
            try await ledger.put { $0.answers["k"] = first }
            let second = StoredAnswer(key: "k", fingerprint: "g", answer: .run(run("run-1")), at: now)
            await #expect(throws: LedgerError.self) { try await ledger.put { $0.answers["k"] = second } }
            #expect(try await ledger.ask { try $0.answer(to: "k") } == first)
            #expect(try await ledger.ask { try $0.answer(to: "absent") == nil })
        }
    }
}
