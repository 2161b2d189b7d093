import ConciergeEngine
import ConciergeKit
import Synchronization

/// Deletes what is older than the retention rules allow and reclaims its space, in a pass at start and one each day. A
/// pass consists of small steps with long pauses, so that calls are not delayed.
final class Pruner: Sendable {
    /// The operations of the ledger that it uses.
    struct Ledger: Sendable {
        let prune: @Sendable (Retention, Instant, _ limit: Int) async throws(LedgerError) -> Pruned
        let reclaimSpace: @Sendable () async throws(LedgerError) -> Bool
        /// When the newest history line before the moment was written; nil if there is none.
        let newestEntry: @Sendable (_ before: Instant) async throws(LedgerError) -> Instant?
    }

    /// History lines of this last period are no evidence about the clock, because a wrong clock may have written them.
    static let unproven = Duration.days(7)
    /// The longest gap before that period without a history line for which the clock is still trusted.
    static let silence = Duration.days(31)

    /// The time from the end of a pass to the next one.
    static let interval = Duration.days(1)
    /// The time to the next pass if a pass was not completed.
    static let pause = Duration.hours(1)
    /// The maximum number of requests, runs and answers for one step.
    private static let step = 16
    /// The pause after each step, as a multiple of the time that the step took.
    private static let rest = 19

    private let ledger: Ledger
    private let retention: Mutex<Retention>
    private let clock: @Sendable () -> Instant
    private let sleep: @Sendable (Duration) async -> Void
    private let told: @Sendable (Pruned) -> Void
    private let doubted: @Sendable (_ newest: Instant, _ now: Instant) -> Void
    /// The time of the history line for which the clock was last doubted, so that each doubt is reported once.
    private let doubt = Mutex<Instant?>(nil)
    private let wakes: AsyncStream<Void>
    private let timer: WakeTimer
    private let wake: AsyncStream<Void>.Continuation

    init(
        _ ledger: Ledger, _ retention: Retention, clock: @escaping @Sendable () -> Instant,
        sleep: @escaping @Sendable (Duration) async -> Void, told: @escaping @Sendable (Pruned) -> Void,
        doubted: @escaping @Sendable (_ newest: Instant, _ now: Instant) -> Void
    ) {
        self.ledger = ledger
        self.retention = Mutex(retention)
        self.clock = clock
        self.sleep = sleep
        self.told = told
        self.doubted = doubted
        let (wakes, wake) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.wakes = wakes
        self.wake = wake
        timer = WakeTimer { wake.yield() }
    }

    /// When the next pass is due.
    var due: Instant? { timer.due }

    /// Adopts the rules, and makes a pass if they differ from the current ones.
    func adopt(_ retention: Retention) {
        let isOther = self.retention.withLock { current in
            defer { current = retention }
            return current != retention
        }
        if isOther { wake.yield() }
    }

    /// Makes a pass now. It is called if the clock was set back, because the next pass may be due only in years.
    func lookAgain() { wake.yield() }

    /// Makes passes until the task is cancelled, and sleeps between them.
    func run() async {
        wake.yield()
        for await _ in wakes {
            timer.fired()
            let isDone = await pass { await sleep($0 * Self.rest) }
            timer.arm(at: clock() + (isDone ? Self.interval : Self.pause))
        }
        timer.cancel()
    }

    /// Makes one pass. `rest` is called after each step with the time that the step took.
    ///
    /// Nothing is deleted while the clock is far ahead of the history lines: by a clock that is years ahead, everything
    /// closed would be old enough to delete.
    ///
    /// - Returns: Whether the pass is complete. If not, the ledger refused a step, or the clock is not trusted.
    func pass(rest: (Duration) async -> Void) async -> Bool {
        var total = Pruned()
        defer { if !total.isEmpty { told(total) } }
        do throws(LedgerError) {
            guard try await believes(clock()) else { return false }
            repeat {
                let begun = ContinuousClock.now
                total += try await ledger.prune(retention.withLock(\.self), clock(), Self.step)
                await rest(ContinuousClock.now - begun)
            } while !total.isDone && !Task.isCancelled
            guard !total.isEmpty else { return true }
            while !Task.isCancelled {
                let begun = ContinuousClock.now
                guard try await ledger.reclaimSpace() else { break }
                await rest(ContinuousClock.now - begun)
            }
            return true
        } catch {
            return false
        }
    }

    private func believes(_ now: Instant) async throws(LedgerError) -> Bool {
        let newest = try await ledger.newestEntry(now - Self.unproven)
        // If all lines are of the last week, there is nothing old that could be deleted by mistake.
        let doubted = newest.flatMap { now - $0 > Self.unproven + Self.silence ? $0 : nil }
        let isNew = doubt.withLock { last in
            defer { last = doubted }
            return last != doubted
        }
        if let doubted, isNew { self.doubted(doubted, now) }
        return doubted == nil
    }
}
