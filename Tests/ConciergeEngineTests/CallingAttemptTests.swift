import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

@Suite("What the handler of a run submits")
struct CallingAttemptTests {
    private let bench: Bench
    private let id: RequestID
    private let run: StoredRun

    init() throws {
        bench = try Bench(breaker: BreakerPolicy(failures: .max))
        id = try bench.open()
        try bench.decide(.trigger("toy.deliver", ["tool": "saw"]))
        run = try #require(bench.startedRuns.first)
    }

    private func act(_ action: String, _ input: JSONObject = [:], as tag: String? = nil, of run: StoredRun) throws
        -> Answer
    {
        let calling = CallingAttempt(run: run.id, attempt: run.attempt, service: "toy.loan")
        let what = ["act", id.description, action] + (tag.map { [$0] } ?? [])
        return try bench.decide(
            .act(id: id, action: action, input: input, caller: Caller(calling, doing: what)))
    }

    private func trigger(_ task: TaskID, _ input: JSONObject = [:], of run: StoredRun) throws -> Answer {
        let calling = CallingAttempt(run: run.id, attempt: run.attempt, service: nil)
        return try bench.decide(
            .trigger(task: task, input: input, caller: Caller(calling, doing: ["trigger", task.rawValue])))
    }

    /// Ends the attempt as a crash or a failure does, and begins the next one.
    private func nextAttempt() throws -> StoredRun {
        try bench.decide(.end(run: run.id, attempt: run.attempt, result: .failed(reason: "busy", retryAfter: .zero)))
        try bench.wake(after: .minutes(1))
        return try bench.run(run.id)
    }

    @Test("An action is done in the name of the run, and the history says so")
    func named() throws {
        let view = try #require(try act("lend", ["days_lent": 3], of: run).view)
        #expect(view.request.state == "lent")
        #expect(bench.memory.entries.last { $0.request == id && $0.event == "lend" }?.actor == "run \(run.id)")
    }

    @Test("The next attempt gets the first answer, also with another input, and changes nothing")
    func repeated() throws {
        let first = try #require(try act("lend", ["days_lent": 3], of: run).answered)
        try bench.act(id, "prolong")
        let next = try nextAttempt()
        #expect(next.attempt == 2 && next.state == .running)
        #expect(try act("lend", ["days_lent": 4], of: next).repeated == first)
        #expect(bench.last.changes.isEmpty)
        #expect(bench.events(id).count { $0 == "lend" } == 1)
    }

    @Test("A tag distinguishes actions of one kind, and a refusal is decided anew by the next attempt")
    func tags() throws {
        #expect(try act("prolong", as: "a", of: run).isRefused)
        try bench.act(id, "lend")
        let next = try nextAttempt()
        #expect(try act("prolong", as: "a", of: next).view != nil)
        #expect(try act("prolong", as: "b", of: next).view != nil)
        #expect(try act("prolong", as: "b", of: next).repeated != nil)
        #expect(bench.events(id).count { $0 == "prolong" } == 2)
    }

    @Test("An attempt that is over changes nothing any more, although its handler goes on")
    func over() throws {
        _ = try nextAttempt()
        #expect(try act("lend", of: run).isRefused)
        #expect(try trigger("toy.clean", of: run).isRefused)
        let other = try #require(try bench.decide(.trigger("toy.deliver", ["tool": "drill"])).run)
        try bench.decide(.cancel(run: other.id, caller: .staff))
        #expect(try act("lend", of: other).isRefused)
        #expect(try bench.request(id).version == 1)
    }

