import ConciergeEngine
import ConciergeKit
import Synchronization

/// A provider that was made. It is ended once, by whoever gets the right to do so.
final class ProviderInstance: Sendable {
    private struct State {
        /// How many of its handlers have not returned.
        var inside = 0
        var isEnded = false
        /// Ends it, once nobody is inside.
        var whenLeft: (@Sendable (ProviderInstance) -> Void)?
    }

    let id: String
    private let state = Mutex(State())
    private let provider: any ServiceProvider

    init(_ provider: some ServiceProvider) {
        id = type(of: provider).manifest.id
        self.provider = provider
    }

    /// What it offers, with its handlers counted.
    func contents(in zone: Zone) throws(InvalidProvider) -> ProviderContents {
        try ProviderContents(
            type(of: provider).manifest, services: provider.services,
            tasks: provider.tasks.map { task in task.between({ self.enter() }, { self.leave() }) },
            schedules: provider.schedules, zone: zone)
    }

    private func enter() { state.withLock { $0.inside += 1 } }

    private func leave() {
        let end = state.withLock { state -> (@Sendable (ProviderInstance) -> Void)? in
            state.inside -= 1
            guard state.inside == 0, !state.isEnded, let end = state.whenLeft else { return nil }
            state.isEnded = true
            return end
        }
        end?(self)
    }

    /// Has it ended once the last of its handlers has returned. No rule of it is called any more.
    func retire(_ end: @escaping @Sendable (ProviderInstance) -> Void) {
        let isLeft = state.withLock { state -> Bool in
            guard !state.isEnded else { return false }
            state.whenLeft = end
            state.isEnded = state.inside == 0
            return state.isEnded
        }
        if isLeft { end(self) }
    }

    /// Whether the caller is to end it now, whoever is inside.
    func takeEnd() -> Bool {
        state.withLock { state in
            defer { state.isEnded = true }
            return !state.isEnded
        }
    }

    /// Tells the provider.
    func end() async { await provider.end() }
}

/// What waits for the first of two answers.
final class FirstAnswer<Answer: Sendable>: Sendable {
    private let waiter: Mutex<CheckedContinuation<Answer, Never>?>

    init(_ waiter: CheckedContinuation<Answer, Never>) {
        self.waiter = Mutex(waiter)
    }

    func give(_ answer: Answer) {
        let waiter = waiter.withLock { waiter in
            defer { waiter = nil }
            return waiter
        }
        waiter?.resume(returning: answer)
    }
}
