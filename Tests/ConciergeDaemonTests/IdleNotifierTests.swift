import Dispatch
import Synchronization
import Testing

@testable import ConciergeDaemon

@Suite("The idle notifier", .timeLimit(.minutes(20)))
struct IdleNotifierTests {
    @Test("It notifies once after the last activity, never during activity, and again after the next activity")
    func told() async {
        let (stream, continuation) = AsyncStream.makeStream(of: UInt64.self)
        let last = Atomic<UInt64>(0)
        let idleNotifier = IdleNotifier(after: .milliseconds(20)) {
            continuation.yield(DispatchTime.now().uptimeNanoseconds - last.load(ordering: .acquiring))
        }
        var told = stream.makeAsyncIterator()
        for _ in 1...2 {
            // Busy for several times the delay.
            let begun = DispatchTime.now().uptimeNanoseconds
            while DispatchTime.now().uptimeNanoseconds - begun < 100_000_000 {
                last.store(DispatchTime.now().uptimeNanoseconds, ordering: .releasing)
                idleNotifier.noteActivity()
                await Task.yield()
            }
            // If the machine delays this loop for longer than the delay, that counts as idle time; so only the length
            // is checked.
            #expect(await told.next() ?? 0 >= 20_000_000)
        }
        continuation.finish()
    }
}