    @Test("A notice is added to the history, and nothing else of the request changes")
    func notices() throws {
        let before = bench.memory.request(id)
        let calling = CallingAttempt(run: run.id, attempt: run.attempt, service: "toy.loan")
        let notice = WrittenNotice(audience: .staff, name: "news", words: words("news"), isSecret: true)
        let command = Command.notify(
            id: id, notice: notice, caller: Caller(calling, doing: ["notify", id.description, "news"]))
        #expect(try bench.decide(command).view?.request == before)
        #expect(bench.events(id).last == "notice:news")
        #expect(try bench.decide(command).repeated != nil)
        #expect(bench.events(id).count { $0 == "notice:news" } == 1)
        #expect(bench.memory.request(id) == before)
    }

    @Test("A person's idempotency key is never that of a run, because it cannot have the separator")
    func keys() throws {
        let key = try #require(
            Caller(CallingAttempt(run: run.id, attempt: 1, service: nil), doing: ["act"]).idempotencyKey)
        let answer = try bench.decide(.act(id: id, action: "lend", input: [:], caller: .key(key)))
        #expect(answer.rejection?.words.en.hasPrefix("idempotency_key: the control character U+001F") == true)
    }

    @Test("A run is asked for once, and the next attempt gets the same one")
    func runs() throws {
        let first = try #require(try trigger("toy.clean", of: run).run)
        #expect(first.actor == "run \(run.id)")
        #expect(first.request == nil)
        guard case .run(let again)? = try trigger("toy.clean", of: try nextAttempt()).repeated else {
            Issue.record("it is not a repeat")
            return
        }
        #expect(again.id == first.id)
        #expect(bench.memory.runs.values.count { $0.task == "toy.clean" } == 1)
    }

    @Test("Requests and tasks of another provider, and requests of another service, are not the run's to change")
    func others() throws {
        let theirs = try bench.serveOther()
        let calling = CallingAttempt(run: run.id, attempt: run.attempt, service: "other.loan")
        let answer = try bench.decide(
            .act(id: theirs, action: "close", input: [:], caller: Caller(calling, doing: ["act", "other"])))
        #expect(answer.rejection?.words.en == "Request \(theirs) is of another provider than the task \"toy.deliver\".")
        #expect(
            try trigger("other.sweep", of: run).rejection?.words.en
                == "The task \"other.sweep\" is of another provider than the task \"toy.deliver\".")
        let wrong = CallingAttempt(run: run.id, attempt: run.attempt, service: "toy.other")
        let lend = Command.act(id: id, action: "lend", input: [:], caller: Caller(wrong, doing: ["act", "x"]))
        #expect(try bench.decide(lend).rejection == .notFound(id.description))
        #expect(try bench.request(id).version == 1)
    }
}

/// A service of another provider.
private struct Foreign: Service {
    static let id = "other.loan"
    static let name = words("Foreign")
    static let summary = words("Foreign")
    struct Record: Codable {}
    struct Begin: Input { static let name = words("Begin") }
    struct Close: Input { static let name = words("Close") }
    func headline(_ record: Record) -> Text { Self.name }
    var lifecycle: Lifecycle {
        opening(Begin.self, to: .begun) { _, moment in Draft(Record(), at: moment) }
        on(Close.self, from: .begun, to: .over)
    }
}

extension StateOf<Foreign> {
    fileprivate static var begun: Self { open(fr: "begun", en: "begun", turn: .staff) }
    fileprivate static var over: Self { closed(fr: "over", en: "over") }
}

extension Bench {
    /// Serves another provider too; returns one of its requests.
    fileprivate func serveOther() throws -> RequestID {
        let sweep = TaskName<NoInput, NoAnswer>("other.sweep", fr: "Sweep", en: "Sweep")
        var registry = engine.registry
        registry.add(
            try ProviderContents(
                ProviderManifest(id: "other", version: "1.0.0", name: words("other"), summary: words("other")),
                services: [Foreign()],
                tasks: [TaskDefinition(sweep) { _, _ in TaskReport(words("ok")) }], schedules: []))
        engine.serve(registry)
        let opened = try decide(.open(service: "other.loan", resident: nil, input: [:], caller: .staff))
        return try #require(opened.view).request.id
    }
}
