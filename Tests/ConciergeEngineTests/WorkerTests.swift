import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

@Suite("Runs that workers execute")
struct WorkerTests {
    private static func task(
        _ id: String = "toy.send", attempts: Int = 3, concurrency: Int? = nil, rate: RateLimit? = nil
    ) -> TaskDefinition {
        TaskDefinition(
            TaskName<Loan.Delivery, NoAnswer>(id, fr: "Send", en: "Send"), executedBy: .worker,
            retry: RetryPolicy(attempts: attempts, base: .seconds(10)), concurrency: concurrency, rate: rate)
    }

    private func bench(_ tasks: TaskDefinition..., concurrency: Int = 8) throws -> Bench {
        try Bench(tasks: Loan.tasks + tasks, concurrency: concurrency)
    }

    private func send(_ task: TaskID = "toy.send") -> Command { .trigger(task, ["tool": "saw"]) }

    private func came(_ worker: WorkerID, _ limit: Int, _ tasks: Set<TaskID> = ["toy.send"]) -> Command {
        .workerCame(worker, tasks: tasks, limit: limit)
    }

    /// Which worker got which run in the last batch.
    private func given(_ bench: Bench) -> [RunID: WorkerID] {
        bench.last.events.reduce(into: [:]) { if case .runGiven(let run, let worker) = $1 { $0[run.id] = worker } }
    }

    @Test("A run waits for a worker, loses no attempt meanwhile, and is given to the one that comes")
    func waits() throws {
        let bench = try bench(Self.task())
        let run = try #require(try bench.decide(send()).run)
        #expect(run.state == .queued)
        try bench.wake(after: .days(3))
        #expect(try bench.run(run.id).attempt == 0)
        // A worker of another task does not get it.
        try bench.decide(came("other", 4, ["toy.other"]))
        #expect(given(bench).isEmpty)
        try bench.decide(came("mail", 1))
        #expect(given(bench) == [run.id: "mail"])
        let begun = try bench.run(run.id)
        #expect(begun.state == .running)
        #expect(begun.attempt == 1)
    }

    @Test("A waiting run does not wake the engine, and does not hold up runs that are executed inside")
    func waitsQuietly() throws {
        let bench = try bench(Self.task(), concurrency: 1)
        try bench.decide(send())
        #expect(bench.nextDue == nil)
        try bench.decide(.trigger("toy.clean"))
        #expect(bench.started.count == 1)
    }

    @Test("A worker never has more runs than it asked for, and gets the next as soon as it has finished one")
    func backpressure() throws {
        let bench = try bench(Self.task())
        try bench.decide(came("mail", 2))
        let runs = try bench.decide((0..<5).map { _ in send() }).compactMap(\.run)
        #expect(given(bench).keys.sorted() == runs.prefix(2).map(\.id))
        try bench.decide(.end(run: runs[0].id, attempt: 1, result: .ok))
        #expect(given(bench) == [runs[2].id: "mail"])
        try bench.decide(came("second", 5))
        #expect(given(bench) == [runs[3].id: "second", runs[4].id: "second"])
    }

    @Test("The limits of provider and task hold for workers too")
    func limits() throws {
        let bench = try bench(Self.task(concurrency: 1), Self.task("toy.other"), concurrency: 2)
        try bench.decide(came("mail", 9, ["toy.send", "toy.other"]))
        try bench.decide([send(), send(), send("toy.other"), send("toy.other")])
        #expect(given(bench).count == 2)
        let rated = try self.bench(Self.task(rate: RateLimit(1, per: .minutes(1))))
        try rated.decide(came("mail", 9))
        try rated.decide([send(), send()])
        #expect(given(rated).count == 1)
        #expect(rated.nextDue == rated.now + .minutes(1))
    }

    @Test("When a worker's connection ends, its runs begin again at once, and the attempt was counted")
    func lost() throws {
        let bench = try bench(Self.task())
        try bench.decide([came("one", 1), came("two", 1)])
        let runs = try bench.decide([send(), send()]).compactMap(\.run)
        let holder = try #require(given(bench)[runs[0].id])
        try bench.decide(.workerGone(holder))
        let again = try bench.run(runs[0].id)
        #expect(again.state == .queued)
        #expect(again.attempt == 1)
        #expect(again.due == bench.now)
        #expect(try bench.run(runs[1].id).state == .running)
        try bench.decide(came("three", 1))
        #expect(given(bench) == [runs[0].id: "three"])
        #expect(try bench.run(runs[0].id).attempt == 2)
        // What the first worker still says of its attempt changes nothing.
        #expect(try bench.decide(.end(run: runs[0].id, attempt: 1, result: .ok)).isDone)
        #expect(try bench.run(runs[0].id).state == .running)
    }

