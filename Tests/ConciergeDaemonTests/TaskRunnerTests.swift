import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import Dispatch
import JSON
import Synchronization
import Testing

@testable import ConciergeDaemon
@testable import CrashGuard

@Suite("Task runner", .timeLimit(.minutes(20)))
struct TaskRunnerTests {
    /// The reports of the runner, in order.
    private enum Told: Sendable, Equatable {
        case ended(attempt: Int, failure: String?, handlerReturned: Bool)
        case returned
        case goesOn
        case progress(Int, String? = nil)
    }

    private let told: AsyncStream<Told>
    private let runner: TaskRunner
    private let impatient: TaskRunner
    private let crashes: CrashFile

    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Told.self)
        told = stream
        let outputs = TaskRunner.Outputs(
            ended: { run, result, handlerReturned in
                continuation.yield(
                    .ended(attempt: run.attempt, failure: result.failure, handlerReturned: handlerReturned))
            },
            returned: { _ in continuation.yield(.returned) },
            ignoresCancellation: { _ in continuation.yield(.goesOn) },
            progressed: { _, progress in continuation.yield(.progress(progress.done, progress.words?.fr)) },
            log: { _, _ in },
            submit: { _ throws(LedgerError) in throw .stopping })
        let clock: @Sendable () -> Instant = { Instant(milliseconds: 0) }
        crashes = CrashFile.inMemory()
        crashes.begin(life: 1, boot: 1)
        let pool = HandlerPool(marking: crashes, clock: { 0 })
        runner = TaskRunner(requests: NoRequests(), pool: pool, clock: clock, outputs: outputs, grace: .seconds(3600))
        impatient = TaskRunner(
            requests: NoRequests(), pool: pool, clock: clock, outputs: outputs, grace: .milliseconds(20))
    }

    private func run(attempt: Int = 1) -> StoredRun {
        StoredRun(
            id: "run", task: "toy.work", provider: "toy", state: .running, input: [:], actor: "anne", attempt: attempt,
            attempts: 3, createdAt: Instant(milliseconds: 0), due: Instant(milliseconds: 0))
    }

    private func task(
        limit: Duration = .seconds(30), _ handler: @escaping @Sendable (TaskContext) async throws -> Void
    ) -> TaskDefinition {
        TaskDefinition(TaskName<NoInput, NoAnswer>("toy.work", fr: "", en: ""), timeLimit: limit) { _, context in
            try await handler(context)
            return TaskReport(Text(fr: "ok", en: "ok"))
        }
    }

    private func next() async -> Told? { await told.first { _ in true } }

    @Test("A handler that returns ends its attempt")
    func returns() async {
        runner.start(run(), task { _ in }, in: .utc)
        #expect(await next() == .ended(attempt: 1, failure: nil, handlerReturned: true))
        #expect(runner.count == 0)
    }

    @Test("The progress that a handler reports is passed on")
    func progress() async {
        runner.start(
            run(),
            task { context in
                for step in 1...3 { context.progress(step, of: 3) }
            }, in: .utc)
        for step in 1...3 { #expect(await next() == .progress(step)) }
        #expect(await next() == .ended(attempt: 1, failure: nil, handlerReturned: true))
    }

    @Test("A time in the words of a progress is written in the zone of the lodge")
    func progressInZone() async throws {
        let paris = try #require(Zone("Europe/Paris"))
        let moment = try #require(Instant("2026-11-23T08:00:00Z"))
        runner.start(
            run(),
            task { context in
                context.progress(1, Text(fr: "depuis \(moment, .time)", en: "since \(moment, .time)"))
            }, in: paris)
        #expect(await next() == .progress(1, "depuis 9\u{A0}h"))
    }

    @Test("A handler that exceeds its time limit is cancelled, and its return is reported after the end of the attempt")
    func timesOut() async {
        // The handler's sleep ends by its cancellation, which is what is tested.
        runner.start(run(), task(limit: .milliseconds(20)) { _ in try await Task.sleep(for: .seconds(3600)) }, in: .utc)
        #expect(await next() == .ended(attempt: 1, failure: "timed out after 0s", handlerReturned: false))
        #expect(await next() == .returned)
    }

    @Test("A handler that ignores its cancellation is reported, and other handlers run")
    func stubborn() async {
        let gate = DispatchSemaphore(value: 0)
        impatient.start(run(), task(limit: .milliseconds(20)) { _ in gate.block() }, in: .utc)
        #expect(await next() == .ended(attempt: 1, failure: "timed out after 0s", handlerReturned: false))
        #expect(await next() == .goesOn)
        impatient.start(run(attempt: 2), task { _ in }, in: .utc)
        #expect(await next() == .ended(attempt: 2, failure: nil, handlerReturned: true))
        gate.signal()
        #expect(await next() == .returned)
    }

    @Test("A handler that continues after its attempt remains marked until it returns")
    func staysMarked() async {
        let gate = DispatchSemaphore(value: 0)
        runner.start(run(), task(limit: .milliseconds(20)) { _ in gate.block() }, in: .utc)
        #expect(await next() == .ended(attempt: 1, failure: "timed out after 0s", handlerReturned: false))
        #expect(crashes.report?.marks.map(\.location.event) == ["attempt 1"])
        gate.signal()
        #expect(await next() == .returned)
        #expect(crashes.report?.marks.isEmpty == true)
    }

    @Test("The handler of a stopped run is cancelled, and its result is not reported")
    func stop() async {
        let run = run()
        // It sleeps until it is cancelled.
        runner.start(run, task { _ in try await Task.sleep(for: .seconds(3600)) }, in: .utc)
        runner.stop(run)
        #expect(await next() == .returned)
        #expect(runner.count == 0)
    }

    @Test("A stopping daemon waits for a handler up to the limit, and the attempt is interrupted")
    func drain() async {
        let gate = DispatchSemaphore(value: 0)
        runner.start(run(), task { _ in gate.block() }, in: .utc)
        await runner.drain(within: .milliseconds(30))
        #expect(await next() == .ended(attempt: 1, failure: "interrupted", handlerReturned: false))
        runner.start(run(attempt: 2), task { _ in }, in: .utc)
        #expect(await next() == .ended(attempt: 2, failure: "interrupted", handlerReturned: true))
        gate.signal()
        #expect(await next() == .returned)
    }
}

private struct NoRequests: RequestSource {
    func requests(_ query: RawRequestQuery) -> (requests: [RawRequest], next: RequestPlace?) { ([], nil) }
    func request(_ id: String, of service: String) -> RawRequest? { nil }
}

extension AttemptResult {
    fileprivate var failure: String? {
        switch self {
        case .succeeded: nil
        case .failed(let reason, _), .failedForGood(let reason), .lost(let reason): reason
        case .interrupted: "interrupted"
        }
    }
}

extension DispatchSemaphore {
    /// Blocks the thread, as a handler must not.
    fileprivate func block() { wait() }
}
