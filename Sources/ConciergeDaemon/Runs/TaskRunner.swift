import ConciergeEngine
import ConciergeKit
import Synchronization

/// Runs the handlers of tasks, each within its time limit, and reports how they ended.
///
/// An attempt ends once: when its handler returns, when its time limit expires, when it is cancelled, or when the
/// daemon stops, whichever comes first. A handler that is still running after that keeps a permit of its provider until
/// it returns.
final class TaskRunner: Sendable {
    /// The reports to the rest of the daemon.
    struct Outputs: Sendable {
        /// An attempt ended. If its handler has not returned yet, `returned` follows.
        let ended: @Sendable (StoredRun, AttemptResult, _ handlerReturned: Bool) -> Void
        /// A handler whose attempt was over has returned.
        let returned: @Sendable (StoredRun) -> Void
        /// A cancelled handler is still running after the grace period.
        let ignoresCancellation: @Sendable (StoredRun) -> Void
        let progressed: @Sendable (StoredRun, TaskProgress) -> Void
        let log: @Sendable (StoredRun, String) -> Void
        /// Passes on a command of a handler, and waits until its answer is on disk.
        let submit: @Sendable (Command) async throws(LedgerError) -> Answer
    }

    private struct Attempt {
        let run: StoredRun
        let limit: Duration
        /// The attempt has ended; its handler has not returned.
        var isOver = false
        var task: Task<Void, Never>?
    }

    private struct State {
        /// The attempts by token. A token is unique within this process, also among attempts of one run.
        var attempts: [UInt64: Attempt] = [:]
        /// The token of the current attempt of each run, if it is not over.
        var current: [RunID: UInt64] = [:]
        var lastToken: UInt64 = 0
        var isStopping = false
        var drained: CheckedContinuation<Void, Never>?

        /// Forgets that this is the current attempt of its run.
        mutating func forget(_ run: StoredRun, _ token: UInt64) {
            if current[run.id] == token { current[run.id] = nil }
        }
    }

    private let state = Mutex(State())
    private let requests: any RequestSource
    private let clock: @Sendable () -> Instant
    private let outputs: Outputs
    /// How long a cancelled handler may keep running before it is reported.
    private let grace: Duration
    private let pool: HandlerPool
    private let expiry = Mutex<TimeLimits?>(nil)

    init(
        requests: any RequestSource, pool: HandlerPool, clock: @escaping @Sendable () -> Instant, outputs: Outputs,
        grace: Duration = .seconds(5)
    ) {
        self.requests = requests
        self.pool = pool
        self.clock = clock
        self.outputs = outputs
        self.grace = grace
        let limits = TimeLimits { [weak self] token in self?.expired(token) }
        expiry.withLock { $0 = limits }
    }

    private var limits: TimeLimits? { expiry.withLock(\.self) }

    /// Begins an attempt. Times in the progress that its handler reports are shown in `zone`.
    func start(_ run: StoredRun, _ definition: TaskDefinition, in zone: Zone) {
        let context = TaskContext(
            run: run.id.description, attempt: run.attempt, now: clock(), actor: run.actor,
            request: run.request?.description,
            elapse: run.elapse, ledger: requests, logger: { [outputs] in outputs.log(run, $0) },
            reporter: { [outputs] in outputs.progressed(run, $0.said(in: zone)) },
            submit: { [outputs] in try await outputs.answer(to: $0, of: run) })
        let token = state.withLock { state -> UInt64? in
            guard !state.isStopping else { return nil }
            state.lastToken += 1
            state.attempts[state.lastToken] = Attempt(run: run, limit: definition.timeLimit)
            state.current[run.id] = state.lastToken
            return state.lastToken
        }
        guard let token else { return outputs.ended(run, .interrupted, true) }
        limits?.begin(token, within: definition.timeLimit)
        let executor = pool.executor(
            for: CodeLocation(
                .handler, provider: run.provider, owner: run.task.rawValue, subject: run.id.description,
                event: "attempt \(run.attempt)"))
        let task = Task.detached(executorPreference: executor) { [self] in
            let result = await AttemptResult { try await definition.handler(run.input, context) }
            // The mark stays until the handler returns, even if the attempt ended earlier: its code was running.
            executor.leave()
            handlerReturned(token, result)
        }
        let mustStop = state.withLock { state in
            // If the handler has returned already, there is no attempt to update.
            state.attempts[token]?.task = task
            return state.attempts[token]?.isOver ?? false
        }
        // The attempt was ended before its task was known, so the task is cancelled here.
        if mustStop { task.cancel() }
    }

