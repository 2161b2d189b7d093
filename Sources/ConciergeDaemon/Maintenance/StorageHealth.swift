import ConciergeEngine
import ConciergeKit
import Synchronization

/// Knows whether the ledger takes changes, keeps what must not be lost while it does not, and finds out when it does
/// again.
///
/// Only a probe that was written and synced ends a trouble, and not a commit that happened to fit: so a full disk is
/// reported once. A ledger that is damaged stays damaged, and is not probed.
final class StorageHealth: Sendable {
    /// Why nothing can be written, and since when.
    struct Trouble: Sendable {
        let error: LedgerError
        let since: Instant
    }

    private struct State {
        var trouble: Trouble?
        var kept: [Inbox.Item] = []
        /// How often the ledger has been asked in this trouble.
        var tries = 0
        var recoveredAt: Instant?
    }

    /// The longest wait between two probes.
    static let longestWait = Duration.seconds(15)

    private let state = Mutex(State())
    private let isTroubled = Atomic(false)
    private let clock: @Sendable () -> Instant
    /// Calls a function so much later.
    private let later: @Sendable (Duration, @escaping @Sendable () -> Void) -> Void
    /// Asks the ledger; the outcome comes back through ``probed(_:)``.
    private let probe: @Sendable (StorageHealth) -> Void
    private let changed: @Sendable (Trouble?, _ lasted: Duration?) -> Void
    private let inbox: Inbox

    /// A watch over a ledger that is well. `changed` is told once when a trouble begins, and once, with nil and how
    /// long it lasted, when it is over.
    init(
        inbox: Inbox, clock: @escaping @Sendable () -> Instant,
        later: @escaping @Sendable (Duration, @escaping @Sendable () -> Void) -> Void = { DaemonTasks.later($0, $1) },
        probe: @escaping @Sendable (StorageHealth) -> Void,
        changed: @escaping @Sendable (Trouble?, _ lasted: Duration?) -> Void
    ) {
        self.inbox = inbox
        self.clock = clock
        self.later = later
        self.probe = probe
        self.changed = changed
    }

    var trouble: Trouble? { isTroubled.load(ordering: .acquiring) ? state.withLock(\.trouble) : nil }

    /// The storage did not take a change. What is kept comes back through the inbox once it does; of wakes one will do.
    func failed(_ error: LedgerError, keeping item: Inbox.Item? = nil) {
        let now = clock()
        let (begun, delay) = state.withLock { state -> (Trouble?, Duration?) in
            if let item, !(item.isWake && state.kept.contains(where: \.isWake)) { state.kept.append(item) }
            if let trouble = state.trouble {
                // One that passes may have hidden it.
                guard error.isLasting, !trouble.error.isLasting else { return (nil, nil) }
                let lasting = Trouble(error: error, since: now)
                state.trouble = lasting
                return (lasting, nil)
            }
            // One that comes back soon after is the same one: it goes on to be asked as seldom.
            if let recoveredAt = state.recoveredAt, now - recoveredAt > .minutes(1) { state.tries = 0 }
            let trouble = Trouble(error: error, since: now)
            state.trouble = trouble
            return (trouble, error.isLasting ? nil : Self.wait(after: state.tries))
        }
        guard let begun else { return }
        isTroubled.store(true, ordering: .releasing)
        changed(begun, nil)
        if let delay { ask(after: delay) }
    }

    /// What came of a probe.
    func probed(_ error: LedgerError?) {
        let now = clock()
        // Whatever a probe comes to, it does not mend that.
        guard trouble?.error.isLasting != true else { return }
        if let error {
            if error.isLasting { return failed(error) }
            let delay = state.withLock { state -> Duration in
                state.tries += 1
                return Self.wait(after: state.tries)
            }
            return ask(after: delay)
        }
        let (kept, since) = state.withLock { state -> ([Inbox.Item], Instant?) in
            defer { (state.kept, state.trouble, state.recoveredAt) = ([], nil, now) }
            state.tries += 1
            return (state.kept, state.trouble?.since)
        }
        isTroubled.store(false, ordering: .releasing)
        for item in kept { inbox.submit(item) }
        if let since { changed(nil, now - since) }
    }

    private func ask(after delay: Duration) {
        later(delay) { [self] in probe(self) }
    }

    /// A second, then twice as long each time.
    private static func wait(after tries: Int) -> Duration {
        min(.seconds(1 << min(tries, 10)), longestWait)
    }
}

extension Inbox.Item {
    var isWake: Bool { if case .wake = command { true } else { false } }
}
