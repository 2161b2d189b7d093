import CrashGuard

/// Threads for long work on the whole ledger and for look-ups of users and groups. They may block, for example on a
/// failing disk. No provider's code runs on them.
final class MaintenancePool: TaskExecutor {
    private let pool = ThreadPool(name: "maintenance", limit: 16)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pool.run { [self] in CrashThread.workingForNobody { job.runSynchronously(on: asUnownedTaskExecutor()) } }
    }
}
