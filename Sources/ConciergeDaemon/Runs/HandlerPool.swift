import ConciergeEngine
import CrashGuard
import Synchronization

/// Threads for providers' code: the handlers of tasks, and the initialisers and `end()` of providers. Code that blocks
/// its thread, against the rules, blocks only a thread of this pool, not one that the daemon needs.
final class HandlerPool: Sendable {
    private let threads = ThreadPool(name: "handlers")
    private let crashes: CrashFile
    private let clock: @Sendable () -> UInt64

    /// Makes a pool whose work is marked in `crashes`. `clock` is monotonic, in nanoseconds.
    init(marking crashes: CrashFile, clock: @escaping @Sendable () -> UInt64) {
        self.crashes = crashes
        self.clock = clock
    }

    /// An executor for one piece of work, which is marked as provider code until ``Executor/leave()``.
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
                // Jobs that outlive the work run unmarked, because the slot of the mark may belong to other work by
                // then.
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
