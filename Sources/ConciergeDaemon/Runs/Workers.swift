import ConciergeEngine
import ConciergeKit
import ConciergeProtocol
import JSON
import Synchronization

/// The workers that are connected, and the attempts that they execute, each within its time limit.
///
/// The engine decides which worker gets which run. An attempt ends once: when its worker finishes it, when its time limit
/// expires, when it is cancelled, when its worker's connection ends, or when the daemon stops, whichever comes first. A
/// worker that has not answered for an attempt that is over keeps the place, so that it never has more runs than it asked
/// for.
final class Workers: Sendable {
    /// What the workers' calls lead to in the rest of the daemon.
    struct Outputs: Sendable {
        /// Composes what the worker of a run is given, and passes it on, at once or later.
        let compose: @Sendable (StoredRun, _ take: @escaping @Sendable (Composition) -> Void) -> Void
        /// Passes on a command that is kept until the ledger accepts it. The order of the commands is kept.
        let submit: @Sendable (Command, _ completion: @escaping @Sendable (Result<Answer, LedgerError>) -> Void) -> Void
        let progressed: @Sendable (StoredRun, TaskProgress) -> Void
        /// The attempt is over, and its progress is not shown any more.
        let forget: @Sendable (StoredRun) -> Void
        /// A worker has not answered for an attempt that is over, within the grace period.
        let ignoresStop: @Sendable (StoredRun, Connected) -> Void
        let came: @Sendable (Connected) -> Void
        /// A worker's connection has ended, with so many attempts under way.
        let went: @Sendable (Connected, _ lost: Int) -> Void
    }

    /// What the worker of a run is given.
    enum Composition: Sendable {
        case input(JSONObject)
        /// There is nothing to give: the attempt ends without its worker.
        case ended(AttemptResult)
    }

    /// A worker, as lists show it.
    struct Connected: Sendable {
        let id: WorkerID
        let name: String?
        let user: String
        let since: Instant
        let tasks: [TaskID]
        var limit: Int
    }

    /// Why a call about an attempt has no effect.
    enum Refusal: Error {
        /// No such worker is connected, or it is another user's.
        case unknownWorker
        /// The call came on the connection of `Take`, where no reply to it can be read.
        case sameConnection
        /// The worker does not have this attempt.
        case notHeld
        /// The attempt has ended before.
        case over
        /// It is being finished by another call.
        case ending
        /// A worker that has not left may not return a run.
        case mustLeave
    }

    /// How a worker ends an attempt.
    enum Outcome: Sendable {
        case succeeded(words: Text, answer: [UInt8]?)
        case failed(reason: String, retryAfter: Duration?)
        case rejected(reason: String)
        case returned
    }

    private struct Worker {
        var connected: Connected
        let uid: UInt32
        let connection: UInt64
        let stream: WorkerStream
        /// Whether it asks for no more runs.
        var leaves = false
    }

    private struct Held: Hashable {
        let run: RunID
        let attempt: Int

        init(_ run: RunID, _ attempt: Int) { (self.run, self.attempt) = (run, attempt) }
        init(_ run: StoredRun) { self.init(run.id, run.attempt) }
    }

    private struct Attempt {
        enum Phase { case underWay, ending, over }

        let run: StoredRun
        let definition: TaskDefinition
        let worker: WorkerID
        let since: Instant
        let token: UInt64
        var phase = Phase.underWay
        /// Whether it counts towards the concurrency of its provider and its task.
        var keepsPermit = true
    }

    private struct State {
        var workers: [WorkerID: Worker] = [:]
        var attempts: [Held: Attempt] = [:]
        var tokens: [UInt64: Held] = [:]
        var lastToken: UInt64 = 0
        /// Whether runs that are given now are given back.
        var isClosed = false
        var drained: CheckedContinuation<Void, Never>?

        mutating func remove(_ held: Held) -> Attempt? {
            guard let attempt = attempts.removeValue(forKey: held) else { return nil }
            tokens[attempt.token] = nil
            return attempt
        }

        /// The attempt, if this worker has it.
        func attempt(_ held: Held, of worker: WorkerID) throws(Refusal) -> Attempt {
            guard let attempt = attempts[held], attempt.worker == worker else { throw .notHeld }
            return attempt
        }

        var isIdle: Bool { attempts.values.allSatisfy { $0.phase == .over } }
    }

    /// Nothing is sent to a worker while it is locked: a worker that is gone may be removed by that at once.
    private let state = Mutex(State())
    private let outputs: Outputs
    private let clock: @Sendable () -> Instant
    /// How long a worker may take to answer for an attempt that is over, before it is reported.
    private let grace: Duration
    private let expiry = Mutex<TimeLimits?>(nil)

