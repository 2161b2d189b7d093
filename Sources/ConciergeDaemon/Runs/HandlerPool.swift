import ConciergeEngine
import CrashGuard
import Synchronization

/// Threads for providers' code: the handlers of tasks, and the making of providers. Code that blocks its thread,
/// against the rules, takes one of these and none that the daemon works on.
final class HandlerPool: Sendable {
    private let threads = ThreadPool(name: "handlers")
    private let crashes: CrashFile
    private let clock: @Sendable () -> UInt64

    /// Threads whose work is marked in this file. `clock` is monotonic, in nanoseconds.
    init(marking crashes: CrashFile, clock: @escaping @Sendable () -> UInt64) {
        self.crashes = crashes
        self.clock = clock
    }

    /// An executor for one piece of work, which is marked as inside until ``Executor/leave()``.
    func executor(for place: CodeLocation) -> Executor {
        Executor(threads: threads, mark: crashes.enter(place, now: clock()))
    }

    /// Runs one piece of work. Child tasks inherit the executor, so that a crash on any thread that works for it is
    /// attributed to it.
    final class Executor: TaskExecutor {
        private let threads: ThreadPool
        private let mark: CrashMark
        private let isOver = Atomic(false)

        fileprivate init(threads: ThreadPool, mark: CrashMark) {
            self.threads = threads
            self.mark = mark
        }

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            threads.run { [self] in
                // What the work leaves behind runs on unmarked: the mark's slot may be another's by then.
                let mark = isOver.load(ordering: .acquiring) ? nil : mark
                CrashThread.working(for: mark) { job.runSynchronously(on: asUnownedTaskExecutor()) }
            }
        }

        /// Ends the mark. Call it once.
        func leave() {
            isOver.store(true, ordering: .releasing)
            mark.leave()
        }
    }
}
