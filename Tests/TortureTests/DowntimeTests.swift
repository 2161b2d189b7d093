import Testing
import TortureKit

@Suite("A day of downtime, in short: make torture is the long form")
struct DowntimeTests {
    @Test(
        "After a day of downtime all timers fire in their order, each once; start and calls do not wait for them",
        .timeLimit(.minutes(5)))
    func catchUp() async throws {
        let downtime = try await Downtime(timers: 10_000)
        print(downtime.text)
        #expect(downtime.violations.isEmpty)
        // It was ready before it had caught up. The other bounds are for a machine on which all tests run at once.
        #expect(downtime.leftWhenReady > 0)
        #expect(downtime.ready < downtime.readyWhenNoneIsDue + .seconds(20))
        #expect(Downtime.percentile(0.5, of: downtime.gets) < .seconds(1))
        #expect(Downtime.percentile(0.5, of: downtime.opens) < .seconds(2))
        #expect(Downtime.percentile(0.99, of: downtime.gets) < .seconds(5))
        #expect(Downtime.percentile(0.99, of: downtime.opens) < .seconds(10))
    }
}
