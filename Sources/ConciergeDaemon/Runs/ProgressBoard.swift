import ConciergeKit
import Dispatch
import Synchronization

/// The last reported progress of the runs under way, and the listeners to it.
///
/// It is kept only in memory: after a crash, a run reports its progress again.
final class ProgressBoard: Sendable {
    private struct Listener {
        let token: Int
        let send: @Sendable (TaskProgress) -> Void
    }

    private struct State {
        var latest: [RunID: TaskProgress] = [:]
        var listeners: [RunID: [Listener]] = [:]
        /// The runs for which a notification of their listeners is scheduled.
        var announced: Set<RunID> = []
        var lastToken = 0
    }

    /// The interval between notifications. A handler may report thousands of steps a second; listeners get twenty.
    private static let interval = DispatchTimeInterval.milliseconds(50)

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "progress")

    /// The last reported progress of a run that is under way.
    func latest(of run: RunID) -> TaskProgress? { state.withLock { $0.latest[run] } }

    func take(_ progress: TaskProgress, of run: RunID) {
        let isFirst = state.withLock { state in
            state.latest[run] = progress
            guard state.listeners[run] != nil else { return false }
            return state.announced.insert(run).inserted
        }
        guard isFirst else { return }
        queue.asyncAfter(deadline: .now() + Self.interval) { [self] in tell(of: run) }
    }

    /// Removes the progress of a run whose attempt is over.
    func forget(_ run: RunID) {
        state.withLock { $0.latest[run] = nil }
    }

    /// Calls `send` with the run's progress, until the returned token is passed to ``stopListening(_:to:)``.
    func listen(to run: RunID, _ send: @escaping @Sendable (TaskProgress) -> Void) -> Int {
        state.withLock { state in
            state.lastToken += 1
            state.listeners[run, default: []].append(Listener(token: state.lastToken, send: send))
            return state.lastToken
        }
    }

    func stopListening(_ token: Int, to run: RunID) {
        state.withLock { state in
            state.listeners[run]?.removeAll { $0.token == token }
            if state.listeners[run]?.isEmpty == true { state.listeners[run] = nil }
        }
    }

    private func tell(of run: RunID) {
        let (progress, listeners) = state.withLock { state in
            state.announced.remove(run)
            return (state.latest[run], state.listeners[run] ?? [])
        }
        guard let progress else { return }
        for listener in listeners { listener.send(progress) }
    }
}
