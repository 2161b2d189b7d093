import ConciergeEngine
import ConciergeKit
import ConciergeProtocol
import Synchronization

/// A caller that waits for the end of a run and receives its progress until then.
final class RunWatcher<Replies: ReplyStream<RunReply>>: Sendable {
    private enum State {
        case idle
        case listening(run: RunID, token: Int)
        case ended
    }

    private let views: Views
    private let hidesSecrets: Bool
    private let ledger: any Ledger
    private let replies: Replies
    private let state = Mutex(State.idle)

    init(views: Views, hidesSecrets: Bool, ledger: any Ledger, replies: Replies) {
        self.views = views
        self.hidesSecrets = hidesSecrets
        self.ledger = ledger
        self.replies = replies
    }

    private var board: ProgressBoard { views.progress }

    /// Sends the run as it is now, and its progress from now on.
    func begin(_ run: StoredRun) {
        state.withLock { state in
            guard case .idle = state else { return }
            state = .listening(
                run: run.id,
                token: board.listen(to: run.id) { [weak self] progress in self?.tell(run, progress) })
        }
        send(run, board.latest(of: run.id))
    }

    /// Stops sending.
    func end() {
        state.withLock { state in
            if case .listening(let run, let token) = state { board.stopListening(token, to: run) }
            state = .ended
        }
    }

    /// Reads the run again before it is sent, because it may have begun or changed since.
    private func tell(_ run: StoredRun, _ progress: TaskProgress) {
        Task.immediate(executorPreference: DaemonTasks.threads) { [ledger] in
            let now = try? await ledger.run(run.id)
            if now?.state.isFinished != true { send(now ?? run, progress) }
        }
    }

    private func send(_ run: StoredRun, _ progress: TaskProgress?) {
        if !replies.send(RunReply(views.run(run, at: progress, hidingSecrets: hidesSecrets))) { end() }
    }
}
