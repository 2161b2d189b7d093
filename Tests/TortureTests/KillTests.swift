import Testing
import TortureKit

@Suite("Kills: the short form of make torture")
struct KillTests {
    @Test(
        "A daemon that is killed at random instants loses nothing, does nothing twice and leaves nothing half done",
        .timeLimit(.minutes(20)))
    func killed() async throws {
        let seed = UInt64.random(in: 1...999_999_999)
        let torture = Torture(seed: seed, rounds: 9, roundsPerLedger: 7, callsPerRound: 600) { print($0) }
        let tally = try await torture.run()
        print(tally.text)
        #expect(tally.violations.isEmpty, "seed \(seed)")
        #expect(tally.accepted > 100)
    }
}
