import ConciergeEngine
import ConciergeKit
import JSON
import LedgerConformance
import Testing

@testable import ConciergeTesting
@testable import SQLiteLedger

@Suite("Both ledgers delete the same records")
struct RetentionWalkTests {
    /// Records of random ages and states, some of which refer to each other.
    private func changes(_ generator: inout SplitMix64) -> Changes {
        var changes = Changes()
        func age() -> Instant { suite.now - .days(Int.random(in: 0..<1000, using: &generator)) }
        func chance(_ part: Int) -> Bool { Int.random(in: 0..<part, using: &generator) == 0 }
        for index in 0..<40 {
            let (id, closed): (RequestID, Instant) = ("r-\(index)", age())
            let isOpen = chance(3)
            changes.requests.opened[id] = StoredRequest(
                id: id, service: chance(2) ? "toy.loan" : "toy.other", state: "x", isOpen: isOpen, resident: nil,
                openedAt: closed, closedAt: isOpen ? nil : closed, record: Array("{}".utf8), version: 1)
            changes.entries.append(suite.entry(id, "open"))
            if chance(5) { changes.timers[id] = ["expire": suite.timer(suite.now)] }
            if chance(8) { changes.claims.taken["claim-\(index)"] = id }
        }
        for index in 0..<60 {
            let state = StoredRun.State.allCases.randomElement(using: &generator) ?? .failed
            let request: RequestID? = chance(2) ? "r-\(Int.random(in: 0..<40, using: &generator))" : nil
            var run = StoredRun(
                id: "run-\(index)", task: "toy.clean", provider: "toy", state: state, input: [:], actor: "anne",
                request: request, attempts: 3, createdAt: age(), due: suite.now)
            run.finishedAt = state.isFinished ? age() : nil
            changes.runs.created[run.id] = run
        }
        for index in 0..<20 {
            changes.answers["k-\(index)"] = StoredAnswer(
                key: "k-\(index)", fingerprint: "f", answer: .run(suite.run("run-9")), at: age())
        }
        return changes
    }

    /// What a ledger deletes from these records in steps, and what remains.
    private struct Outcome: Equatable {
        var pruned = Pruned()
        var requests: Set<RequestID> = []
        var runs: Set<RunID> = []
        var lines: [RequestID] = []
        var answers: Set<String> = []
    }

    private func outcome(of ledger: any Ledger, _ all: Changes, by rules: Retention) async throws -> Outcome {
        try await ledger.put { $0 = all }
        var outcome = Outcome()
        repeat {
            outcome.pruned += try await ledger.prune(rules, at: suite.now, limit: 7)
        } while !outcome.pruned.isDone
        var (requests, runs) = (RequestQuery(), RunQuery())
        (requests.limit, runs.limit) = (1000, 1000)
        outcome.requests = Set(try await ledger.requests(requests).elements.map(\.request.id))
        outcome.runs = Set(try await ledger.runs(runs).elements.map(\.id))
        outcome.lines = try await ledger.entries(after: 0, service: nil, limit: 1000).elements.map(\.entry.request)
            .sorted()
        for key in all.answers.keys where try await ledger.ask({ try $0.answer(to: key) != nil }) {
            outcome.answers.insert(key)
        }
        return outcome
    }

    @Test("After pruning, the SQLite ledger contains the same records as the ledger in memory", arguments: 0..<20)
    func same(seed: Int) async throws {
        var generator = SplitMix64(seed: UInt64(seed))
        let all = changes(&generator)
        var rules = Retention()
        rules.closedRequestsOf = seed.isMultiple(of: 2) ? [:] : ["toy.other": .length(.days(90))]
        if seed.isMultiple(of: 3) { rules.failedRuns = .forever }
        let expected = try await outcome(of: MemoryLedger(), all, by: rules)
        #expect(!expected.pruned.isEmpty)
        try await suite.withLedger { ledger in
            let found = try await outcome(of: ledger, all, by: rules)
            #expect(found == expected)
        }
    }
}