    /// Stops a run whose outcome no longer matters.
    func stop(_ run: StoredRun) {
        guard let token = state.withLock({ $0.current[run.id] }) else { return }
        _ = end(token)
        finishDraining()
    }

    /// The number of attempts under way.
    var count: Int { state.withLock { $0.current.count } }

    /// Begins no more attempts, and interrupts those that are still under way after the limit. Interrupted runs begin
    /// again at the next start and lose no attempt.
    func drain(within limit: Duration) async {
        state.withLock { $0.isStopping = true }
        DaemonTasks.later(limit) { [self] in interruptAll() }
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state -> Bool in
                guard !state.current.isEmpty else { return true }
                state.drained = continuation
                return false
            }
            if isDone { continuation.resume() }
        }
    }

    private func interruptAll() {
        for token in state.withLock({ Array($0.current.values) }) {
            _ = end(token) { [outputs] attempt in outputs.ended(attempt.run, .interrupted, false) }
        }
        finishDraining()
    }

    private func expired(_ token: UInt64) {
        let hasEnded = end(token) { [outputs] attempt in
            let reason = "timed out after \(TimeSpan(attempt.limit))"
            outputs.ended(attempt.run, .failed(reason: reason, retryAfter: nil), false)
        }
        if hasEnded {
            finishDraining()
        } else if let run = state.withLock({ $0.attempts[token]?.run }) {
            outputs.ignoresCancellation(run)
        }
    }

    /// Ends an attempt whose handler has not returned, and cancels the handler. Returns false if the attempt is over
    /// already.
    ///
    /// `report` is called under the lock, so that it always comes before the report that the handler has returned. In
    /// the other order, the engine would count the handler as running for ever.
    private func end(_ token: UInt64, report: (Attempt) -> Void = { _ in }) -> Bool {
        let attempt = state.withLock { state -> Attempt? in
            guard let attempt = state.attempts[token], !attempt.isOver else { return nil }
            state.attempts[token]?.isOver = true
            state.forget(attempt.run, token)
            report(attempt)
            return attempt
        }
        guard let attempt else { return false }
        // The grace period replaces the time limit.
        limits?.begin(token, within: grace)
        attempt.task?.cancel()
        return true
    }

    private func handlerReturned(_ token: UInt64, _ result: AttemptResult) {
        let attempt = state.withLock { state -> Attempt? in
            guard let attempt = state.attempts.removeValue(forKey: token) else { return nil }
            state.forget(attempt.run, token)
            return attempt
        }
        guard let attempt else { return }
        limits?.end(token)
        if attempt.isOver {
            outputs.returned(attempt.run)
        } else {
            outputs.ended(attempt.run, result, true)
            finishDraining()
        }
    }

    private func finishDraining() {
        let continuation = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.current.isEmpty else { return nil }
            defer { state.drained = nil }
            return state.drained
        }
        continuation?.resume()
    }
}

extension TaskRunner.Outputs {
    /// Submits a command of a run's handler.
    fileprivate func answer(to command: RunCommand, of run: StoredRun) async throws(TaskFailure) -> RunCommandAnswer {
        let submitted: Command
        do { submitted = try Command(command, of: run) } catch { return try RunCommandAnswer(error) }
        let answer: Answer
        do {
            answer = try await submit(submitted)
        } catch {
            throw .retry(reason: error.description, after: nil)
        }
        return try RunCommandAnswer(answer)
    }
}

extension Duration {
    /// The duration in seconds, with its fraction.
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
