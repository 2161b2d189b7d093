/// How a failed run is retried: after `base`, then after twice the delay each time, up to `ceiling`. Each delay is
/// drawn at random from its upper half, so that runs that failed together are not retried together.
public struct RetryPolicy: Sendable, Hashable {
    /// The total number of attempts; at least 1.
    public let attempts: Int
    /// The delay before the second attempt.
    public let base: Duration
    /// The delay between two attempts does not grow beyond this.
    public let ceiling: Duration

    /// Creates a policy; the default gives a run eight attempts within about ten minutes.
    public init(attempts: Int = 8, base: Duration = .seconds(5), ceiling: Duration = .minutes(15)) {
        self.attempts = max(1, attempts)
        self.base = base
        self.ceiling = ceiling
    }

    /// One attempt, no retries.
    public static let never = RetryPolicy(attempts: 1)

    /// The delay after `attempt` failed attempts; `chance` is in 0..<1.
    package func delay(after attempt: Int, chance: Double) -> Duration {
        let doubled = base * (1 << min(max(attempt - 1, 0), 30))
        let longest = min(doubled, ceiling)
        return longest / 2 + (longest / 2) * chance
    }
}
