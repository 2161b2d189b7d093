import CrashGuard

/// Threads for long work on the whole ledger. They may block, for example on a disk in trouble. No provider's code runs
/// on them.
final class MaintenancePool: TaskExecutor {
    private let pool = ThreadPool(name: "maintenance", limit: 16)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pool.run { [self] in CrashThread.workingForNobody { job.runSynchronously(on: asUnownedTaskExecutor()) } }
    }
}
