import CrashGuard

/// Threads for what the daemon does to the whole ledger and takes its time. They may be held, as a disk in trouble
/// does, and no provider's code is on them.
final class MaintenancePool: TaskExecutor {
    private let pool = ThreadPool(name: "maintenance", limit: 16)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pool.run { [self] in CrashThread.workingForNobody { job.runSynchronously(on: asUnownedTaskExecutor()) } }
    }
}
