import ConciergeEngine
import ConciergeKit
import JSON
import Testing

@testable import ConciergeTesting

@Suite("Claims")
struct ClaimTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test("A claim that another request holds is refused, and the refusal lists the free alternatives in order")
    func alternatives() throws {
        _ = try bench.open("ladder")
        _ = try bench.open("saw")
        _ = try bench.open("plane")
        let answer = try bench.decide(.ask("saw"))
        #expect(answer.rejection == .refused(words("free: tool:drill tool:rasp tool:vice")))
        #expect(bench.last.changes.isEmpty)
    }

    @Test("The free alternatives take account of claims taken and released earlier in the same batch")
    func alternativesInBatch() throws {
        let ladder = try bench.open("ladder")
        let answers = try bench.decide([.ask("saw"), .ask("drill"), .act(ladder, "call-off"), .ask("saw")])
        #expect(answers[3].rejection == .refused(words("free: tool:ladder tool:plane tool:rasp")))
    }

    @Test("Of two openings for one key in a batch, the first gets it")
    func twoOpenings() throws {
        let answers = try bench.decide([.ask("saw"), .ask("saw")])
        let first = try #require(answers[0].view).request.id
        #expect(answers[1].isRefused)
        #expect(bench.memory.holders == ["toy/tool:saw": first])
        #expect(bench.memory.requests.count == 1)
    }

    @Test("A key that a request releases by closing can be taken in the same batch")
    func closeAndReopen() throws {
        let id = try bench.open()
        let answers = try bench.decide([.act(id, "call-off"), .ask("saw"), .ask("saw")])
        let second = try #require(answers[1].view).request.id
        #expect(answers[2].isRefused)
        #expect(bench.memory.holders == ["toy/tool:saw": second])
        #expect(bench.last.changes.claims.released == ["toy/tool:saw"])
    }

    @Test("A key that a rule has released can be taken later in the same batch, and not before")
    func releaseThenClaim() throws {
        let first = try bench.open("saw")
        let answers = try bench.decide([
            .ask("saw"), .act(first, "swap-tool", ["tool": "drill"]), .ask("saw"), .ask("drill"),
        ])
        #expect(answers[0].isRefused)
        let second = try #require(answers[2].view).request.id
        #expect(answers[3].isRefused)
        #expect(bench.memory.holders == ["toy/tool:drill": first, "toy/tool:saw": second])
    }

    @Test("Two requests can swap their claims by way of a third key, in one batch")
    func swap() throws {
        let (a, b) = (try bench.open("saw"), try bench.open("drill"))
        let answers = try bench.decide([
            .act(a, "swap-tool", ["tool": "vice"]), .act(b, "swap-tool", ["tool": "saw"]),
            .act(a, "swap-tool", ["tool": "drill"]),
        ])
        #expect(answers.allSatisfy { $0.view != nil })
        #expect(bench.memory.holders == ["toy/tool:drill": a, "toy/tool:saw": b])
    }

    @Test("A request that takes a claim and closes within one batch leaves no claim")
    func openAndClose() throws {
        let answers = try bench.decide([.ask("saw")])
        let id = try #require(answers[0].view).request.id
        try bench.decide([
            .act(id, "swap-tool", ["tool": "drill"]), .act(id, "return"), .ask("saw"), .ask("drill"),
        ])
        #expect(Set(bench.memory.holders.keys) == ["toy/tool:saw", "toy/tool:drill"])
        #expect(!bench.memory.holders.values.contains(id))
    }

    @Test("A request may claim a key that it already holds, and may release and claim it again in one rule")
    func again() throws {
        let id = try bench.open("saw")
        #expect(try bench.act(id, "swap-tool", ["tool": "saw"]).view != nil)
        #expect(bench.memory.holders == ["toy/tool:saw": id])
        #expect(try bench.decide(.ask("saw")).isRefused)
    }

    @Test("A request cannot release a claim that another request holds")
    func notItsOwn() throws {
        let first = try bench.open("saw")
        // The rule releases the saw, but the record still names it.
        try bench.act(first, "misbehave", ["how": "record"])
        let second = try bench.open("saw")
        #expect(try bench.act(first, "swap-tool", ["tool": "vice"]).view != nil)
        #expect(bench.memory.holders["toy/tool:saw"] == second)
    }

    @Test("A refused swap keeps the old key")
    func refusedSwap() throws {
        let (a, b) = (try bench.open("saw"), try bench.open("drill"))
        #expect(try bench.act(a, "swap-tool", ["tool": "drill"]).rejection == .refused(words("taken")))
        #expect(bench.memory.holders == ["toy/tool:saw": a, "toy/tool:drill": b])
    }
}
