import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

@Suite("The same request sent twice")
struct RecentOpeningTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private func open(_ tool: String, again: Bool = false, by caller: Caller = .staff) throws -> Answer {
        try bench.decide(
            .open(
                service: "toy.loan", resident: "apt-3", input: ["tool": .string(tool)], again: again, caller: caller))
    }

    @Test("Who has just opened the same is asked, and nothing is changed; who means it opens another")
    func asked() throws {
        let first = try #require(try open("saw").view).request.id
        try bench.act(first, "swap-tool", ["tool": "drill"])
        bench.now = bench.now + .seconds(5)
        #expect(try open("saw").rejection?.words.fr.contains(first.description) == true)
        #expect(bench.last.changes.isEmpty)
        #expect(try open("saw", again: true).view != nil)
    }

    @Test("Somebody else, another thing and a later moment are no repeat")
    func others() throws {
        let first = try #require(try open("saw").view).request.id
        try bench.act(first, "swap-tool", ["tool": "drill"])
        #expect(try open("ladder").view != nil)
        let second = try #require(try open("saw", by: Caller(actor: "paul")).view).request.id
        try bench.act(second, "swap-tool", ["tool": "rasp"])
        bench.now = bench.now + .seconds(31)
        #expect(try open("saw").view != nil)
    }

    @Test("What was closed meanwhile may be opened again")
    func closed() throws {
        let first = try #require(try open("saw").view).request.id
        try bench.act(first, "call-off")
        #expect(try open("saw").view != nil)
    }
}