    init(clock: @escaping @Sendable () -> Instant, outputs: Outputs, grace: Duration = .seconds(5)) {
        self.clock = clock
        self.outputs = outputs
        self.grace = grace
        let limits = TimeLimits { [weak self] token in self?.expired(token) }
        expiry.withLock { $0 = limits }
    }

    private var limits: TimeLimits? { expiry.withLock(\.self) }

    private func submit(_ command: Command) { outputs.submit(command) { _ in } }

    // MARK: Connections

    /// Notes a worker, which gets no run before ``begin(_:)``.
    func add(
        tasks: [TaskID], limit: Int, name: String?, user: String, uid: UInt32, connection: UInt64, stream: WorkerStream
    ) -> WorkerID {
        let id = WorkerID("worker-" + String(UInt64.random(in: .min ... .max), radix: 36))
        let connected = Connected(id: id, name: name, user: user, since: clock(), tasks: tasks, limit: limit)
        state.withLock {
            $0.workers[id] = Worker(connected: connected, uid: uid, connection: connection, stream: stream)
        }
        return id
    }

    /// Tells a worker its id, and has the engine give it runs. If its connection has ended already, nothing happens.
    func begin(_ id: WorkerID) {
        // Its id comes before its first run.
        guard let worker = state.withLock({ $0.workers[id] }) else { return }
        worker.stream.send(.init(worker: id.rawValue))
        let connected = worker.connected
        let isThere = state.withLock { state in
            guard state.workers[id] != nil else { return false }
            submit(.workerCame(id, tasks: Set(connected.tasks), limit: connected.limit))
            return true
        }
        if isThere { outputs.came(connected) }
    }

    /// Forgets a worker whose connection has ended. Its attempts are lost.
    func remove(_ id: WorkerID) {
        let (worker, lost) = state.withLock { state -> (Worker?, [Attempt]) in
            guard let worker = state.workers.removeValue(forKey: id) else { return (nil, []) }
            let held = state.attempts.filter { $0.value.worker == id && $0.value.phase != .ending }.map(\.key)
            let attempts = held.compactMap { state.remove($0) }
            for attempt in attempts where attempt.phase == .over && attempt.keepsPermit {
                submit(.returned(task: attempt.run.task, provider: attempt.run.provider))
            }
            submit(.workerGone(id))
            return (worker, attempts)
        }
        for attempt in lost {
            limits?.end(attempt.token)
            outputs.forget(attempt.run)
        }
        finishDraining()
        if let worker { outputs.went(worker.connected, lost.count { $0.phase == .underWay }) }
    }

    /// The worker whose stream is on a connection.
    func worker(on connection: UInt64) -> WorkerID? {
        state.withLock { $0.workers.values.first { $0.connection == connection }?.connected.id }
    }

    /// Gives a worker no more runs.
    func leave(_ id: WorkerID, uid: UInt32, connection: UInt64) throws(Refusal) {
        try state.withLock { state throws(Refusal) in
            _ = try find(id, uid, connection, in: state)
            state.workers[id]?.leaves = true
            state.workers[id]?.connected.limit = 0
            submit(.workerLeaves(id))
        }
    }

    /// The worker, if it is this user's and the call came on another connection than its stream's.
    private func find(
        _ id: WorkerID, _ uid: UInt32, _ connection: UInt64, in state: State
    ) throws(Refusal) -> Worker {
        guard let worker = state.workers[id], worker.uid == uid else { throw .unknownWorker }
        if worker.connection == connection { throw .sameConnection }
        return worker
    }

    /// Ends a worker's stream with an error; its attempts are lost.
    func end(_ id: WorkerID, _ error: ControlError) {
        let stream = state.withLock { $0.workers[id]?.stream }
        remove(id)
        stream?.fail(error)
    }

    /// The workers, in the order in which they came, with the attempts that each has.
    var connected: [(worker: Connected, attempts: [(run: StoredRun, since: Instant, isOver: Bool)])] {
        state.withLock { state in
            let held = Dictionary(grouping: state.attempts.values, by: \.worker)
            return state.workers.values.map(\.connected).sorted { ($0.since, $0.id) < ($1.since, $1.id) }
                .map { worker in
                    let attempts = (held[worker.id] ?? []).sorted { ($0.since, $0.run.id) < ($1.since, $1.run.id) }
                    return (worker, attempts.map { ($0.run, $0.since, $0.phase == .over) })
                }
        }
    }

    /// The number of workers that execute a task.
    func count(for task: TaskID) -> Int {
        state.withLock { state in state.workers.values.count { !$0.leaves && $0.connected.tasks.contains(task) } }
    }

    // MARK: Attempts

