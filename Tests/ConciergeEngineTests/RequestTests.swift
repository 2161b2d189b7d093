import ConciergeEngine
import ConciergeKit
import JSON
import Testing

@testable import ConciergeTesting

@Suite("Decisions about requests")
struct RequestTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test("A request is opened in its first state, with version 1, its timers, claims and history line")
    func opened() throws {
        let answer = try bench.decide(.ask("saw"))
        let view = try #require(answer.view)
        #expect(view.request.state == "asked")
        #expect(view.request.version == 1)
        #expect(view.request.isOpen)
        #expect(view.request.resident == "apt-3")
        #expect(view.request.openedAt == bench.now)
        #expect(view.request.closedAt == nil)
        #expect(view.timers == ["expire": bench.now + .hours(1)])
        #expect(bench.memory.request(view.request.id) == view.request)
        #expect(bench.memory.holders == ["toy/tool:saw": view.request.id])
        let seed = try #require(bench.memory.entries.first?.seed)
        #expect(
            bench.memory.entries == [
                Entry(
                    request: view.request.id, service: "toy.loan", at: bench.now, actor: "anne", event: "open",
                    to: "asked", input: Array(#"{"tool":"saw"}"#.utf8), seed: seed)
            ])
    }

    @Test("Every action increments the version, and writes its line followed by its notices")
    func history() throws {
        let id = try bench.open()
        bench.now = bench.now + .minutes(5)
        let lent = try #require(try bench.act(id, "lend", ["days_lent": 3]).view)
        #expect(lent.request.state == "lent")
        #expect(lent.request.version == 2)
        #expect(lent.timers == ["remind": bench.now + .days(3)])
        let seeds = bench.memory.entries.compactMap(\.seed)
        // The notice has no seed of its own: the line of its rule has it.
        try #require(seeds.count == 2 && seeds[0] != seeds[1])
        #expect(
            Array(bench.memory.entries.dropFirst()) == [
                Entry(
                    request: id, service: "toy.loan", at: bench.now, actor: "anne", event: "lend", from: "asked",
                    to: "lent", input: Array(#"{"days_lent":3}"#.utf8), seed: seeds[1]),
                Entry(
                    request: id, service: "toy.loan", at: bench.now, actor: "anne",
                    event: .notice("lent", to: .resident, isSecret: false), note: words("Here it is.")),
            ])
        try bench.act(id, "prolong")
        #expect(try bench.request(id).version == 3)
        #expect(bench.memory.entries.last?.input == nil)
    }

    @Test("A timer that the new state does not have is ended")
    func timersEnd() throws {
        let id = try bench.open()
        try bench.act(id, "lend")
        #expect(bench.memory.timers(of: id).keys.sorted() == ["remind"])
    }

    @Test("A closed request holds no claim and no timer, and has the time of its closing")
    func closed() throws {
        let id = try bench.open()
        bench.now = bench.now + .minutes(1)
        try bench.act(id, "call-off")
        let request = try bench.request(id)
        #expect(!request.isOpen)
        #expect(request.closedAt == bench.now)
        #expect(bench.memory.timers(of: id).isEmpty)
        #expect(bench.memory.holders.isEmpty)
    }

    @Test("A rule chooses among the transition's states; the first is the default")
    func destinations() throws {
        let id = try bench.open()
        try bench.act(id, "lend")
        let again = try #require(try bench.act(id, "return", ["again": true]).view)
        #expect(again.request.state == "asked")
        #expect(again.timers.keys.sorted() == ["expire"])
        #expect(bench.memory.holders == ["toy/tool:saw": id])
        try bench.act(id, "lend")
        #expect(try bench.act(id, "return").view?.request.state == "returned")
    }

    @Test(
        "A mistake in a rule is the provider's fault, a refusal is the rule's answer, and neither changes anything",
        arguments: [
            "timer", "destination", "task", "task-input", "refusal",
        ])
    func noTrace(how: String) throws {
        let id = try bench.open()
        let before = (try bench.request(id), bench.memory.timers, bench.memory.holders, bench.memory.entries.count)
        let answer = try bench.act(id, "misbehave", ["how": .string(how)])
        if how == "refusal" {
            #expect(answer.rejection == .refused(words("no")))
        } else {
            #expect(answer.isBroken)
        }
        #expect(bench.last.changes.isEmpty)
        #expect(try bench.request(id) == before.0)
        #expect(bench.memory.timers == before.1)
        #expect(bench.memory.holders == before.2)
        #expect(bench.memory.entries.count == before.3)
        #expect(bench.memory.runs.isEmpty)
    }

    @Test("Without its mistake the same rule takes effect, so only the mistakes above prevent it")
    func noMistake() throws {
        let id = try bench.open()
        let answer = try bench.act(id, "misbehave", ["how": "record"])
        #expect(answer.view?.request.version == 2)
        #expect(bench.memory.holders == ["toy/tool:forbidden": id])
        #expect(bench.memory.runs.count == 1)
        #expect(bench.memory.timers(of: id) == ["expire": bench.now + .hours(9)])
    }

    @Test("An unknown request, an unknown service or action, and a wrong field have different rejections")
    func rejections() throws {
        let id = try bench.open()
        #expect(try bench.act("00000-00000", "lend").rejection == .notFound("00000-00000"))
        #expect(try bench.act("r-1", "lend").rejection == .notFound(("r-1" as RequestID).description))
        func field(_ answer: Answer) -> String? {
            if case .invalid(let name, _) = answer.rejection { name } else { nil }
        }
        #expect(
            field(try bench.decide(.open(service: "toy.x", resident: nil, input: [:], caller: .staff))) == "service")
        #expect(field(try bench.act(id, "fly")) == "action")
        #expect(field(try bench.act(id, "lend", ["days_lent": "three"])) == "days_lent")
        #expect(field(try bench.act(id, "lend", ["daysLent": 3])) == "daysLent")
        #expect(field(try bench.decide(.ask("  "))) == "tool")
        #expect(try bench.request(id).version == 1)
    }

    @Test("An action that the state does not allow is refused with the list of allowed actions")
    func notNow() throws {
        let id = try bench.open()
        let answer = try bench.act(id, "prolong")
        guard case .refused(let text) = answer.rejection else {
            Issue.record("not refused: \(answer)")
            return
        }
        #expect(text.en.contains("asked"))
        #expect(text.en.contains("lend, swap-tool, call-off"))
        #expect(!text.fr.isEmpty)
    }

    @Test("An action on a request whose service is not served is refused, and accepted once it is served again")
    func notServed() throws {
        let id = try bench.open()
        let registry = bench.engine.registry
        bench.engine.serve(Registry())
        #expect(try bench.act(id, "lend").isRefused)
        bench.engine.serve(registry)
        #expect(try bench.act(id, "lend").view?.request.state == "lent")
    }

    @Test("A request is found by its id in small letters and without the hyphen")
    func spokenID() throws {
        let id = try bench.open()
        let typed = try #require(RequestID(id.description.lowercased().replacing("-", with: "")))
        #expect(try bench.act(typed, "lend").view?.request.id == id)
    }

    @Test("A record that can no longer be read is a fault of the provider and is not changed")
    func unreadable() throws {
        let id = try bench.open()
        var changes = Changes()
        var request = try bench.request(id)
        request.record = Array(#"{"tool":3}"#.utf8)
        changes.requests.changed[id] = request
        try bench.put(changes)
        #expect(try bench.act(id, "lend").isBroken)
        #expect(try bench.request(id) == request)
    }

    @Test("Each command of a batch sees the effects of the commands before it")
    func batch() throws {
        let id = try bench.open()
        let answers = try bench.decide([.act(id, "lend"), .act(id, "lend"), .act(id, "prolong"), .act(id, "return")])
        #expect(answers[0].view?.request.version == 2)
        #expect(answers[1].isRefused)
        #expect(answers[2].view?.request.version == 3)
        #expect(answers[3].view?.request.version == 4)
        #expect(bench.events(id) == ["open", "lend", "notice:lent", "prolong", "return"])
    }

    @Test("The same batch with the same facts and the same random numbers leads to the same decision")
    func pure() throws {
        var engines: [Decision] = []
        for _ in 0..<2 {
            let bench = try Bench()
            try bench.decide([.ask("saw"), .ask("drill"), .trigger("toy.clean")])
            engines.append(bench.last)
        }
        #expect(engines[0].changes.requests.opened == engines[1].changes.requests.opened)
        #expect(engines[0].changes.runs.created == engines[1].changes.runs.created)
        #expect(engines[0].changes.entries == engines[1].changes.entries)
    }
}
