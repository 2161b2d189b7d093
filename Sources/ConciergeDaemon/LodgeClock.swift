package import ConciergeKit
import Glibc
import Synchronization

/// The clock by which the daemon lives: the system's.
///
/// A program that plays weeks at a lodge in minutes shifts it (``shift(by:)``); the installed programs never do. Everything
/// that must happen at a moment follows: timers are armed anew at each shift.
package enum LodgeClock {
    private static let offset = Atomic<Int64>(0)
    private static let followers = Mutex<[@Sendable () -> Void]>([])

    /// The moment now.
    package static let now: @Sendable () -> Instant = {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Instant(
            milliseconds: Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
                + offset.load(ordering: .relaxed))
    }

    /// The moment of the system's clock at which this one shows `moment`.
    static func onSystem(_ moment: Instant) -> Instant {
        moment - .milliseconds(offset.load(ordering: .relaxed))
    }

    /// Has the clock show another time from now on: the system's, and `milliseconds` more. Timers that are due then fire.
    package static func shift(by milliseconds: Int64) {
        offset.store(milliseconds, ordering: .relaxed)
        for follower in followers.withLock({ $0 }) { follower() }
    }

    /// Calls `body` after each shift, for as long as the process lives.
    static func follow(_ body: @escaping @Sendable () -> Void) { followers.withLock { $0.append(body) } }
}
