import ConciergeEngine
import ConciergeKit
import Synchronization

/// Runs the handler of one attempt step by step, and can end it between two steps as a kill or a time limit does.
///
/// A step is what the handler does until it waits. Steps run one after the other on one thread. A step that is not taken
/// any more is dropped, with the task that it belongs to: nothing of the handler is executed after it, as after SIGKILL.
final class HandlerRun: TaskExecutor {
    /// Where and how the handler is ended: after so many steps.
    enum Cut: Sendable, Hashable {
        case kill(at: Int)
        case cancel(at: Int)
    }

    enum End: Sendable {
        case ended(AttemptResult)
        case killed
        /// The handler has not returned within the limit.
        case hung
    }

    private struct State {
        var steps = 0
        var task: Task<Void, Never>?
    }

    private let thread = WorkThread()
    private let state = Mutex(State())
    private let cut: Cut?
    private let calls: HandlerCalls
    private let end = OneShot<End>()

    private init(cut: Cut?, _ calls: HandlerCalls) { (self.cut, self.calls) = (cut, calls) }

    /// Attempts a run at this moment of a world, and answers what its handler asks until the attempt has ended. Also
    /// returns what answering threw first: a mistake of the provider's code.
    ///
    /// It waits for the handler on the current thread, like ``WorkThread/run(within:_:)``.
    ///
    /// - Parameter limit: For how long the handler may neither ask anything nor end, in real time.
    static func attempt(
        _ task: TaskDefinition, _ run: StoredRun, in world: World, log: LogBook, cut: Cut?, within limit: Duration,
        answer: (HandlerCalls.Call) async throws -> Void
    ) async -> (end: End, mistake: (any Error)?) {
        let calls = HandlerCalls(of: run)
        defer { calls.close() }
        let handlerRun = HandlerRun(cut: cut, calls)
        let context = world.context(of: run, calls, log: log)
        let work = Task.detached(executorPreference: handlerRun) {
            let result = await AttemptResult { try await task.handler(run.input, context) }
            handlerRun.end(.ended(result))
        }
        handlerRun.state.withLock { $0.task = work }
        // No step is taken before the task is known that a cut would cancel.
        handlerRun.thread.start()
        var mistake: (any Error)?
        while let call = calls.next(within: limit) {
            do {
                try await answer(call)
            } catch {
                mistake = mistake ?? error
                call.fail(error)
            }
        }
        if let end = handlerRun.end.given { return (end, mistake) }
        work.cancel()
        return (.hung, mistake)
    }

    private func end(_ end: End) {
        self.end.give(end)
        calls.close()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        thread.async { [self] in
            guard mayTakeStep() else { return end(.killed) }
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }

    private func mayTakeStep() -> Bool {
        let (step, task) = state.withLock { state in
            state.steps += 1
            return (state.steps, state.task)
        }
        switch cut {
        case nil: break
        case .kill(let point): return step <= point
        case .cancel(let point): if step == point + 1 { task?.cancel() }
        }
        return true
    }
}

extension World {
    /// The context of an attempt now.
    fileprivate func context(of run: StoredRun, _ calls: HandlerCalls, log: LogBook) -> TaskContext {
        TaskContext(
            run: run.id.description, attempt: run.attempt, now: now, actor: run.actor,
            request: run.request?.description, elapse: run.elapse, ledger: calls,
            logger: { log.add(LodgeLine(provider: run.provider.rawValue, task: run.task.rawValue, text: $0)) },
            reporter: { _ in }, submit: { try await calls.answer(to: $0) })
    }
}

/// The lines that providers write to the journal.
final class LogBook: Sendable {
    private let all = Mutex<[LodgeLine]>([])

    var lines: [LodgeLine] { all.withLock(\.self) }
    func add(_ line: LodgeLine) { all.withLock { $0.append(line) } }
}
