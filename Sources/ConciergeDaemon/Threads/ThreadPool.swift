import DequeModule
import Dispatch
import Glibc
import Synchronization

/// Threads that do work in the order in which it is queued.
///
/// The usual number of threads is the number of processors, but at least two. More are added if those block: if work is
/// queued and none was begun for ``patience``, a thread is added. Threads are made when they are needed, and are kept.
///
/// Dispatch's concurrent queues, and with them the pool of Swift's tasks, are not used, because libdispatch monitors
/// them once a second for as long as the process lives (swift-corelibs-libdispatch, src/event/workqueue.c): a daemon
/// that has used them once would never be idle again.
final class ThreadPool: Sendable {
    typealias Work = @Sendable () -> Void

    private struct State {
        var waiting = Deque<Work>()
        var threads = 0
        /// The number of threads that wait for work and have not been woken.
        var idle = 0
        /// The number of pieces of work that were begun.
        var begun: UInt64 = 0
        /// Whether the pool checks for blocked threads.
        var isMonitored = false
    }

    private enum Step {
        case wake, start, watch(since: UInt64), nothing
    }

    /// How long work may be queued, with none begun, before a thread is added.
    static let patience = DispatchTimeInterval.milliseconds(10)

    private let name: String
    private let usual: Int
    private let limit: Int
    private let state = Mutex(State())
    private let wakes = DispatchSemaphore(value: 0)
    private let watch: DispatchQueue

    /// Makes a pool without threads. At most `limit` threads are made; further work is queued.
    init(name: String, limit: Int = 64) {
        self.name = name
        self.limit = limit
        usual = min(limit, max(2, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        watch = DispatchQueue(label: "\(name) watch")
    }

    /// Queues work.
    func run(_ work: @escaping Work) {
        let step = state.withLock { state -> Step in
            state.waiting.append(work)
            if state.idle > 0 {
                state.idle -= 1
                return .wake
            }
            if state.threads < usual {
                state.threads += 1
                return .start
            }
            guard state.threads < limit, !state.isMonitored else { return .nothing }
            state.isMonitored = true
            return .watch(since: state.begun)
        }
        take(step)
    }

    /// The number of threads.
    var threadCount: Int { state.withLock(\.threads) }

    private func take(_ step: Step) {
        switch step {
        case .wake: wakes.signal()
        case .start: startThread()
        case .watch(let begun): watch.asyncAfter(deadline: .now() + Self.patience) { [self] in look(since: begun) }
        case .nothing: break
        }
    }

    /// Adds a thread if no work was begun since then, and checks again as long as work is queued.
    private func look(since begun: UInt64) {
        let (isStuck, next) = state.withLock { state -> (Bool, UInt64?) in
            let isStuck = !state.waiting.isEmpty && state.begun == begun && state.idle == 0 && state.threads < limit
            if isStuck { state.threads += 1 }
            state.isMonitored = !state.waiting.isEmpty && state.threads < limit
            return (isStuck, state.isMonitored ? state.begun : nil)
        }
        if isStuck { startThread() }
        if let next { take(.watch(since: next)) }
    }

    private func startThread() {
        let isStarted = OwnThread.start(name) { [self] in
            while true {
                let work = state.withLock { state -> Work? in
                    guard let first = state.waiting.popFirst() else {
                        state.idle += 1
                        return nil
                    }
                    state.begun += 1
                    return first
                }
                if let work { work() } else { wakes.wait() }
            }
        }
        guard !isStarted else { return }
        let isOnlyOne = state.withLock { state in
            state.threads -= 1
            return state.threads == 0
        }
        // The other threads do the work later. Without any thread, it would never be done: a crash is noticed, and the
        // daemon is restarted.
        precondition(!isOnlyOne, "the system makes no thread")
    }
}
