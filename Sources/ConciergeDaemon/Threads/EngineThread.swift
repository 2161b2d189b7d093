import CrashGuard
import DequeModule
import Dispatch
import Synchronization

/// A dedicated thread that executes an actor.
///
/// The engine decides and commits on one; ``Delivery`` has another. It belongs to no pool, so that a task that blocks a
/// pool's thread, against the rules, does not stop the daemon.
///
/// It is also a task executor: the runtime resumes every continuation on the task's executor first and switches to the
/// actor's from there. Without a task executor, each batch would pass through the runtime's pool.
final class EngineThread: SerialExecutor, TaskExecutor {
    private enum Turn {
        case job(UnownedJob)
        /// Resumes the caller of ``letOthersGoFirst()``.
        case resumption(CheckedContinuation<Void, Never>)
    }

    private let turns = Mutex(Deque<Turn>())
    private let pending = DispatchSemaphore(value: 0)

    /// Starts the thread, which runs until the process ends.
    init(name: String) {
        let isStarted = OwnThread.start(name) { [self] in
            CrashThread.isOwn()
            while true {
                pending.wait()
                switch turns.withLock({ $0.popFirst() }) {
                case .job(let job):
                    job.runSynchronously(
                        isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
                case .resumption(let continuation): continuation.resume()
                case nil: break
                }
            }
        }
        precondition(isStarted, "the system makes no thread")
    }

    func enqueue(_ job: consuming ExecutorJob) {
        add(.job(UnownedJob(job)))
    }

    /// Lets other work of this thread run first. `Task.yield()` would pass through the runtime's pool, which takes two
    /// changes of threads even if no work is queued.
    nonisolated(nonsending) func letOthersGoFirst() async {
        guard turns.withLock({ !$0.isEmpty }) else { return }
        await withCheckedContinuation { add(.resumption($0)) }
    }

    private func add(_ turn: Turn) {
        turns.withLock { $0.append(turn) }
        pending.signal()
    }
}
