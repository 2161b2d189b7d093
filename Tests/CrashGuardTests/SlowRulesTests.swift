import Testing

@testable import CrashGuard

@Suite("Slow rules")
struct SlowRulesTests {
    private static let second: UInt64 = 1_000_000_000

    /// Whether each of these rules is reported, one after the other.
    private func told(_ rules: [(owner: String, event: String, took: UInt64, now: UInt64)]) -> [Bool] {
        var slow = SlowRules()
        return rules.map { slow.isWorthALine(owner: $0.owner, event: $0.event, took: $0.took, now: $0.now) }
    }

    @Test("A rule that takes over ten milliseconds is reported, one that takes ten or less is not")
    func limit() {
        #expect(
            told([
                ("toy.loan", "lend", 10_000_000, Self.second), ("toy.loan", "lend", 10_000_001, Self.second),
            ]) == [false, true])
    }

    @Test("Each transition is reported at most once a minute, independently of the others")
    func pause() {
        let second = Self.second
        #expect(
            told([
                ("toy.loan", "lend", second, second), ("toy.loan", "lend", second, 60 * second),
                ("toy.loan", "return", second, 60 * second), ("toy.visit", "lend", second, 60 * second),
                ("toy.loan", "lend", second, 61 * second), ("toy.loan", "lend", second, 62 * second),
            ]) == [true, false, true, true, true, false])
    }
}
