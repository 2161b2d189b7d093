import Synchronization
import Testing

@testable import ConciergeDaemon

@Suite("Operations that run one at a time", .timeLimit(.minutes(20)))
struct OneAtATimeTests {
    @Test("An operation begins after the previous one has ended, even if that one has thrown")
    func oneAtATime() async throws {
        struct Failure: Error {}
        let turns = OneAtATime()
        let (begun, goesOn) = (AsyncStream.makeStream(of: Void.self), AsyncStream.makeStream(of: Void.self))
        let seen = Mutex<[Int]>([])
        let first = Task { @Sendable in
            try await turns.run {
                begun.continuation.yield()
                _ = await goesOn.stream.first { _ in true }
                seen.withLock { $0.append(1) }
                throw Failure()
            }
        }
        _ = await begun.stream.first { _ in true }
        let second = Task { @Sendable in await turns.run { seen.withLock { $0.append(2) } } }
        // If operations could overlap, the second one would begin now.
        for _ in 0..<1000 { await Task.yield() }
        goesOn.continuation.yield()
        await second.value
        await #expect(throws: Failure.self) { try await first.value }
        await turns.run { seen.withLock { $0.append(3) } }
        #expect(seen.withLock(\.self) == [1, 2, 3])
    }
}
