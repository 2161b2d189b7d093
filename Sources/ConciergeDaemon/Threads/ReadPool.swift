import CrashGuard
import DequeModule
import Synchronization

/// Threads for reading calls that read more than a few rows, so that none blocks the event loop. The users take turns,
/// so that a user who makes very many calls does not delay the others.
final class ReadPool: Sendable {
    /// The calls of one user, as the executor of their tasks.
    final class Lane: TaskExecutor {
        private unowned let pool: ReadPool
        private let user: UInt32

        fileprivate init(_ pool: ReadPool, user: UInt32) {
            self.pool = pool
            self.user = user
        }

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            pool.add(user) { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
    }

    private struct State {
        var lanes: [UInt32: Lane] = [:]
        var waiting: [UInt32: Deque<ThreadPool.Work>] = [:]
        /// The users with queued calls, each once, in the order of their turns.
        var turns = Deque<UInt32>()

        mutating func next() -> ThreadPool.Work? {
            guard let user = turns.popFirst() else { return nil }
            let work = waiting[user]?.popFirst()
            if waiting[user]?.isEmpty == false { turns.append(user) } else { waiting[user] = nil }
            return work
        }
    }

    /// More threads would only take processors from the calls that change something.
    private let pool = ThreadPool(name: "reads", limit: 2)
    private let state = Mutex(State())

    /// The executor for a user's calls. The pool keeps it, because a task does not retain its executor.
    func lane(of user: UInt32) -> Lane {
        state.withLock { state in
            if let lane = state.lanes[user] { return lane }
            let lane = Lane(self, user: user)
            state.lanes[user] = lane
            return lane
        }
    }

    private func add(_ user: UInt32, _ work: @escaping ThreadPool.Work) {
        state.withLock { state in
            state.waiting[user, default: []].append(work)
            if state.waiting[user]?.count == 1 { state.turns.append(user) }
        }
        // The pool takes the next call in turn, not necessarily this one.
        pool.run { [self] in
            guard let next = state.withLock({ $0.next() }) else { return }
            CrashThread.workingForNobody { next() }
        }
    }
}
