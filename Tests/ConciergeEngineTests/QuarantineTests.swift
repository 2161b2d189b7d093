import ConciergeEngine
import ConciergeKit
import Synchronization
import Testing

@testable import ConciergeTesting

@Suite("Quarantine in the engine, and the observer of provider code")
struct QuarantineTests {
    private func quarantine(_ subject: Quarantine.Subject) -> Quarantine {
        Quarantine(of: subject, since: Bench.start, crashes: 3, event: "lend", cause: "SIGILL")
    }

    @Test("Actions on a quarantined request are refused and its timers do not fire; after its release both continue")
    func request() throws {
        let bench = try Bench()
        let id = try bench.open()
        bench.engine.quarantined = Quarantined([quarantine(.request(id))])
        #expect(try bench.act(id, "lend").isRefused)
        try bench.wake(after: .hours(2))
        #expect(bench.events(id) == ["open"])

        let released = try #require(try bench.decide(.release(request: id, caller: .staff)).view)
        #expect(released.timers["expire"] != nil)
        #expect(bench.engine.quarantined == Quarantined())
        #expect(bench.last.changes.quarantine.releasedRequests == [id: true])
        try bench.wake()
        #expect(bench.events(id).prefix(3) == ["open", "quarantine:released", "timer:expire"])
    }

    @Test("A command after a release in the same batch is decided without the quarantine")
    func sameBatch() throws {
        let bench = try Bench()
        let id = try bench.open()
        bench.engine.quarantined = Quarantined([quarantine(.request(id))])
        let answers = try bench.decide([
            .act(id, "lend"), .release(request: id, caller: .staff), .act(id, "lend"),
        ])
        #expect(answers[0].isRefused)
        #expect(answers[2].view?.request.state == "lent")
    }

    @Test("A request that is not in quarantine cannot be released, and an unknown id is reported as such")
    func nothingToRelease() throws {
        let bench = try Bench()
        let id = try bench.open()
        #expect(try bench.decide(.release(request: id, caller: .staff)).isRefused)
        #expect(
            try bench.decide(.release(request: "r-1", caller: .staff)).rejection
                == .notFound(("r-1" as RequestID).description))
        #expect(bench.events(id) == ["open"])
    }

    @Test("A release that is repeated with its key happens once")
    func repeatedRelease() throws {
        let bench = try Bench()
        let id = try bench.open()
        let caller = Caller(actor: "anne", idempotencyKey: "k")
        bench.engine.quarantined = Quarantined([quarantine(.request(id))])
        #expect(try bench.decide(.release(request: id, caller: caller)).view != nil)
        let again = try bench.decide(.release(request: id, caller: caller))
        guard case .repeated = again else {
            Issue.record("\(again)")
            return
        }
        #expect(bench.events(id) == ["open", "quarantine:released"])
    }

    @Test("A quarantined run does not begin; a retry releases it and resets its attempts")
    func run() throws {
        let bench = try Bench(concurrency: 1)
        let first = try #require(try bench.decide(.trigger("toy.clean")).run)
        let id = try #require(try bench.decide(.trigger("toy.clean")).run).id
        bench.engine.quarantined = Quarantined([quarantine(.run(id))])
        try bench.decide(.end(run: first.id, attempt: 1, result: .succeeded(words: words("done"), data: nil)))
        try bench.wake()
        #expect(try bench.run(id).state == .queued)
        // Another run may begin.
        #expect(try bench.decide(.trigger("toy.clean")).run?.state == .running)

        let retried = try #require(try bench.decide(.retry(run: id, caller: .staff)).run)
        #expect(retried.attempt == 0)
        #expect(bench.last.changes.quarantine.releasedRuns == [id])
        #expect(bench.engine.quarantined == Quarantined())
    }

    @Test("The runs of a quarantined request do not begin and cannot be cancelled")
    func runsOfRequest() throws {
        let bench = try Bench(concurrency: 1)
        let first = try #require(try bench.decide(.trigger("toy.clean")).run)
        let id = try bench.open()
        try bench.act(id, "deliver")
        let run = try #require(bench.memory.runs.values.first { $0.request == id })
        #expect(run.state == .queued)
        bench.engine.quarantined = Quarantined([quarantine(.request(id))])
        try bench.decide(.end(run: first.id, attempt: 1, result: .succeeded(words: words("done"), data: nil)))
        try bench.wake()
        #expect(try bench.run(run.id).state == .queued)
        #expect(try bench.decide(.cancel(run: run.id, caller: .staff)).isRefused)
        try bench.decide(.release(request: id, caller: .staff))
        #expect(try bench.run(run.id).state == .running)
    }

    @Test("A quarantined run that is cancelled is released from quarantine")
    func cancelled() throws {
        let bench = try Bench(concurrency: 1)
        _ = try bench.decide(.trigger("toy.clean"))
        let id = try #require(try bench.decide(.trigger("toy.clean")).run).id
        bench.engine.quarantined = Quarantined([quarantine(.run(id))])
        #expect(try bench.decide(.cancel(run: id, caller: .staff)).run?.state == .cancelled)
        #expect(bench.last.changes.quarantine.releasedRuns == [id])
    }

    @Test("The observer is notified of every call of provider code and of its end, and of nothing else")
    func observer() throws {
        let observer = Recording()
        let bench = try Bench()
        bench.engine.observer = observer
        let id = try bench.open()
        try bench.act(id, "lend")
        try bench.act(id, "no-such-action")
        try bench.wake(after: .days(1))
        _ = try bench.decide(.trigger("toy.clean"))
        let other = try bench.open("drill")
        try bench.act(other, "deliver")
        let run = try #require(bench.started.last)
        try bench.decide(.end(run: run, attempt: 1, result: .succeeded(words: words("done"), data: nil)))
        // A refusal ends the call of provider code too.
        try bench.decide(.ask("drill"))
        #expect(
            observer.places.withLock(\.self) == [
                CodeLocation(.opening, provider: "toy", owner: "toy.loan", event: "open"),
                CodeLocation(.rule, provider: "toy", owner: "toy.loan", subject: id.description, event: "lend"),
                CodeLocation(.rule, provider: "toy", owner: "toy.loan", subject: id.description, event: "timer:remind"),
                CodeLocation(.trigger, provider: "toy", owner: "toy.clean", event: "trigger"),
                CodeLocation(.opening, provider: "toy", owner: "toy.loan", event: "open"),
                CodeLocation(.rule, provider: "toy", owner: "toy.loan", subject: other.description, event: "deliver"),
                CodeLocation(
                    .rule, provider: "toy", owner: "toy.loan", subject: other.description, event: "run:toy.deliver"),
                CodeLocation(.opening, provider: "toy", owner: "toy.loan", event: "open"),
            ])
        #expect(observer.isInside.withLock { !$0 })
    }
}

/// Records the notifications.
private final class Recording: CodeObserver {
    let places = Mutex<[CodeLocation]>([])
    let isInside = Mutex(false)

    func enter(_ place: CodeLocation) {
        isInside.withLock { isInside in
            #expect(!isInside)
            isInside = true
        }
        places.withLock { $0.append(place) }
    }

    func leave() {
        isInside.withLock { isInside in
            #expect(isInside)
            isInside = false
        }
    }
}
