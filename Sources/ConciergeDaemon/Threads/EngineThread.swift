import CrashGuard
import DequeModule
import Dispatch
import Synchronization

/// One thread of its own, as an actor's executor.
///
/// The engine decides and commits on one; ``Delivery`` has another. It belongs to no pool, so that a task that blocks
/// its thread, against the rules, does not stop the daemon.
///
/// It is a task executor too: the runtime resumes every continuation on the task's executor first and goes to the
/// actor's from there, so that without it each batch would go by way of the pool.
final class EngineThread: SerialExecutor, TaskExecutor {
    private enum Turn {
        case job(UnownedJob)
        /// The caller of ``letOthersGoFirst()`` goes on.
        case resumption(CheckedContinuation<Void, Never>)
    }

    private let turns = Mutex(Deque<Turn>())
    private let pending = DispatchSemaphore(value: 0)

    /// Starts the thread; it lives as long as the process.
    init(name: String) {
        OwnThread.start(name) { [self] in
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
    }

    func enqueue(_ job: consuming ExecutorJob) {
        add(.job(UnownedJob(job)))
    }

    /// Lets other work of this thread go first. `Task.yield()` would go by way of the pool, which takes two changes of
    /// threads even if nothing waits.
    nonisolated(nonsending) func letOthersGoFirst() async {
        guard turns.withLock({ !$0.isEmpty }) else { return }
        await withCheckedContinuation { add(.resumption($0)) }
    }

    private func add(_ turn: Turn) {
        turns.withLock { $0.append(turn) }
        pending.signal()
    }
}
