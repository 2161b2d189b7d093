import ConciergeEngine
import ConciergeKit
import Synchronization

/// Tracks whether the ledger's storage accepts changes, keeps commands that must not be lost while it does not, and
/// probes it.
///
/// Only a probe that was written and synced ends a trouble; a commit that happened to fit does not. So a full disk is
/// reported once. A damaged ledger stays damaged and is not probed.
final class StorageHealth: Sendable {
    /// Why nothing can be written, and since when.
    struct Trouble: Sendable {
        let error: LedgerError
        let since: Instant
    }

    private struct State {
        var trouble: Trouble?
        var kept: [Inbox.Item] = []
        /// The number of probes in this trouble, and in the one before if it ended less than a minute earlier.
        var tries = 0
        var recoveredAt: Instant?
        /// Probes the ledger; the outcome comes back through ``probed(_:)``.
        var probe: (@Sendable (StorageHealth) -> Void)?
    }

    /// The longest time between two probes.
    static let longestWait = Duration.seconds(15)

    private enum ProbeOutcome {
        case goesOn(probeAfter: Duration)
        case isOver(since: Instant, kept: [Inbox.Item])
    }

    private let state = Mutex(State())
    /// Whether there is a trouble, so that readers take no lock. It is changed under the lock of the state.
    private let isTroubled = Atomic(false)
    /// Held while a trouble begins or ends and is reported, so that the reports have the order of the changes.
    private let reporting = Mutex(())
    private let clock: @Sendable () -> Instant
    /// Calls a function after a delay.
    private let later: @Sendable (Duration, @escaping @Sendable () -> Void) -> Void
    private let changed: @Sendable (Trouble?, _ lasted: Duration?) -> Void
    private let inbox: Inbox

    /// Begins without a trouble. `changed` is called when a trouble begins or becomes a lasting one, and when it is
    /// over, then with nil and its duration.
    init(
        inbox: Inbox, clock: @escaping @Sendable () -> Instant,
        later: @escaping @Sendable (Duration, @escaping @Sendable () -> Void) -> Void = { DaemonTasks.later($0, $1) },
        changed: @escaping @Sendable (Trouble?, _ lasted: Duration?) -> Void
    ) {
        self.inbox = inbox
        self.clock = clock
        self.later = later
        self.changed = changed
    }

    /// Sets the function that probes the ledger while there is trouble. Nothing is probed before it is set: the ledger,
    /// which reports its troubles here, is opened after this object is made.
    func probe(by probe: @escaping @Sendable (StorageHealth) -> Void) { state.withLock { $0.probe = probe } }

    var trouble: Trouble? { isTroubled.load(ordering: .acquiring) ? state.withLock(\.trouble) : nil }

    /// Notes that the storage refused a change. The item is kept and returns to the inbox when the trouble is over; of
    /// several wakes, one is kept.
    func failed(_ error: LedgerError, keeping item: Inbox.Item? = nil) {
        let now = clock()
        let delay = reporting.withLock { _ in
            let (begun, delay) = state.withLock { state -> (Trouble?, Duration?) in
                if let item, !(item.isWake && state.kept.contains(where: \.isWake)) { state.kept.append(item) }
                if let trouble = state.trouble {
                    // A lasting trouble may follow a temporary one.
                    guard error.isLasting, !trouble.error.isLasting else { return (nil, nil) }
                    let lasting = Trouble(error: error, since: now)
                    state.trouble = lasting
                    return (lasting, nil)
                }
                // A trouble that returns within a minute counts as the same one, and keeps the long intervals between
                // its probes.
                if let recoveredAt = state.recoveredAt, now - recoveredAt > .minutes(1) { state.tries = 0 }
                let trouble = Trouble(error: error, since: now)
                state.trouble = trouble
                isTroubled.store(true, ordering: .releasing)
                return (trouble, error.isLasting ? nil : Self.wait(after: state.tries))
            }
            if let begun { changed(begun, nil) }
            return delay
        }
        if let delay { ask(after: delay) }
    }

    /// Takes the outcome of a probe. No probe ends a lasting trouble, not even one that was noted while the probe was
    /// under way.
    func probed(_ error: LedgerError?) {
        if let error, error.isLasting { return failed(error) }
        let now = clock()
        let outcome = reporting.withLock { _ in
            let outcome = state.withLock { state -> ProbeOutcome? in
                guard let trouble = state.trouble, !trouble.error.isLasting else { return nil }
                state.tries += 1
                guard error == nil else { return .goesOn(probeAfter: Self.wait(after: state.tries)) }
                defer { (state.kept, state.trouble, state.recoveredAt) = ([], nil, now) }
                isTroubled.store(false, ordering: .releasing)
                return .isOver(since: trouble.since, kept: state.kept)
            }
            if case .isOver(let since, _) = outcome { changed(nil, now - since) }
            return outcome
        }
        switch outcome {
        case .goesOn(let delay): ask(after: delay)
        case .isOver(_, let kept): for item in kept { inbox.submit(item) }
        case nil: break
        }
    }

    private func ask(after delay: Duration) {
        later(delay) { [self] in
            if let probe = state.withLock(\.probe) { probe(self) } else { ask(after: delay) }
        }
    }

    /// 1 s, then twice as long each time.
    private static func wait(after tries: Int) -> Duration {
        min(.seconds(1 << min(tries, 10)), longestWait)
    }
}

extension Inbox.Item {
    var isWake: Bool { if case .wake = command { true } else { false } }
}
