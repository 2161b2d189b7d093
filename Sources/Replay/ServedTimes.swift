import ConciergeKit

/// When rules of a service decided lately, which shows that the daemon served it then.
struct ServedTimes {
    /// A timer that fires within this time after it was due, or after the daemon was away, was held up by the load alone.
    static let punctuality = Duration.minutes(1)

    /// Times at least a second apart, in order: those of the last minute, and one before.
    private var times: [Instant] = []

    /// Notes that a rule decided.
    mutating func note(_ now: Instant) {
        if let last = times.last, now < last + .seconds(1) { return }
        times.append(now)
        let old = times.prefix { $0 <= now - Self.punctuality }.count
        if old > 1 { times.removeFirst(old - 1) }
    }

    /// Whether a timer that was due at an instant and had not fired at `now` should have: the service was served more
    /// than a minute after it was due, and more than a minute ago.
    func isLate(_ due: Instant, at now: Instant) -> Bool {
        times.contains { $0 > due + Self.punctuality && $0 <= now - Self.punctuality }
    }
}
