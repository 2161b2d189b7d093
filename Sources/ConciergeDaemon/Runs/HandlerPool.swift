import Dispatch

/// Threads for the handlers of tasks. A handler that blocks its thread, against the rules, takes one of these and none
/// that the daemon itself works on.
final class HandlerPool: TaskExecutor {
    private let queue = DispatchQueue(label: "handlers", attributes: .concurrent)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}
