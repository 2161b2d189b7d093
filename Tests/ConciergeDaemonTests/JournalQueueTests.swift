import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import Dispatch
import JSON
import Logging
import Synchronization
import Testing

@testable import ConciergeDaemon

@Suite("The queue of lines for a blocked journal", .timeLimit(.minutes(20)))
struct JournalQueueTests {
    /// A journal that is blocked until `goOn()` is called.
    private final class Stopped: Sendable {
        let queue = JournalQueue(ordinaryLimit: 10, limit: 15)
        let written = Mutex<[String]>([])
        let dropped = Mutex<[[String: Int]]>([])
        private let goesOn = DispatchSemaphore(value: 0)

        init() {
            let isStopped = DispatchSemaphore(value: 0)
            _ = queue.add(1, isOrdinary: true) { [goesOn] _ in
                isStopped.signal()
                goesOn.wait()
            }
            isStopped.wait()
        }

        func add(_ line: String, units: Int = 1, isOrdinary: Bool) -> Bool {
            queue.add(units, isOrdinary: isOrdinary) { [self] dropped in
                if !dropped.isEmpty { self.dropped.withLock { $0.append(dropped) } }
                written.withLock { $0.append(line) }
            }
        }

        func goOn() { goesOn.signal() }
    }

    @Test(
        "The queue is limited; ordinary lines are dropped first and counted by kind, and the counts are reported once")
    func bounded() {
        let journal = Stopped()
        for number in 0..<1000 where !journal.add("ordinary \(number)", isOrdinary: true) {
            journal.queue.drop("13", 1)
        }
        for number in 0..<7 where !journal.add("important \(number)", isOrdinary: false) { journal.queue.drop("15", 1) }
        #expect(journal.queue.flush(within: .milliseconds(10)) == false)
        journal.goOn()
        #expect(journal.queue.flush(within: .seconds(30)))
        let expected = (0..<10).map { "ordinary \($0)" } + (0..<5).map { "important \($0)" }
        #expect(journal.written.withLock(\.self) == expected)
        #expect(journal.dropped.withLock(\.self) == [["13": 990, "15": 2]])
        #expect(journal.add("again", isOrdinary: true))
        #expect(journal.queue.flush(within: .seconds(30)))
        #expect(journal.dropped.withLock(\.count) == 1)
    }

    @Test("A line larger than the limit is accepted if no line is waiting, and dropped otherwise")
    func large() {
        let journal = Stopped()
        #expect(journal.add("first", units: 1000, isOrdinary: true))
        #expect(!journal.add("second", units: 1000, isOrdinary: true))
        journal.goOn()
        #expect(journal.queue.flush(within: .seconds(30)))
        #expect(journal.written.withLock(\.self) == ["first"])
    }

    private func run(_ state: StoredRun.State, error: String? = nil) -> StoredRun {
        var run = StoredRun(
            id: "run", task: "toy.work", provider: "toy", state: state, input: [:], actor: "anne", attempt: 1,
            attempts: 3, createdAt: Instant(milliseconds: 0), due: Instant(milliseconds: 0))
        run.startedAt = Instant(milliseconds: 0)
        run.error = error
        return run
    }

    /// Whether the journal of this level uses its queue for a batch.
    private func usesQueue(_ answers: [Answer], _ events: [EngineEvent] = [], at level: Logger.Level) -> Bool {
        let stopped = Stopped()
        var decision = Decision()
        decision.answers = answers
        decision.events = events
        Journal(level: level, identifier: "test", queue: stopped.queue).tell(Committed(decided: decision, entries: []))
        // The queue accepts a line as large as its limit only if no line is waiting.
        let isEmpty = stopped.add("", units: 10, isOrdinary: true)
        stopped.goOn()
        stopped.queue.flush(within: .seconds(30))
        return !isEmpty
    }

    @Test("A batch without a line for the journal does not use its queue, at any level")
    func withoutLines() {
        for level in [Logger.Level.info, .notice, .warning, .error] {
            #expect(!usesQueue([], at: level))
            #expect(!usesQueue([.done, .rejected(.notFound("x"))], at: level))
            #expect(!usesQueue([.run(run(.queued)), .run(run(.running)), .repeated(.run(run(.failed)))], at: level))
        }
    }

    @Test("A batch with a line of the journal's level or above uses its queue")
    func withLines() {
        func levels(_ answer: Answer) -> [Logger.Level] {
            [.info, .notice, .warning, .error].filter { usesQueue([answer], at: $0) }
        }
        #expect(levels(.run(run(.succeeded))) == [.info])
        #expect(levels(.run(run(.cancelled))) == [.info, .notice])
        #expect(levels(.run(run(.queued, error: "test"))) == [.info, .notice, .warning])
        #expect(levels(.run(run(.failed, error: "test"))) == [.info, .notice, .warning, .error])
        #expect(levels(.rejected(.broken(provider: "toy", reason: "test"))) == [.info, .notice, .warning, .error])
        let recovered = EngineEvent.recovered(provider: "toy")
        #expect(usesQueue([], [recovered], at: .notice))
        #expect(!usesQueue([], [recovered], at: .warning))
    }
}
