import Testing
import TortureKit

@Suite("A day of downtime: the short form of make torture")
struct DowntimeTests {
    @Test(
        "After a day of downtime all timers fire once and in order, and neither the start nor calls wait for them",
        .timeLimit(.minutes(5)))
    func catchUp() async throws {
        let downtime = try await Downtime(timers: 10_000)
        print(downtime.text)
        #expect(downtime.violations.isEmpty)
        // The daemon was ready before it had caught up. The other limits allow for a machine that runs all tests at
        // once.
        #expect(downtime.leftWhenReady > 0)
        #expect(downtime.ready < downtime.readyWhenNoneIsDue + .seconds(20))
        #expect(Downtime.percentile(0.5, of: downtime.gets) < .seconds(1))
        #expect(Downtime.percentile(0.5, of: downtime.opens) < .seconds(2))
        #expect(Downtime.percentile(0.99, of: downtime.gets) < .seconds(5))
        #expect(Downtime.percentile(0.99, of: downtime.opens) < .seconds(10))
    }
}
