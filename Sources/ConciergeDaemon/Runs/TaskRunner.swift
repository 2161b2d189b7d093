import ConciergeEngine
import ConciergeKit
import Dispatch
import Synchronization

/// Runs the handlers of tasks, each within its time limit, and tells how they ended.
///
/// An attempt ends once: when its handler returns, when its time is up, when it is cancelled, or when the daemon
/// stops, whichever comes first. A handler that goes on after that holds up nobody.
final class TaskRunner: Sendable {
    private struct Attempt {
        /// No other attempt of this process has it. The number of an attempt does: a run that is retried by hand
        /// counts from one again.
        let token: UInt64
        let number: Int
        var task: Task<Void, Never>?
    }

    private struct State {
        var attempts: [String: Attempt] = [:]
        var lastToken: UInt64 = 0
        var isStopping = false
        var drained: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let requests: any RequestSource
    private let clock: @Sendable () -> Instant
    private let log: @Sendable (StoredRun, String) -> Void
    private let ended: @Sendable (_ run: String, _ attempt: Int, AttemptResult) -> Void
    private let queue = DispatchQueue(label: "time limits")
    private let pool = HandlerPool()

    init(
        requests: any RequestSource, clock: @escaping @Sendable () -> Instant,
        log: @escaping @Sendable (StoredRun, String) -> Void,
        ended: @escaping @Sendable (_ run: String, _ attempt: Int, AttemptResult) -> Void
    ) {
        self.requests = requests
        self.clock = clock
        self.log = log
        self.ended = ended
    }

    /// Begins an attempt.
    func start(_ run: StoredRun, _ definition: TaskDefinition) {
        let context = TaskContext(
            run: run.id, attempt: run.attempt, now: clock(), actor: run.actor, request: run.request,
            ledger: requests, logger: { [log] in log(run, $0) })
        let token = state.withLock { state -> UInt64? in
            guard !state.isStopping else { return nil }
            state.lastToken += 1
            state.attempts[run.id] = Attempt(token: state.lastToken, number: run.attempt)
            return state.lastToken
        }
        guard let token else { return ended(run.id, run.attempt, .interrupted) }
        let limit = definition.timeLimit
        // On the monotonic clock: a step of the wall clock is not the handler's fault.
        queue.asyncAfter(deadline: .now() + limit.seconds) { [weak self] in
            self?.end(
                run, token, .failed(reason: "timed out after \(TimeSpan(limit))", retryAfter: nil), cancels: true)
        }
        let task = Task.detached(executorPreference: pool) { [self] in
            let result = await AttemptResult { try await definition.handler(run.input, context) }
            if !end(run, token, result, cancels: false) {
                log(run, "the handler returned after its attempt was over")
            }
        }
        let isUnderWay = state.withLock { state in
            guard state.attempts[run.id]?.token == token else { return false }
            state.attempts[run.id]?.task = task
            return true
        }
        // Ended meanwhile: by the handler, which is no matter, or by somebody who could not cancel it yet.
        if !isUnderWay { task.cancel() }
    }

    /// Stops a run whose outcome is not awaited any more.
    func stop(_ run: StoredRun) {
        let task = state.withLock { $0.attempts.removeValue(forKey: run.id)?.task }
        task?.cancel()
        finishDraining()
    }

    /// How many attempts are under way.
    var count: Int { state.withLock { $0.attempts.count } }

    /// Begins no more attempts, gives those under way so much time, and then interrupts them: they go on at the next
    /// start and lose no attempt by it.
    func drain(within limit: Duration) async {
        state.withLock { $0.isStopping = true }
        queue.asyncAfter(deadline: .now() + limit.seconds) { [self] in interruptAll() }
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state -> Bool in
                guard !state.attempts.isEmpty else { return true }
                state.drained = continuation
                return false
            }
            if isDone { continuation.resume() }
        }
    }

    private func interruptAll() {
        let attempts = state.withLock { state in
            defer { state.attempts = [:] }
            return state.attempts
        }
        for (run, attempt) in attempts {
            attempt.task?.cancel()
            ended(run, attempt.number, .interrupted)
        }
        finishDraining()
    }

    @discardableResult
    private func end(_ run: StoredRun, _ token: UInt64, _ result: AttemptResult, cancels: Bool) -> Bool {
        guard let attempt = take(run.id, token) else { return false }
        if cancels { attempt.task?.cancel() }
        ended(run.id, run.attempt, result)
        finishDraining()
        return true
    }

    /// The attempt, if it is still under way; afterwards it is not.
    private func take(_ run: String, _ token: UInt64) -> Attempt? {
        state.withLock { state in
            guard let attempt = state.attempts[run], attempt.token == token else { return nil }
            state.attempts[run] = nil
            return attempt
        }
    }

    private func finishDraining() {
        let continuation = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.attempts.isEmpty else { return nil }
            defer { state.drained = nil }
            return state.drained
        }
        continuation?.resume()
    }
}

extension Duration {
    /// Seconds with their fraction.
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
