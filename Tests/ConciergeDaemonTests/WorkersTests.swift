import ConciergeEngine
import ConciergeKit
import ConciergeProtocol
import ConciergeTesting
import JSON
import Synchronization
import Testing

@testable import ConciergeDaemon

/// The replies to a worker's `Take`, which a test reads.
private final class Taken: ReplyStream {
    private let all = Mutex<[WorkMethods.Take.Reply]>([])

    var replies: [WorkMethods.Take.Reply] { all.withLock(\.self) }

    func send(_ reply: WorkMethods.Take.Reply) -> Bool {
        all.withLock { $0.append(reply) }
        return true
    }

    func send(encoded reply: [UInt8]) -> Bool {
        (try? JSONCoding.decode(WorkMethods.Take.Reply.self, from: reply)).map { send($0) } ?? false
    }

    func finish(_ reply: WorkMethods.Take.Reply) {}
    func fail(_ error: ControlError) {}
    func failForRole() {}
    func whenDrained(_ action: @escaping @Sendable () -> Void) { action() }
    func onClose(_ action: @escaping @Sendable () -> Void) {}
}

@Suite("Workers and their attempts", .timeLimit(.minutes(20)))
struct WorkersTests {
    /// What the workers' part tells the rest of the daemon, in order.
    private enum Told: Sendable, Equatable {
        case came, went(lost: Int), gone, left
        case ended(attempt: Int, String)
        case returned, handedBack(attempt: Int), ignoresStop
    }

    private let told: AsyncStream<Told>
    private let workers: Workers
    private let taken = Taken()

    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Told.self)
        told = stream
        let run = Self.run()
        workers = Workers(
            clock: { Instant(milliseconds: 0) },
            outputs: .init(
                compose: { run, take in take(.input(run.input)) },
                submit: { command, completion in
                    switch command {
                    case .end(_, let attempt, let result, let returned):
                        let word = "\(result)".prefix { $0 != "(" }
                        continuation.yield(.ended(attempt: attempt, "\(word)\(returned ? "" : ", goes on")"))
                        completion(.success(.run(run)))
                    case .returned: continuation.yield(.returned)
                    case .handedBack(_, let attempt): continuation.yield(.handedBack(attempt: attempt))
                    case .workerGone: continuation.yield(.gone)
                    case .workerLeaves: continuation.yield(.left)
                    default: break
                    }
                },
                progressed: { _, _ in }, forget: { _ in },
                ignoresStop: { _, _ in continuation.yield(.ignoresStop) },
                came: { _ in continuation.yield(.came) }, went: { continuation.yield(.went(lost: $1)) }),
            grace: .milliseconds(20))
    }

    private static func run(attempt: Int = 1) -> StoredRun {
        StoredRun(
            id: "run", task: "toy.work", provider: "toy", state: .running, input: [:], actor: "anne", attempt: attempt,
            attempts: 3, createdAt: Instant(milliseconds: 0), due: Instant(milliseconds: 0))
    }

    private func task(limit: Duration) -> TaskDefinition {
        TaskDefinition(
            TaskName<NoInput, NoAnswer>("toy.work", fr: "", en: ""), executedBy: .worker, timeLimit: limit)
    }

    private func worker() -> WorkerID {
        let id = workers.add(
            tasks: ["toy.work"], limit: 2, name: nil, user: "anne", uid: 7, connection: 1, stream: WorkerStream(taken))
        workers.begin(id)
        return id
    }

    private func finish(_ id: WorkerID, attempt: Int = 1, uid: UInt32 = 7, connection: UInt64 = 2) async -> String {
        await withCheckedContinuation { done in
            workers.finish(
                "run", attempt: attempt, .succeeded(words: Text(fr: "", en: ""), answer: nil), at: id, uid: uid,
                connection: connection
            ) { result in
                switch result {
                case .success: done.resume(returning: "done")
                case .failure(let error): done.resume(returning: "\(error)")
                }
            }
        }
    }

    private func next() async -> Told? { await told.first { _ in true } }

    @Test("An attempt is finished once, by its own worker and user, over another connection")
    func finished() async {
        let id = worker()
        #expect(await next() == .came)
        workers.give(Self.run(), task(limit: .seconds(60)), to: id)
        #expect(taken.replies.map { $0.worker ?? $0.job?.run ?? "" } == [id.rawValue, Self.run().id.description])
        #expect(await finish("worker-x") == "unknownWorker")
        #expect(await finish(id, uid: 8) == "unknownWorker")
        #expect(await finish(id, connection: 1) == "sameConnection")
        #expect(await finish(id, attempt: 2) == "notHeld")
        #expect(await finish(id) == "done")
        #expect(await next() == .ended(attempt: 1, "succeeded"))
        #expect(await finish(id) == "notHeld")
    }

    @Test("A worker that does not answer after the time limit keeps the place alone, until it answers")
    func hangs() async {
        let id = worker()
        #expect(await next() == .came)
        workers.give(Self.run(), task(limit: .milliseconds(20)), to: id)
        #expect(await next() == .ended(attempt: 1, "failed, goes on"))
        #expect(await next() == .returned)
        #expect(await next() == .ignoresStop)
        #expect(taken.replies.last?.stop?.reason == .timeLimit)
        #expect(await finish(id) == "over")
        #expect(await next() == .handedBack(attempt: 1))
    }

    @Test("A run that is given to a worker whose connection has ended is given up by the engine")
    func gone() async {
        let id = worker()
        #expect(await next() == .came)
        workers.give(Self.run(), task(limit: .seconds(60)), to: id)
        workers.remove(id)
        #expect(await next() == .gone)
        #expect(await next() == .went(lost: 1))
        workers.give(Self.run(attempt: 2), task(limit: .seconds(60)), to: id)
        #expect(await next() == .gone)
        #expect(workers.connected.isEmpty)
    }
}
