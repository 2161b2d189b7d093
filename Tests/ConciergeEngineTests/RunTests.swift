import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

@Suite("Runs")
struct RunTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private func end(_ run: RunID, _ attempt: Int = 1, _ result: AttemptResult = .ok) -> Command {
        .end(run: run, attempt: attempt, result: result)
    }

    private func trigger(_ task: TaskID = "toy.clean", _ input: JSONObject = [:]) throws -> StoredRun {
        try #require(try bench.decide(.trigger(task, input)).run)
    }

    /// A run of the task with three attempts.
    private func deliver() throws -> RunID { try trigger("toy.deliver", ["tool": "saw"]).id }

    @Test("A run begins in the batch that triggers it if capacity is free, and its attempt is counted")
    func atOnce() throws {
        let id = try trigger().id
        #expect(bench.started == [id])
        let run = try bench.run(id)
        #expect(run.state == .running)
        #expect(run.attempt == 1)
        #expect(run.startedAt == bench.now)
        #expect(bench.last.changes.runs.created[id] == run)
        let second = try trigger()
        #expect(second.state == .running)
    }

    @Test("A trigger with an unknown task or a wrong input is refused")
    func invalid() throws {
        for (task, field) in [("toy.x" as TaskID, "task"), ("toy.deliver", "tool")] {
            let answer = try bench.decide(.trigger(task))
            guard case .invalid(field, _) = answer.rejection else {
                Issue.record("\(answer)")
                continue
            }
        }
        #expect(bench.memory.runs.isEmpty)
    }

    @Test("A provider never has more concurrent runs than it allows, and waiting runs begin in order")
    func concurrency() throws {
        var ids: [RunID] = []
        for second in 0..<5 {
            bench.now = Bench.start + .seconds(second)
            ids.append(try trigger().id)
        }
        #expect(bench.memory.runs.values.count { $0.state == .running } == 2)
        try bench.decide(end(ids[1]))
        #expect(bench.started == [ids[2]])
        try bench.decide([end(ids[0]), end(ids[2])])
        #expect(bench.started == [ids[3], ids[4]])
        #expect(bench.memory.runs.values.count { $0.state == .running } == 2)
    }

    @Test("A new run does not overtake waiting runs")
    func noOvertaking() throws {
        let (a, b) = (try trigger().id, try trigger().id)
        let waiting = try trigger().id
        bench.now = bench.now + .seconds(1)
        let answers = try bench.decide([end(a), .trigger("toy.clean")])
        #expect(bench.started == [waiting])
        let last = try #require(answers[1].run).id
        try bench.decide(end(b))
        #expect(bench.started == [last])
    }

    @Test("A failed attempt is repeated after the policy's delay, until no attempts are left", arguments: 0..<200)
    func backoff(seed: UInt64) throws {
        let bench = try Bench(seed: seed)
        let id = try #require(try bench.decide(.trigger("toy.deliver", ["tool": "saw"])).run).id
        for (attempt, longest) in [(1, 10), (2, 20)] {
            try bench.decide(end(id, attempt, .failed(reason: "busy", retryAfter: nil)))
            let run = try bench.run(id)
            #expect(run.state == .queued)
            #expect(run.error == "busy")
            let delay = run.due - bench.now
            #expect(delay >= .seconds(longest) / 2 && delay < .seconds(longest))
            #expect(bench.nextDue == run.due)
            try bench.wake(after: delay - .milliseconds(1))
            #expect(bench.started.isEmpty)
            try bench.wake(after: .milliseconds(1))
            #expect(bench.started == [id])
            #expect(try bench.run(id).attempt == attempt + 1)
        }
        try bench.decide(end(id, 3, .failed(reason: "still busy", retryAfter: nil)))
        let run = try bench.run(id)
        #expect(run.state == .failed)
        #expect(run.error == "still busy")
        #expect(run.finishedAt == bench.now)
        #expect(run.attempt == 3)
    }

    @Test("A delay given by the failure replaces the policy's delay, even if it is zero", arguments: [0, 1, 3600])
    func retryAfter(seconds: Int) throws {
        let id = try deliver()
        try bench.decide(end(id, 1, .failed(reason: "busy", retryAfter: .seconds(seconds))))
        #expect(try bench.run(id).due == bench.now + .seconds(seconds))
        if seconds > 0 { try bench.wake(after: .seconds(seconds)) }
        #expect(bench.started == [id])
        #expect(try bench.run(id).attempt == 2)
    }

    @Test("A permanent failure is not retried")
    func forGood() throws {
        let id = try deliver()
        try bench.decide(end(id, 1, .failedForGood(reason: "no such tool")))
        #expect(try bench.run(id).state == .failed)
        #expect(bench.nextDue == nil)
    }

    @Test("A success keeps its outcome and data, and clears the error of an earlier attempt")
    func succeeded() throws {
        let id = try deliver()
        try bench.decide(end(id, 1, .failed(reason: "busy", retryAfter: .zero)))
        try bench.decide(end(id, 2, .succeeded(words: words("done"), data: Array("{}".utf8))))
        let run = try bench.run(id)
        #expect(run.state == .succeeded)
        #expect(run.outcome == words("done"))
        #expect(run.data == Array("{}".utf8))
        #expect(run.error == nil)
        #expect(run.finishedAt == bench.now)
    }

    @Test("An attempt that the daemon's stop interrupted does not count")
    func interrupted() throws {
        let id = try deliver()
        bench.engine.beginNoMoreRuns()
        try bench.decide(end(id, 1, .interrupted))
        let run = try bench.run(id)
        #expect(run.state == .queued)
        #expect(run.attempt == 0)
        #expect(run.startedAt == nil)
        #expect(bench.started.isEmpty)
        bench.restart()
        try bench.wake()
        #expect(bench.started == [id])
    }

    @Test("No run begins while the daemon is stopping; the run waits for the next start")
    func stopping() throws {
        bench.engine.beginNoMoreRuns()
        let id = try trigger().id
        #expect(bench.started.isEmpty)
        try bench.wake()
        #expect(bench.started.isEmpty)
        #expect(try bench.run(id).state == .queued)
    }

    @Test("A queued run that is cancelled never begins")
    func cancelQueued() throws {
        let (a, _, waiting) = (try trigger().id, try trigger().id, try trigger().id)
        let answer = try bench.decide(.cancel(run: waiting, caller: .staff))
        #expect(answer.run?.state == .cancelled)
        #expect(answer.run?.error == "cancelled by anne")
        #expect(bench.stopped.isEmpty)
        try bench.decide(end(a))
        #expect(bench.started.isEmpty)
    }

    @Test(
        "A cancelled running run is stopped, frees its capacity when its handler returns, and ignores a late end"
    )
    func cancelRunning() throws {
        let (a, _, waiting) = (try trigger().id, try trigger().id, try trigger().id)
        try bench.decide(.cancel(run: a, caller: .staff))
        #expect(bench.stopped == [a])
        #expect(bench.started.isEmpty)
        try bench.decide(.returned(task: "toy.clean", provider: "toy"))
        #expect(bench.started == [waiting])
        let cancelled = try bench.run(a)
        #expect(cancelled.state == .cancelled)
        #expect(try bench.decide(end(a)).isDone)
        #expect(bench.last.changes.isEmpty)
        #expect(try bench.run(a) == cancelled)
        #expect(bench.capacity == 0)
    }

    @Test("The end of an earlier attempt changes nothing")
    func lateEnd() throws {
        let id = try deliver()
        try bench.decide(end(id, 1, .failed(reason: "slow", retryAfter: .zero)))
        #expect(try bench.decide(end(id, 1)).isDone)
        #expect(try bench.run(id).state == .running)
        #expect(bench.capacity == 1)
    }

    @Test("A finished run cannot be cancelled, and a successful or running run cannot be retried")
    func refused() throws {
        let id = try trigger().id
        #expect(try bench.decide(.retry(run: id, caller: .staff)).isRefused)
        try bench.decide(end(id))
        #expect(try bench.decide(.retry(run: id, caller: .staff)).isRefused)
        #expect(try bench.decide(.cancel(run: id, caller: .staff)).isRefused)
        #expect(try bench.decide(.cancel(run: "00000-00000", caller: .staff)).rejection == .notFound("00000-00000"))
    }

    @Test("A failed or cancelled run that is retried gets all its attempts again", arguments: [true, false])
    func retried(fails: Bool) throws {
        let id = try deliver()
        try bench.decide(fails ? end(id, 1, .failedForGood(reason: "no")) : .cancel(run: id, caller: .staff))
        try bench.decide(.retry(run: id, caller: .staff))
        if !fails { try bench.decide(.returned(task: "toy.deliver", provider: "toy")) }
        let run = try bench.run(id)
        #expect(run.state == .running)
        // The count continues, so that a late end of the first attempt is not taken for the end of this one.
        #expect(run.attempt == 2)
        #expect(run.attempts == 1 + 3)
        #expect(run.finishedAt == nil)
    }

    @Test("A run that waits for its next attempt begins at once when it is retried by hand")
    func hurried() throws {
        let id = try deliver()
        try bench.decide(end(id, 1, .failed(reason: "busy", retryAfter: .days(1))))
        try bench.decide(.retry(run: id, caller: .staff))
        #expect(bench.started == [id])
        #expect(try bench.run(id).attempt == 2)
    }

    @Test("A run whose last attempt ended with a crash is given up, its request is notified, and its capacity is free")
    func spent() throws {
        let request = try bench.open()
        try bench.act(request, "deliver")
        var changes = Changes()
        for index in 0..<4 {
            var run = StoredRun(
                id: "run-\(index)", task: "toy.deliver", provider: "toy", input: ["tool": "saw"], actor: "anne",
                request: index == 0 ? request : nil, attempts: 3, createdAt: bench.now, due: bench.now)
            run.attempt = index < 3 ? 3 : 2
            changes.runs.created[run.id] = run
        }
        try bench.put(changes)
        bench.now = bench.now + .seconds(1)
        bench.restart()
        try bench.decide(.wake)
        #expect(bench.started == ["run-3"])
        #expect(try bench.run("run-3").attempt == 3)
        #expect(bench.givenUp.sorted() == ["run-0", "run-1", "run-2"])
        #expect(try bench.run("run-0").state == .failed)
        #expect(try bench.run("run-0").finishedAt == bench.now)
        #expect(try bench.request(request).state == "called-off")
        #expect(bench.capacity == 1)
    }

    @Test("Runs of a task that is no longer in the build wait, and do not delay the provider's other runs")
    func unknownTask() throws {
        var changes = Changes()
        for index in 0..<5 {
            changes.runs.created["old-\(index)"] = StoredRun(
                id: "old-\(index)", task: "toy.old", provider: "toy", input: [:], actor: "anne", attempts: 1,
                createdAt: bench.now, due: bench.now)
        }
        try bench.put(changes)
        bench.now = bench.now + .seconds(1)
        try bench.decide(.wake)
        #expect(bench.started.isEmpty)
        let id = try trigger().id
        #expect(bench.started == [id])
        #expect(bench.memory.runs.values.count { $0.state == .queued } == 5)
    }
}

extension AttemptResult {
    static var ok: AttemptResult { .succeeded(words: words("ok"), data: nil) }
}
