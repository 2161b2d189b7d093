import ConciergeEngine
import ConciergeKit
import Synchronization

/// Deletes what has been kept for long enough and gives its room back: a pass at start and one each day, made of steps
/// so small and so far apart that calls do not notice.
final class Pruner: Sendable {
    /// How the ledger is asked: on the thread that writes, between two commits.
    struct Ledger: Sendable {
        let prune: @Sendable (Retention, Instant, _ limit: Int) async throws(LedgerError) -> Pruned
        let giveBackRoom: @Sendable () async throws(LedgerError) -> Bool
        /// When the newest history line that is older than the moment was written.
        let newestEntry: @Sendable (_ before: Instant) async throws(LedgerError) -> Instant?
    }

    /// Lines of the last week say nothing about the clock: one that is wrong may have written them.
    static let unproven = Duration.days(7)
    /// How long before that there may be no line while the clock is believed.
    static let silence = Duration.days(31)

    /// From the end of one pass to the next.
    static let interval = Duration.days(1)
    /// Where the ledger does not take it, the pass goes on so much later.
    static let pause = Duration.hours(1)
    /// Requests, runs and answers of one step.
    private static let step = 16
    /// After each step the writer is left alone for so many times as long as the step took.
    private static let rest = 19

    private let ledger: Ledger
    private let retention: Mutex<Retention>
    private let clock: @Sendable () -> Instant
    private let sleep: @Sendable (Duration) async -> Void
    private let told: @Sendable (Pruned) -> Void
    private let doubted: @Sendable (_ newest: Instant, _ now: Instant) -> Void
    /// The line after which the clock was last doubted, so that it is told once.
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

    /// Goes by other rules from now on, and makes a pass by them.
    func adopt(_ retention: Retention) {
        let isOther = self.retention.withLock { current in
            defer { current = retention }
            return current != retention
        }
        if isOther { wake.yield() }
    }

    /// Makes a pass now: the clock was put back, and the next one may be due in years.
    func lookAgain() { wake.yield() }

    /// Makes passes until the task is cancelled. Between them it sleeps.
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
    /// Nothing is deleted while the clock is far beyond what the ledger tells of the time: a clock that is years ahead
    /// would have all that is closed kept for long enough.
    ///
    /// - Returns: Whether all was done. Where it was not, the ledger does not take it now, or the clock is not believed.
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
                guard try await ledger.giveBackRoom() else { break }
                await rest(ContinuousClock.now - begun)
            }
            return true
        } catch {
            return false
        }
    }

    private func believes(_ now: Instant) async throws(LedgerError) -> Bool {
        let newest = try await ledger.newestEntry(now - Self.unproven)
        // Where all lines are of the last week, there is nothing old to be deleted by mistake.
        let doubted = newest.flatMap { now - $0 > Self.unproven + Self.silence ? $0 : nil }
        let isNew = doubt.withLock { last in
            defer { last = doubted }
            return last != doubted
        }
        if let doubted, isNew { self.doubted(doubted, now) }
        return doubted == nil
    }
}
