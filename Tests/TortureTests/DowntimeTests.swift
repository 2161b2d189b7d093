import Testing
import TortureKit

@Suite("A day of downtime: the short form of make torture")
struct DowntimeTests {
    @Test(
        "After a day of downtime all timers fire once and in order, and neither the start nor calls wait for them",
        .timeLimit(.minutes(20)))
    func catchUp() async throws {
        let downtime = try await Downtime(timers: 10_000)
        print(downtime.text)
        #expect(downtime.violations.isEmpty)
        // The daemon was ready before it had caught up. The other limits allow for a machine that runs all tests at
        // once, and on which nothing is quick: a call that waited for the timers would take as long as all of them.
        let part = (downtime.caughtUp - downtime.ready) / 4
        #expect(downtime.leftWhenReady > 0)
        #expect(downtime.ready < downtime.readyWhenNoneIsDue + .seconds(20))
        #expect(Downtime.percentile(0.5, of: downtime.gets) < max(.seconds(1), part))
        #expect(Downtime.percentile(0.5, of: downtime.opens) < max(.seconds(2), part))
        #expect(Downtime.percentile(0.99, of: downtime.gets) < max(.seconds(5), part))
        #expect(Downtime.percentile(0.99, of: downtime.opens) < max(.seconds(10), part))
    }
}