    /// Gives a worker an attempt that the engine has begun.
    func give(_ run: StoredRun, _ definition: TaskDefinition, to id: WorkerID) {
        let begun = state.withLock { state -> (token: UInt64, stream: WorkerStream)? in
            guard let worker = state.workers[id] else {
                // Its connection has ended. The engine learns that again, in case it did so before the worker came.
                submit(.workerGone(id))
                return nil
            }
            guard !state.isClosed else {
                submit(.end(run: run.id, attempt: run.attempt, result: .interrupted))
                return nil
            }
            state.lastToken += 1
            state.attempts[Held(run)] = Attempt(
                run: run, definition: definition, worker: id, since: clock(), token: state.lastToken)
            state.tokens[state.lastToken] = Held(run)
            return (state.lastToken, worker.stream)
        }
        guard let begun else { return }
        limits?.begin(begun.token, within: definition.timeLimit)
        outputs.compose(run) { [self] composition in
            switch composition {
            case .input(let input):
                // What was cancelled in the meantime, or too long in composing, is not begun.
                guard isUnderWay(Held(run)) else { return end(unsent: run) }
                begun.stream.send(.init(job: Wire.Job(run, input, limit: definition.timeLimit)))
            case .ended(let result): end(unsent: run, with: result)
            }
        }
    }

    private func isUnderWay(_ held: Held) -> Bool {
        state.withLock { $0.attempts[held]?.phase == .underWay }
    }

    /// Ends an attempt of which its worker knows nothing; one that is over already frees its worker's place.
    private func end(unsent run: StoredRun, with result: AttemptResult? = nil) {
        let held = Held(run)
        let attempt = state.withLock { state -> Attempt? in
            guard let attempt = state.attempts[held], attempt.phase == .underWay, result != nil else {
                handBack(held, in: &state)
                return nil
            }
            state.attempts[held]?.phase = .ending
            return attempt
        }
        guard let attempt, let result else { return finishDraining() }
        end(attempt, held, with: result) { _ in }
    }

    /// Tells the worker of a run that was cancelled to stop.
    func stop(_ run: StoredRun) {
        let stopped = state.withLock { state -> (token: UInt64, stream: WorkerStream?)? in
            // If it is being finished, the call that does so learns that it came too late.
            guard let attempt = state.attempts[Held(run)], attempt.phase == .underWay else { return nil }
            state.attempts[Held(run)]?.phase = .over
            return (attempt.token, state.workers[attempt.worker]?.stream)
        }
        guard let stopped else { return }
        limits?.begin(stopped.token, within: grace)
        stopped.stream?.send(stopping: run, because: .cancelled)
        outputs.forget(run)
        finishDraining()
    }

    private func expired(_ token: UInt64) {
        enum Expired { case attempt(StoredRun, WorkerStream), grace(StoredRun, Connected) }
        let expired = state.withLock { state -> Expired? in
            guard let held = state.tokens[token], let attempt = state.attempts[held],
                let worker = state.workers[attempt.worker]
            else { return nil }
            switch attempt.phase {
            case .ending: return nil
            case .underWay:
                let reason = "timed out after \(TimeSpan(attempt.definition.timeLimit))"
                submit(
                    .end(
                        run: held.run, attempt: held.attempt, result: .failed(reason: reason, retryAfter: nil),
                        handlerReturned: false))
                state.attempts[held]?.phase = .over
                return .attempt(attempt.run, worker.stream)
            case .over:
                // Nobody knows whether the worker goes on. It gets no other run in this place, and other workers do not
                // wait for it.
                state.attempts[held]?.keepsPermit = false
                submit(.returned(task: attempt.run.task, provider: attempt.run.provider))
                return .grace(attempt.run, worker.connected)
            }
        }
        switch expired {
        case .attempt(let run, let stream):
            limits?.begin(token, within: grace)
            stream.send(stopping: run, because: .timeLimit)
            outputs.forget(run)
            finishDraining()
        case .grace(let run, let worker): outputs.ignoresStop(run, worker)
        case nil: break
        }
    }

    /// The task of an attempt that is under way at a worker.
    func definition(
        of run: RunID, attempt: Int, at id: WorkerID, uid: UInt32, connection: UInt64
    ) throws(Refusal) -> TaskDefinition {
        try state.withLock { state throws(Refusal) in
            _ = try find(id, uid, connection, in: state)
            return try state.attempt(Held(run, attempt), of: id).definition
        }
    }

    /// Passes on the progress of an attempt.
    func take(
        _ progress: TaskProgress, of run: RunID, attempt: Int, at id: WorkerID, uid: UInt32, connection: UInt64
    ) throws(Refusal) {
        let stored = try state.withLock { state throws(Refusal) in
            _ = try find(id, uid, connection, in: state)
            let attempt = try state.attempt(Held(run, attempt), of: id)
            guard attempt.phase == .underWay else { throw .over }
            return attempt.run
        }
        outputs.progressed(stored, progress)
    }

