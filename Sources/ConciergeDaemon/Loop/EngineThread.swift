import DequeModule
import Dispatch
import Foundation
import Synchronization

/// One thread of its own, as an actor's executor.
///
/// Everything is decided and committed on it. It is not of the pool that tasks run on, so that a task that blocks its
/// thread, against the rules, does not stop the lodge.
final class EngineThread: SerialExecutor {
    private let jobs = Mutex(Deque<UnownedJob>())
    private let pending = DispatchSemaphore(value: 0)

    /// Starts the thread; it lives as long as the process.
    init(name: String) {
        let thread = Thread { [self] in
            // A thread begins with the name of the one that made it.
            Thread.current.name = name
            CrashThread.isOwn()
            while true {
                pending.wait()
                if let job = jobs.withLock({ $0.popFirst() }) {
                    job.runSynchronously(on: asUnownedSerialExecutor())
                }
            }
        }
        // Rules may be deeper than the 512 KiB that Foundation gives a thread.
        thread.stackSize = 8 << 20
        thread.start()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        pending.signal()
    }
}
