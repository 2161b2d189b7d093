import ConciergeEngine
import ConciergeKit
import Synchronization

/// Deletes what has been kept for long enough and reclaims its space, in a pass at start and one each day. A pass is
/// made of small steps, far apart, so that calls do not notice.
final class Pruner: Sendable {
    /// What it needs of the ledger.
    struct Ledger: Sendable {
        let prune: @Sendable (Retention, Instant, _ limit: Int) async throws(LedgerError) -> Pruned
        let reclaimSpace: @Sendable () async throws(LedgerError) -> Bool
        /// When the newest history line that is older than the moment was written.
        let newestEntry: @Sendable (_ before: Instant) async throws(LedgerError) -> Instant?
    }

    /// Lines of the last week prove nothing about the clock, because a wrong clock may have written them.
    static let unproven = Duration.days(7)
    /// How long before that there may be no line, for the clock to be believed.
    static let silence = Duration.days(31)

    /// From the end of one pass to the next.
    static let interval = Duration.days(1)
    /// If the ledger refuses it, the pass goes on so much later.
    static let pause = Duration.hours(1)
    /// Requests, runs and answers of one step.
    private static let step = 16
    /// The pause after each step, as a multiple of the time that the step took.
    private static let rest = 19

    private let ledger: Ledger
    private let retention: Mutex<Retention>
    private let clock: @Sendable () -> Instant
    private let sleep: @Sendable (Duration) async -> Void
    private let told: @Sendable (Pruned) -> Void
    private let doubted: @Sendable (_ newest: Instant, _ now: Instant) -> Void
    /// The line after which the clock was last doubted, so that a doubt is reported once.
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

    /// Adopts other rules, and makes a pass by them.
    func adopt(_ retention: Retention) {
        let isOther = self.retention.withLock { current in
            defer { current = retention }
            return current != retention
        }
        if isOther { wake.yield() }
    }

    /// Makes a pass now. Called if the clock was set back: the next one may be due in years.
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

    /// One pass; `rest` is called after each step with how long that took.
    ///
    /// Nothing is deleted while the clock is far ahead of the history lines: by a clock that is years ahead, all that
    /// is closed would be old enough.
    ///
    /// - Returns: Whether the pass is complete. If not, the ledger refused a step, or the clock is not believed.
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
        // If all lines are of the last week, there is nothing old to delete by mistake.
        let doubted = newest.flatMap { now - $0 > Self.unproven + Self.silence ? $0 : nil }
        let isNew = doubt.withLock { last in
            defer { last = doubted }
            return last != doubted
        }
        if let doubted, isNew { self.doubted(doubted, now) }
        return doubted == nil
    }
}
