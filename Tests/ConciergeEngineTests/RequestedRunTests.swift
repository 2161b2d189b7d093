import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

@Suite("Runs that a request started")
struct RequestedRunTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private func end(_ run: RunID, _ attempt: Int = 1, _ result: AttemptResult = .ok) -> Command {
        .end(run: run, attempt: attempt, result: result)
    }

    @Test(
        "A request is notified of the end of the run that it started",
        arguments: [
            (AttemptResult.ok, "lent"), (.failedForGood(reason: "no van"), "called-off"),
        ])
    func told(result: AttemptResult, state: String) throws {
        let id = try bench.open()
        try bench.act(id, "deliver")
        let run = try #require(bench.startedRuns.first)
        #expect(run.request == id)
        #expect(run.input == ["tool": "saw"])
        try bench.decide(end(run.id, 1, result))
        let request = try bench.request(id)
        #expect(request.state == state)
        #expect(request.version == 3)
        let line = try #require(bench.memory.entries.last)
        #expect(line.event == "run:toy.deliver")
        #expect(line.from == "asked" && line.to == state && line.actor == "run")
        if state == "called-off" { #expect(String(decoding: request.record, as: UTF8.self).contains("no van")) }
    }

    @Test("A request is notified of a cancelled run, and not of a failed attempt that will be retried")
    func toldAtTheEnd() throws {
        let id = try bench.open()
        try bench.act(id, "deliver")
        let run = try #require(bench.startedRuns.first)
        try bench.decide(end(run.id, 1, .failed(reason: "busy", retryAfter: .minutes(1))))
        #expect(try bench.request(id).version == 2)
        try bench.decide(.cancel(run: run.id, caller: .staff))
        #expect(try bench.request(id).state == "called-off")
    }

    @Test("If the table has no row for a run's end, only the history records it")
    func lineAlone() throws {
        let id = try bench.open()
        try bench.act(id, "deliver")
        let run = try #require(bench.startedRuns.first)
        try bench.act(id, "lend")
        let before = try bench.request(id)
        try bench.decide(end(run.id))
        #expect(try bench.request(id) == before)
        #expect(bench.memory.entries.last?.event == "run:toy.deliver")
        #expect(bench.memory.entries.last?.note == words("ok"))
    }

    @Test("A run that a request starts waits if the provider's capacity is used up")
    func askedByRequest() throws {
        try bench.decide([.trigger("toy.clean"), .trigger("toy.clean")])
        let id = try bench.open()
        try bench.act(id, "deliver")
        #expect(bench.started.isEmpty)
        #expect(bench.memory.runs.values.first { $0.request == id }?.state == .queued)
    }
}
