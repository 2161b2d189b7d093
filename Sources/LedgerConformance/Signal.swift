import Dispatch

/// Lets one side wait until the other has reached a point.
struct Signal: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func give() { semaphore.signal() }

    /// Blocks the thread until the signal is given.
    func block() { semaphore.wait() }

    /// Waits without blocking a thread of the task pool.
    func wait() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                semaphore.wait()
                continuation.resume()
            }
        }
    }
}

/// Runs a task on a thread that may be blocked.
final class QueueExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "writer")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}