    /// Ends an attempt. `completion` is called once the end is on disk, or with the reason why the call has no effect.
    func finish(
        _ run: RunID, attempt number: Int, _ outcome: Outcome, at id: WorkerID, uid: UInt32, connection: UInt64,
        completion: @escaping @Sendable (Result<Void, any Error>) -> Void
    ) {
        let held = Held(run, number)
        let attempt: Attempt
        do throws(Refusal) {
            attempt = try state.withLock { state throws(Refusal) in
                let worker = try find(id, uid, connection, in: state)
                let attempt = try state.attempt(held, of: id)
                switch attempt.phase {
                case .ending: throw .ending
                case .over:
                    handBack(held, in: &state)
                    throw .over
                case .underWay: break
                }
                if case .returned = outcome, !worker.leaves, !state.isClosed { throw .mustLeave }
                state.attempts[held]?.phase = .ending
                return attempt
            }
        } catch {
            return completion(.failure(error))
        }
        end(attempt, held, with: AttemptResult(outcome), completion: completion)
    }

    /// Ends an attempt that nobody else ends.
    private func end(
        _ attempt: Attempt, _ held: Held, with result: AttemptResult,
        completion: @escaping @Sendable (Result<Void, any Error>) -> Void
    ) {
        limits?.end(attempt.token)
        outputs.submit(.end(run: held.run, attempt: held.attempt, result: result)) { [self] result in
            outputs.forget(attempt.run)
            let answer: Result<Void, any Error> = state.withLock { state in
                switch result {
                case .success(.run):
                    _ = state.remove(held)
                    return .success(())
                case .success:
                    handBack(held, in: &state)
                    return .failure(Refusal.over)
                case .failure(let error):
                    _ = state.remove(held)
                    return .failure(error)
                }
            }
            completion(answer)
            finishDraining()
        }
    }

    /// Frees the place and the capacity of an attempt that had ended before its worker answered for it.
    private func handBack(_ held: Held, in state: inout State) {
        guard let attempt = state.remove(held) else { return }
        limits?.end(attempt.token)
        if attempt.keepsPermit { submit(.returned(task: attempt.run.task, provider: attempt.run.provider)) }
        submit(.handedBack(run: held.run, attempt: held.attempt))
    }

    // MARK: Stopping

    /// Waits until the attempts under way are finished, and interrupts those that are not within the limit: they begin
    /// again at the next start and lose no attempt. Then it ends the workers' streams. The engine must begin no more runs.
    func drain(within limit: Duration, ending error: ControlError) async {
        let workers = state.withLock { Array($0.workers.values) }
        for worker in workers { worker.stream.send(.init(stopping: true)) }
        if state.withLock({ !$0.isIdle }) {
            DaemonTasks.later(limit) { [self] in interruptAll() }
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state in
                    if !state.isIdle { state.drained = continuation }
                    return state.isIdle
                }
                if isDone { continuation.resume() }
            }
        }
        state.withLock { $0.isClosed = true }
        for id in state.withLock({ Array($0.workers.keys) }) { end(id, error) }
    }

    private func interruptAll() {
        let interrupted = state.withLock { state in
            state.isClosed = true
            let held = state.attempts.filter { $0.value.phase == .underWay }.map(\.key)
            for one in held { submit(.end(run: one.run, attempt: one.attempt, result: .interrupted)) }
            return held.compactMap { state.remove($0) }
        }
        for attempt in interrupted {
            limits?.end(attempt.token)
            outputs.forget(attempt.run)
        }
        finishDraining()
    }

    private func finishDraining() {
        let continuation = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.isIdle else { return nil }
            defer { state.drained = nil }
            return state.drained
        }
        continuation?.resume()
    }
}

extension WorkerStream {
    /// Tells the worker to stop an attempt, which is over.
    fileprivate func send(stopping run: StoredRun, because reason: Reply.Stop.Reason) {
        send(.init(stop: .init(run: run.id.description, attempt: run.attempt, reason: reason)))
    }
}

extension AttemptResult {
    fileprivate init(_ outcome: Workers.Outcome) {
        switch outcome {
        case .succeeded(let words, let answer): self = .succeeded(words: words, data: answer)
        case .failed(let reason, let retryAfter): self = .failed(reason: reason, retryAfter: retryAfter)
        case .rejected(let reason): self = .failedForGood(reason: reason)
        case .returned: self = .interrupted
        }
    }
}

extension Wire.Job {
    fileprivate init(_ run: StoredRun, _ input: JSONObject, limit: Duration) {
        self.init(
            run: run.id.description, key: run.id.description, attempt: run.attempt, attempts: run.attempts,
            task: run.task.rawValue, provider: run.provider.rawValue, input: Wire.RawObject(input),
            timeLimit: limit.seconds, actor: run.actor, request: run.request?.description, elapse: run.elapse)
    }
}
