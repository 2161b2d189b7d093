import ConciergeEngine
import ConciergeKit
import JSON
import Testing

@testable import ConciergeStore
@testable import ConciergeTesting

@Suite("The ledgers delete the same")
struct RetentionWalkTests {
    private let suite = LedgerSuite { try SQLiteLedger(stateDirectory: $0) }

    /// Things of random ages and states, some of which belong to one another.
    private func changes(_ generator: inout SeededGenerator) -> Changes {
        var changes = Changes()
        func age() -> Instant { suite.now - .days(Int.random(in: 0..<1000, using: &generator)) }
        func chance(_ part: Int) -> Bool { Int.random(in: 0..<part, using: &generator) == 0 }
        for index in 0..<40 {
            let (id, closed) = ("r-\(index)", age())
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
            let request = chance(2) ? "r-\(Int.random(in: 0..<40, using: &generator))" : nil
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

    @Test("What is left in SQLite is what is left in memory", arguments: 0..<20)
    func same(seed: Int) async throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let all = changes(&generator)
        var rules = Retention()
        rules.closedRequestsOf = seed.isMultiple(of: 2) ? [:] : ["toy.other": .length(.days(90))]
        if seed.isMultiple(of: 3) { rules.failedRuns = .forever }
        var memory = Memory()
        memory.apply(all)
        let expected = memory.prune(rules, at: suite.now)
        #expect(!expected.isEmpty)
        try await suite.withLedger { ledger in
            try await ledger.put { $0 = all }
            var found = Pruned()
            repeat { found += try await ledger.prune(rules, at: suite.now, limit: 7) } while !found.isDone
            #expect(found == expected)
            var requests = RequestQuery()
            requests.limit = 1000
            var runs = RunQuery()
            runs.limit = 1000
            let left = try await ledger.requests(requests).elements.map(\.request.id)
            #expect(Set(left) == Set(memory.requests.keys))
            #expect(Set(try await ledger.runs(runs).elements.map(\.id)) == Set(memory.runs.keys))
            let lines = try await ledger.entries(after: 0, service: nil, limit: 1000).elements.map(\.entry.request)
            #expect(lines.sorted() == memory.entries.map(\.request).sorted())
            for key in all.answers.keys {
                let answer = try await ledger.ask { facts in try facts.answer(to: key) != nil }
                #expect(answer == (memory.answer(to: key) != nil))
            }
        }
    }
}
