import Dispatch
import NIOCore

/// The executor of the daemon's own tasks, which mostly wait.
///
/// Every task of the daemon has this executor or another one of the daemon's, or inherits it. A task without one would
/// run on the runtime's pool, which wakes an idle daemon once a second from then on (``ThreadPool``). Providers' tasks
/// run on ``HandlerPool``.
final class DaemonTasks: TaskExecutor {
    static let threads = DaemonTasks()

    private let pool = ThreadPool(name: "tasks", limit: 16)

    private init() {}

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pool.run { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    private static let queue = DispatchQueue(label: "later")

    /// Calls a function after a delay, on a queue of its own.
    static func later(_ delay: Duration, _ action: @escaping @Sendable () -> Void) {
        queue.asyncAfter(deadline: .now() + delay.seconds, execute: action)
    }
}

extension EventLoop {
    /// Returns after that time, or throws at once when the caller is cancelled. `Task.sleep` would resume on the
    /// runtime's pool, even if the task has an executor.
    func sleep(for time: Duration) async throws {
        let alarm = scheduleTask(in: TimeAmount(time)) {}
        try await withTaskCancellationHandler {
            try await alarm.futureResult.get()
        } onCancel: {
            alarm.cancel()
        }
    }
}
