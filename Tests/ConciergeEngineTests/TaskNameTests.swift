import ConciergeKit
import ConciergeTesting
import JSON
import Testing

@testable import ConciergeEngine

/// A service that passes plain values to its tasks and continues with their answers.
private struct Courier: Service {
    static let id = "toy.courier"
    static let name = words("Courier")
    static let summary = words("Courier")

    struct Record: Codable {
        var carried: String?
        var counted: Int?
    }
    struct Parcel: Codable {
        var to: String
        var weights: [Int]
    }
    struct Slip: Codable {
        var number: Int
    }
    struct Send: Input {
        static let name = words("Send")
        @Field(fr: "To", en: "To") var to: String
    }
    struct Close: Input { static let name = words("Close") }

    static let carry = TaskName<Parcel, Slip>("toy.carry", fr: "Carry", en: "Carry")
    static let count = TaskName<[String], Int>("toy.count", fr: "Count", en: "Count")

    func headline(_ record: Record) -> Text { Self.name }

    var lifecycle: Lifecycle {
        opening(Send.self, to: .underWay) { send, moment in
            var courier = Draft(Record(), at: moment)
            courier.run(Self.carry, Parcel(to: send.to, weights: [1, 2]))
            courier.run(Self.count, [send.to, "b", "c"])
            return courier
        }
        ended(Self.carry, in: .underWay) { outcome, courier in
            switch outcome.result {
            case .done(let slip): courier.record.carried = "\(outcome.given.to) \(outcome.given.weights) \(slip.number)"
            case .failed(let reason): courier.record.carried = "\(outcome.given.to): \(reason)"
            }
        }
        ended(Self.count, in: .underWay) { outcome, courier in
            if case .done(let count) = outcome.result { courier.record.counted = count }
        }
        on(Close.self, from: .underWay, to: .closed)
    }
}

extension StateOf<Courier> {
    fileprivate static var underWay: Self { open(fr: "under way", en: "under way", turn: .clock) }
    fileprivate static var closed: Self { closed(fr: "closed", en: "closed") }
}

private struct Toy: ServiceProvider {
    static let manifest = ProviderManifest(id: "toy", version: "1.0.0", name: words("toy"), summary: words("toy"))
    init(_ configuration: NoSettings, in context: ProviderContext) {}
    var services: [any Service] { [Courier()] }
    var tasks: [TaskDefinition] {
        [
            TaskDefinition(Courier.carry, retry: .never) { parcel, context in
                guard parcel.to != "nobody" else { throw TaskFailure.final(reason: "no such door") }
                let request = try await context.request(context.request ?? "", of: Courier.self)
                #expect(request?.state == .underWay)
                #expect(request?.state.name == words("under way"))
                return TaskReport(Courier.Slip(number: parcel.weights.reduce(0, +)), words("ok"))
            },
            TaskDefinition(Courier.count) { names, _ in TaskReport(names.count, words("ok")) },
        ]
    }
}

@Suite("Typed task declarations")
struct TaskNameTests {
    private func lodge() async throws -> Lodge {
        try await Lodge(Toy.self, configuration: Toy.Configuration(), at: Bench.start)
    }

    @Test("A rule passes any value to a task, and the rule for the task's end gets that value and the task's answer")
    func types() async throws {
        let lodge = try await lodge()
        let id = try await lodge.open("toy.courier", ["to": "ana"]).id
        let request = try #require(lodge.request(id))
        #expect(request.text("carried") == "ana [1, 2] 3")
        #expect(request["counted"] == .int(3))
        #expect(lodge.runs(of: "toy.carry").map(\.data) == [#"{"number":3}"#])
        #expect(lodge.runs(of: "toy.count").map(\.data) == ["3"])
    }

    @Test("The rule for the end of a failed task gets the reason and the task's input")
    func failed() async throws {
        let lodge = try await lodge()
        let id = try await lodge.open("toy.courier", ["to": "nobody"]).id
        #expect(lodge.request(id)?.text("carried") == "nobody: no such door")
    }

    @Test("A task without a form cannot be triggered by hand, and the error says so")
    func noForm() async throws {
        let lodge = try await lodge()
        let error = await #expect(throws: LodgeError.self) { try await lodge.trigger("toy.carry", ["to": "ana"]) }
        guard case .invalid("task", let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.en == "the task \"toy.carry\" is run by its provider's requests and tasks alone")
    }

    @Test("A form that is passed to a task is stored by its fields, as before tasks had names")
    func stored() throws {
        let bench = try Bench()
        let id = try bench.open("saw")
        try bench.act(id, "deliver")
        #expect(bench.startedRuns.first?.input == ["tool": "saw"])
        let ended = EndedRun(run: "r", given: ["tool": "saw"], answer: nil, failure: "late")
        #expect(try Loan.deliver.decode(ended.given).tool == "saw")
    }

    @Test("If this build cannot read the input of a run, its end is postponed until a build can read it")
    func unreadableEnd() throws {
        let provider = Toy(.init(), in: ProviderContext(stateDirectory: "", zone: .utc))
        let bench = try Bench(services: provider.services, tasks: provider.tasks)
        let opened = try bench.decide(
            .open(service: "toy.courier", resident: nil, input: ["to": "ana"], caller: .staff))
        let id = try #require(opened.view).request.id
        let run = try #require(bench.startedRuns.first { $0.task == "toy.carry" })
        func put(_ run: StoredRun) throws {
            var changes = Changes()
            changes.runs.changed[run.id] = run
            try bench.put(changes)
        }
        var other = StoredRun(
            id: run.id, task: run.task, provider: run.provider, state: .running, input: ["door": "ana"],
            actor: run.actor, request: run.request, attempt: 1, attempts: 1, createdAt: run.createdAt, due: run.due)
        try put(other)
        try bench.decide(.end(run: run.id, attempt: 1, result: .failed(reason: "late", retryAfter: nil)))
        #expect(bench.faults.isEmpty)
        #expect(try bench.memory.timers(of: id) == [.outcome(of: run.id): bench.now + .seconds(10)])
        other = run
        (other.state, other.error) = (.failed, "late")
        try put(other)
        try bench.wake(after: .seconds(10))
        #expect(try JSON.parse(bench.request(id).record)["carried"] == "ana: late")
        #expect(try bench.memory.timers(of: id).isEmpty)
    }

    @Test("A stored input that no longer fits the task fails its run for good")
    func misfit() async throws {
        let task = Toy(.init(), in: ProviderContext(stateDirectory: "", zone: .utc)).tasks[0]
        #expect(throws: TaskFailure.self) { try task.check(["to": 3]) }
    }
}
