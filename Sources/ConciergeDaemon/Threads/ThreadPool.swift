import DequeModule
import Dispatch
import Foundation
import Synchronization

/// Threads that take up what they are given, in its order, each one piece at a time.
///
/// There are as many as processors, and more where those are held: when nothing was begun for ``patience`` while
/// something waits, one is added. Threads are made when they are needed, and stay.
///
/// They are ours, because Dispatch's concurrent queues, and the pool of Swift's tasks with them, are looked after once
/// a second for as long as the process lives (swift-corelibs-libdispatch, src/event/workqueue.c): a daemon that had
/// used them once would never sleep again.
final class ThreadPool: Sendable {
    typealias Work = @Sendable () -> Void

    private struct State {
        var waiting = Deque<Work>()
        var threads = 0
        /// Threads that wait and have not been woken.
        var idle = 0
        /// How many pieces were begun.
        var begun: UInt64 = 0
        /// Whether somebody looks whether all threads are held.
        var isMonitored = false
    }

    private enum Step {
        case wake, start, watch(since: UInt64), nothing
    }

    /// So long nothing may be begun while something waits.
    static let patience = DispatchTimeInterval.milliseconds(10)

    private let name: String
    private let usual: Int
    private let limit: Int
    private let state = Mutex(State())
    private let wakes = DispatchSemaphore(value: 0)
    private let watch: DispatchQueue

    /// A pool without threads. At most `limit` threads may be held at once: what is more waits for one of them.
    init(name: String, limit: Int = 64) {
        self.name = name
        self.limit = limit
        usual = min(limit, max(2, ProcessInfo.processInfo.activeProcessorCount))
        watch = DispatchQueue(label: "\(name) watch")
    }

    /// Does it on one of the threads, soon.
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

    /// How many threads there are.
    var threadCount: Int { state.withLock(\.threads) }

    private func take(_ step: Step) {
        switch step {
        case .wake: wakes.signal()
        case .start: startThread()
        case .watch(let begun): watch.asyncAfter(deadline: .now() + Self.patience) { [self] in look(since: begun) }
        case .nothing: break
        }
    }

    /// Adds a thread where nothing was begun since, and looks again for as long as something waits.
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
        OwnThread.start(name) { [self] in
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
    }
}
