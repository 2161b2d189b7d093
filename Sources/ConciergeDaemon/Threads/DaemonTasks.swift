import Dispatch
import NIOCore

/// Where the daemon's own tasks run: what waits and does little.
///
/// A task of the daemon is made with it as its executor, or by one that was: a task that is not goes to the pool of the
/// runtime, which wakes an idle daemon once a second from then on (``ThreadPool``). Providers' tasks are the handlers'.
final class DaemonTasks: TaskExecutor {
    static let threads = DaemonTasks()

    private let pool = ThreadPool(name: "tasks", limit: 16)

    private init() {}

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pool.run { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    private static let queue = DispatchQueue(label: "later")

    /// Does something after a while, on a queue of its own.
    static func later(_ delay: Duration, _ action: @escaping @Sendable () -> Void) {
        queue.asyncAfter(deadline: .now() + delay.seconds, execute: action)
    }
}

extension EventLoop {
    /// Returns after so long, or throws at once when the caller is cancelled. `Task.sleep` ends on the pool of the
    /// runtime, whatever the task's executor is.
    func sleep(for time: Duration) async throws {
        let alarm = scheduleTask(in: TimeAmount(time)) {}
        try await withTaskCancellationHandler {
            try await alarm.futureResult.get()
        } onCancel: {
            alarm.cancel()
        }
    }
}
