/// How often attempts of a task may begin: at most `count` within any `interval`, also across a restart.
///
/// It expresses a partner's terms of use, such as "100 calls a minute".
public struct RateLimit: Sendable, Hashable {
    /// The maximum number of attempts; at least 1.
    public let count: Int
    /// The interval in which they are counted.
    public let interval: Duration

    /// At most `count` attempts within any `interval`.
    public init(_ count: Int, per interval: Duration) {
        self.count = max(1, count)
        self.interval = max(.milliseconds(1), interval)
    }
}

/// Which of a provider's queued runs begin first. Among runs of equal priority, the one that was due first begins
/// first.
public enum Priority: Int, Sendable, Hashable, Comparable, CaseIterable {
    /// Begins when no other run is queued.
    case low = -1
    /// Begins in the order of due times; what holds where nothing is said.
    case normal = 0
    /// Begins before others, because somebody waits for it.
    case high = 1

    /// Orders by urgency.
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

/// When a provider's runs are held back because its attempts fail one after the other: a circuit breaker (M. Nygard,
/// "Release It!", 2nd edition, chapter 5).
///
/// After `failures` failed attempts in a row, of at least two different runs, none of the provider's runs begins for
/// `pause`. Then one run is let through: if it does not fail, all continue; otherwise the pause doubles, up to
/// `ceiling`. Queued runs lose no attempt by this. A ``TaskFailure/final(reason:)`` counts as a success: the input is
/// at fault, not the provider.
public struct BreakerPolicy: Sendable, Hashable {
    /// The number of failed attempts in a row that opens the breaker; at least 2.
    public let failures: Int
    /// How long runs are held back the first time; at least a second.
    public let pause: Duration
    /// How far the doubled pause may grow; at least ``pause``.
    public let ceiling: Duration

    /// A breaker that opens after so many failures. Values that are too small are raised to the least allowed.
    public init(failures: Int = 5, pause: Duration = .seconds(30), ceiling: Duration = .minutes(15)) {
        self.failures = max(2, failures)
        self.pause = max(.seconds(1), pause)
        self.ceiling = max(self.pause, ceiling)
    }

    /// The pause after the breaker has opened `trips` times in a row; `trips` is at least 1.
    package func pause(afterTrips trips: Int) -> Duration {
        min(pause * (1 << min(max(trips - 1, 0), 20)), ceiling)
    }
}