    @Test("A run whose worker is lost in the last attempt fails, and its request is told")
    func lostForGood() throws {
        let bench = try bench(Self.task(attempts: 1))
        try bench.decide(came("mail", 1))
        let run = try #require(try bench.decide(send()).run)
        try bench.decide(.workerGone("mail"))
        let failed = try bench.run(run.id)
        #expect(failed.state == .failed)
        #expect(failed.error == "the connection of its worker ended")
        #expect(bench.last.events.contains(.runLost(failed)))
    }

    @Test("An attempt that timed out keeps its place at the worker until it is handed back; others get the retry")
    func timesOut() throws {
        let bench = try bench(Self.task())
        try bench.decide(came("mail", 1))
        let run = try #require(try bench.decide(send()).run)
        try bench.decide(
            .end(
                run: run.id, attempt: 1, result: .failed(reason: "timed out", retryAfter: nil), handlerReturned: false))
        try bench.wake(after: .minutes(1))
        #expect(given(bench).isEmpty)
        try bench.decide(came("second", 1))
        #expect(given(bench) == [run.id: "second"])
        try bench.decide([.returned(task: "toy.send", provider: "toy"), .handedBack(run: run.id, attempt: 1)])
        let next = try #require(try bench.decide(send()).run)
        #expect(given(bench) == [next.id: "mail"])
    }

    @Test("A run that is cancelled in the batch that gives it is not given; later its worker is told")
    func cancelled() throws {
        let bench = try bench(Self.task())
        try bench.decide(came("mail", 1))
        let first = try #require(try bench.decide(send()).run)
        try bench.decide(.cancel(run: first.id, caller: .staff))
        #expect(bench.stopped == [first.id])
        try bench.decide([.handedBack(run: first.id, attempt: 1), .returned(task: "toy.send", provider: "toy")])
        let second = try #require(try bench.decide(send()).run)
        try bench.decide(.end(run: second.id, attempt: 1, result: .failed(reason: "no", retryAfter: .seconds(1))))
        bench.now = bench.now + .seconds(2)
        try bench.decide([.retry(run: second.id, caller: .staff), .cancel(run: second.id, caller: .staff)])
        #expect(given(bench).isEmpty)
    }

    @Test("A worker that leaves gets no more runs, and keeps those that it has")
    func leaves() throws {
        let bench = try bench(Self.task())
        try bench.decide(came("mail", 2))
        let run = try #require(try bench.decide(send()).run)
        try bench.decide([.workerLeaves("mail"), send()])
        #expect(given(bench).isEmpty)
        let ended = try #require(try bench.decide(.end(run: run.id, attempt: 1, result: .interrupted)).run)
        #expect(ended.state == .queued)
        #expect(ended.attempt == 0)
        #expect(given(bench).isEmpty)
    }

    @Test("A worker's task without an answer that is an object, or with hardly any time, is a mistake of its author")
    func mistakes() throws {
        let number = TaskDefinition(
            TaskName<Loan.Delivery, Int>("toy.number", fr: "Number", en: "Number"), executedBy: .worker,
            timeLimit: .milliseconds(10))
        let mistake = #expect(throws: InvalidProvider.self) { try bench(number) }
        #expect(
            mistake?.mistakes == [
                "toy.number: a worker answers with an object: make the answer a structure, or NoAnswer",
                "toy.number: a worker needs time to be told of a run: give it a time limit of a second at least",
            ])
    }

    @Test("An answer is stored as the task declares it, and refused if it does not fit")
    func answers() throws {
        struct Sent: Codable { let id: String }
        let task = TaskDefinition(TaskName<NoInput, Sent>("toy.x", fr: "X", en: "X"), executedBy: .worker)
        #expect(try task.answer(["id": "7", "more": 1]) == Array(#"{"id":"7"}"#.utf8))
        #expect(throws: DecodingError.self) { try task.answer(["id": 7]) }
        #expect(throws: DecodingError.self) { try task.answer([:]) }
        #expect(try Self.task().answer([:]) == nil)
    }
}
