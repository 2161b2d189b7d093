import ConciergeEngine
import ConciergeKit
import Synchronization

/// An instance of a provider. It is ended once, by the first caller that claims the right to end it.
final class ProviderInstance: Sendable {
    private struct State {
        /// The number of handlers that have not returned.
        var inside = 0
        var isEnded = false
        /// Ends the instance once all its handlers have returned.
        var whenLeft: (@Sendable (ProviderInstance) -> Void)?
    }

    let id: String
    private let state = Mutex(State())
    private let provider: any ServiceProvider

    init(_ provider: some ServiceProvider) {
        id = type(of: provider).manifest.id
        self.provider = provider
    }

    /// The services, tasks and schedules of the provider. The calls of its handlers are counted.
    func contents(in zone: Zone, _ folder: DurableFolder) throws(InvalidProvider) -> ProviderContents {
        try ProviderContents(
            type(of: provider).manifest, services: provider.services,
            tasks: provider.tasks.map { task in task.between({ self.enter() }, { self.leave() }) },
            schedules: provider.schedules, capacities: provider.capacities, zone: zone, folder: folder)
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

    /// Ends the instance once the last of its handlers has returned. None of its rules may be called after this.
    func retire(_ end: @escaping @Sendable (ProviderInstance) -> Void) {
        let isLeft = state.withLock { state -> Bool in
            guard !state.isEnded else { return false }
            state.whenLeft = end
            state.isEnded = state.inside == 0
            return state.isEnded
        }
        if isLeft { end(self) }
    }

    /// Claims the right to end the instance now, even while handlers are running. False if another caller has claimed
    /// it.
    func takeEnd() -> Bool {
        state.withLock { state in
            defer { state.isEnded = true }
            return !state.isEnded
        }
    }

    /// Calls the provider's `end()`.
    func end() async { await provider.end() }
}

/// Resumes a waiter with the first of two answers.
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
