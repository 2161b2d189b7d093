import Dispatch
import Foundation
import Synchronization
import Testing

@testable import ConciergeDaemon

@Suite("The thread pool", .timeLimit(.minutes(20)))
struct ThreadPoolTests {
    /// Yields the noted numbers in order.
    private final class Notes: Sendable {
        let stream: AsyncStream<Int>
        private let continuation: AsyncStream<Int>.Continuation

        init() { (stream, continuation) = AsyncStream.makeStream() }

        func note(_ number: Int) { continuation.yield(number) }

        func first(_ count: Int) async -> [Int] {
            var seen: [Int] = []
            for await number in stream {
                seen.append(number)
                if seen.count == count { break }
            }
            return seen
        }
    }

    @Test("With one thread, jobs run in order and each runs once")
    func order() async {
        let pool = ThreadPool(name: "test", limit: 1)
        let notes = Notes()
        for number in 0..<1000 { pool.run { notes.note(number) } }
        #expect(await notes.first(1000) == Array(0..<1000))
        #expect(pool.threadCount == 1)
    }

    @Test("Blocked threads do not block other jobs: threads are added, up to the limit")
    func held() async {
        let pool = ThreadPool(name: "test", limit: 9)
        let (gate, notes) = (DispatchSemaphore(value: 0), Notes())
        for _ in 0..<8 { pool.run { gate.wait() } }
        pool.run { notes.note(1) }
        #expect(await notes.first(1) == [1])
        #expect(pool.threadCount == 9)

        // The ninth thread is blocked too, so the next job waits for one of them.
        let isLate = Atomic(false)
        pool.run { gate.wait() }
        pool.run { notes.note(isLate.load(ordering: .acquiring) ? 2 : 3) }
        isLate.store(true, ordering: .releasing)
        gate.signal()
        #expect(await notes.first(1) == [2])
        #expect(pool.threadCount == 9)
        for _ in 0..<8 { gate.signal() }
    }

    @Test("A thread of the pool has a stack of at least 8 MiB")
    func depth() async {
        let pool = ThreadPool(name: "test")
        let notes = Notes()
        pool.run { notes.note(Thread.current.stackSize) }
        #expect(await notes.first(1)[0] >= 8 << 20)
    }

    @Test("Many short jobs need few threads")
    func crowd() async {
        let pool = ThreadPool(name: "test", limit: 1000)
        let notes = Notes()
        for number in 0..<10_000 { pool.run { notes.note(number) } }
        #expect(Set(await notes.first(10_000)).count == 10_000)
        // One thread for each processor, and a few more if the machine itself delayed threads.
        #expect(pool.threadCount < ProcessInfo.processInfo.activeProcessorCount + 16)
    }
}
