import Testing
import TortureKit

@Suite("Kills of workers: the short form of make torture")
struct WorkerKillTests {
    @Test(
        "Workers and the daemon are killed at random instants: no run is lost, and none ends twice",
        .timeLimit(.minutes(20)))
    func killed() async throws {
        let seed = UInt64.random(in: 1...999_999_999)
        let summary = try await WorkerTorture(seed: seed, rounds: 4) { print($0) }.run()
        print(summary.text)
        #expect(summary.violations.isEmpty, "seed \(seed)")
        #expect(summary.deliveries > 20)
    }
}
