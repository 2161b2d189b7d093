import Dispatch

/// Lets one side wait until the other is somewhere.
struct Signal: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func give() { semaphore.signal() }

    /// Holds the thread.
    func block() { semaphore.wait() }

    /// Waits without holding a thread of the tasks.
    func wait() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                semaphore.wait()
                continuation.resume()
            }
        }
    }
}

/// Runs a task on a thread that may be held.
final class QueueExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "writer")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}
