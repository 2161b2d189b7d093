/// How often attempts of a task may begin: never more than `count` within any stretch of `interval`, over a restart too.
///
/// It is what a partner's terms of use say: "100 calls a minute".
public struct RateLimit: Sendable, Hashable {
    /// How many; at least 1.
    public let count: Int
    /// Within how long.
    public let interval: Duration

    /// At most `count` attempts within any `interval`.
    public init(_ count: Int, per interval: Duration) {
        self.count = max(1, count)
        self.interval = max(.milliseconds(1), interval)
    }
}

/// Which of a provider's waiting runs begin first. Among equals it is the one that was due first.
public enum Priority: Int, Sendable, Hashable, Comparable, CaseIterable {
    /// When nothing else waits.
    case low = -1
    /// Like most.
    case normal = 0
    /// Before most: somebody waits for it.
    case high = 1

    /// By urgency.
    public static func < (one: Priority, other: Priority) -> Bool { one.rawValue < other.rawValue }

    /// `low`, `normal`, `high`.
    package var word: String {
        switch self {
        case .low: "low"
        case .normal: "normal"
        case .high: "high"
        }
    }

    package init?(word: String) {
        guard let priority = Self.allCases.first(where: { $0.word == word }) else { return nil }
        self = priority
    }
}

/// When a provider whose attempts fail one after the other is left in peace: a circuit breaker (M. Nygard, "Release
/// It!", 2nd edition, chapter 5).
///
/// After `failures` failed attempts in a row, of at least two different runs, none of its runs begins for `pause`. Then
/// one is let through: if it does not fail all go on, else the pause is twice as long, up to `ceiling`. Runs that wait
/// lose no attempt by it. What a provider calls ``TaskFailure/final(reason:)`` is the input's fault and counts for
/// nothing.
public struct BreakerPolicy: Sendable, Hashable {
    /// Failed attempts in a row; at least 2.
    public let failures: Int
    /// The first pause.
    public let pause: Duration
    /// The longest pause.
    public let ceiling: Duration

    /// A policy.
    public init(failures: Int = 5, pause: Duration = .seconds(30), ceiling: Duration = .minutes(15)) {
        self.failures = max(2, failures)
        self.pause = max(.seconds(1), pause)
        self.ceiling = max(self.pause, ceiling)
    }

    /// The pause after it has opened so many times in a row; at least 1.
    package func pause(afterTrips trips: Int) -> Duration {
        min(pause * (1 << min(max(trips - 1, 0), 20)), ceiling)
    }
}
