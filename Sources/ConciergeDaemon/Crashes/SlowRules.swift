/// Says which slow rules are worth a line: each transition's at most once in a while. Times are nanoseconds of a
/// monotonic clock.
struct SlowRules {
    /// From here on a rule is slow: everybody's calls wait for it.
    static let limit: UInt64 = 10_000_000
    /// A transition that was told of is not told of again for so long.
    static let pause: UInt64 = 60_000_000_000

    private struct Transition: Hashable {
        let owner: String
        let event: String
    }

    private var told: [Transition: UInt64] = [:]

    /// Whether a rule that took so long is to be told of now.
    mutating func isWorthALine(owner: String, event: String, took: UInt64, now: UInt64) -> Bool {
        guard took > Self.limit else { return false }
        let transition = Transition(owner: owner, event: event)
        if let last = told[transition], now - last < Self.pause { return false }
        told[transition] = now
        return true
    }
}
