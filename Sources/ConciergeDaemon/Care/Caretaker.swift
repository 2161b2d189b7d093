import ConciergeEngine
import ConciergeKit
import Synchronization

/// Deletes what has been kept for long enough and gives its room back: a pass at start and one each day, made of steps
/// so small and so far apart that calls do not notice.
final class Caretaker: Sendable {
    /// How the ledger is asked: on the thread that writes, between two commits.
    struct Ledger: Sendable {
        let prune: @Sendable (Retention, Instant, _ limit: Int) async throws(LedgerError) -> Pruned
        let giveBackRoom: @Sendable () async throws(LedgerError) -> Bool
    }

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
    private let wakes: AsyncStream<Void>
    private let timer: WakeTimer
    private let wake: AsyncStream<Void>.Continuation

    init(
        _ ledger: Ledger, _ retention: Retention, clock: @escaping @Sendable () -> Instant,
        sleep: @escaping @Sendable (Duration) async -> Void, told: @escaping @Sendable (Pruned) -> Void
    ) {
        self.ledger = ledger
        self.retention = Mutex(retention)
        self.clock = clock
        self.sleep = sleep
        self.told = told
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
    /// - Returns: Whether all was done. Where it was not, the ledger does not take it now.
    func pass(rest: (Duration) async -> Void) async -> Bool {
        var total = Pruned()
        defer { if !total.isEmpty { told(total) } }
        do throws(LedgerError) {
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
}
