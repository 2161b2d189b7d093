import ConciergeKit
import Dispatch
import Foundation
import Synchronization

/// A thread that does one job after the other. The threads that Dispatch and Swift's tasks share are as many as the
/// machine has processors: where tests wait on them for each other's work, all of them stand still.
final class WorkThread: Sendable {
    private let mailbox = Mailbox()

    /// The thread, which does nothing before ``start()``.
    init() {}

    deinit { mailbox.close() }

    /// Begins with the jobs.
    func start() {
        let thread = Thread { [mailbox] in
            while let job = mailbox.next() { job() }
        }
        thread.start()
    }

    /// Does something after the jobs before it.
    func async(_ job: @escaping @Sendable () -> Void) { mailbox.add(job) }

    /// Does something, and waits for it on the current thread: a decision takes microseconds, and a task that suspended
    /// for each would wait behind all tests that run at the same time. Nil if it has not ended within this span of real
    /// time.
    func run<Value: Sendable>(
        within limit: Duration, _ body: @escaping @Sendable () throws -> Value
    ) throws -> Value? {
        let (result, hasEnded) = (OneShot<Result<Value, any Error>>(), DispatchSemaphore(value: 0))
        async {
            result.give(Result { try body() })
            hasEnded.signal()
        }
        guard hasEnded.wait(timeout: .now() + .milliseconds(Int(limit.milliseconds))) == .success else { return nil }
        return try result.given?.get()
    }
}

private final class Mailbox: Sendable {
    private let jobs = Mutex<[@Sendable () -> Void]>([])
    private let count = DispatchSemaphore(value: 0)

    func add(_ job: @escaping @Sendable () -> Void) {
        jobs.withLock { $0.append(job) }
        count.signal()
    }

    /// Wakes the thread without a job.
    func close() { count.signal() }

    /// The next job; nil once the mailbox is closed.
    func next() -> (@Sendable () -> Void)? {
        count.wait()
        let job = jobs.withLock { jobs -> (@Sendable () -> Void)? in jobs.isEmpty ? nil : jobs.removeFirst() }
        if let job { return job }
        return nil
    }
}
