import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

@Suite("Idempotency keys")
struct IdempotencyTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test("A repeat gets the first answer byte for byte, whatever has happened since, and changes nothing")
    func repeated() throws {
        let first = try bench.decide(.ask("saw", .key("k")))
        let shown = try #require(first.answered)
        let id = try #require(first.view).request.id
        try bench.act(id, "call-off")
        bench.now = bench.now + .days(40)
        let again = try bench.decide(.ask("saw", .key("k")))
        #expect(again.repeated == shown)
        #expect(again.repeated == shown)
        #expect(bench.last.changes.isEmpty)
        #expect(bench.memory.requests.count == 1)
    }

    @Test("A repeat within one batch counts as a repeat")
    func withinBatch() throws {
        let answers = try bench.decide([
            .ask("saw", .key("k")), .ask("saw", .key("k")), .trigger(task: "toy.clean", input: [:], caller: .key("r")),
            .trigger(task: "toy.clean", input: [:], caller: .key("r")),
        ])
        #expect(answers[1].repeated == answers[0].answered)
        #expect(answers[3].repeated == answers[2].answered)
        #expect(bench.memory.requests.count == 1)
        #expect(bench.memory.runs.count == 1)
    }

    @Test("A key that is reused for another call is refused: another input, another kind of call, another action")
    func otherCall() throws {
        let id = try #require(try bench.decide(.ask("saw", .key("k"))).view).request.id
        #expect(try bench.decide(.ask("drill", .key("k"))).isRefused)
        #expect(try bench.decide(.trigger(task: "toy.clean", input: [:], caller: .key("k"))).isRefused)
        #expect(try bench.decide(.act(id: id, action: "lend", input: [:], caller: .key("k"))).isRefused)
        let answers = try bench.decide([.ask("drill", .key("m")), .ask("vice", .key("m"))])
        #expect(answers[1].isRefused)
        #expect(bench.memory.requests.count == 2)
    }

    @Test("The same input is a repeat, and another value of a field is another call")
    func order() throws {
        func open(_ input: JSONObject) throws -> Answer {
            try bench.decide(.open(service: "toy.loan", resident: nil, input: input, caller: .key("k")))
        }
        _ = try #require(try open(["tool": "saw"]).view)
        #expect(try open(["tool": "saw"]).repeated != nil)
        let id = try bench.open("drill")
        func misbehave(_ input: JSONObject) throws -> Answer {
            try bench.decide(.act(id: id, action: "lend", input: input, caller: .key("n")))
        }
        _ = try #require(try misbehave(["days_lent": 2]).view)
        #expect(try misbehave(["days_lent": 2]).repeated != nil)
        #expect(try misbehave(["days_lent": 3]).isRefused)
    }

    @Test("Another priority, or a resident that only one of the calls gives, makes another call")
    func everyParameter() throws {
        func trigger(_ priority: Priority?) throws -> Answer {
            try bench.decide(.trigger(task: "toy.clean", input: [:], priority: priority, caller: .key("p")))
        }
        _ = try #require(try trigger(nil).run)
        #expect(try trigger(nil).repeated != nil)
        #expect(try trigger(.high).isRefused)
        #expect(try trigger(.normal).isRefused)
        func open(_ resident: String?) throws -> Answer {
            try bench.decide(
                .open(service: "toy.loan", resident: resident, input: ["tool": "saw"], caller: .key("r")))
        }
        _ = try #require(try open(nil).view)
        #expect(try open(nil).repeated != nil)
        #expect(try open("apt-3").isRefused)
        let parts: [[String]] = [[(nil as String?).given], [("" as String?).given]]
        #expect(Fingerprint.of(parts[0]) != Fingerprint.of(parts[1]))
    }

    @Test("An id in another spelling does not make another call")
    func sameID() throws {
        let id = try bench.open()
        _ = try #require(try bench.decide(.act(id: id, action: "lend", input: [:], caller: .key("k"))).view)
        let typed = try #require(RequestID(id.description.lowercased().replacing("-", with: "")))
        #expect(try bench.decide(.act(id: typed, action: "lend", input: [:], caller: .key("k"))).repeated != nil)
    }

    @Test("A rejection is not remembered: the key can be used for the call that succeeds")
    func rejected() throws {
        let holder = try bench.open("saw")
        #expect(try bench.decide(.ask("saw", .key("k"))).isRefused)
        #expect(bench.memory.answers.isEmpty)
        try bench.act(holder, "call-off")
        #expect(try bench.decide(.ask("saw", .key("k"))).view != nil)
    }

    @Test("Calls without a key are never treated as repeats")
    func without() throws {
        try bench.decide([.trigger("toy.clean"), .trigger("toy.clean")])
        #expect(bench.memory.runs.count == 2)
        #expect(bench.memory.answers.isEmpty)
    }
}
