import Synchronization

/// The open streams of replies to callers. A stream ends when the daemon stops, or when its caller loses the role that
/// the stream requires.
final class OpenStreams: Sendable {
    /// Why the daemon ends a stream.
    enum End {
        case stopping, roleLost
    }

    /// One stream.
    final class Stream: Sendable {
        /// Whether the stream stays open when the daemon begins to stop, because the reply that it waits for may still
        /// come.
        let outlivesStop: Bool
        /// Whether the caller still has the role that the stream requires.
        let isAllowed: @Sendable () -> Bool
        private let end: @Sendable (End) -> Void
        private let over = Atomic(false)

        /// Makes a stream. `end` sends the last reply to the call.
        init(
            outlivesStop: Bool, isAllowed: @escaping @Sendable () -> Bool, end: @escaping @Sendable (End) -> Void
        ) {
            self.outlivesStop = outlivesStop
            self.isAllowed = isAllowed
            self.end = end
        }

        /// Whether the daemon ended it.
        var isOver: Bool { over.load(ordering: .acquiring) }

        fileprivate func end(because reason: End) {
            over.store(true, ordering: .releasing)
            end(reason)
        }
    }

    private struct State {
        var open: [ObjectIdentifier: Stream] = [:]
        var isStopping = false

        mutating func take(where isWanted: (Stream) -> Bool) -> [Stream] {
            let taken = open.filter { isWanted($0.value) }
            for id in taken.keys { open[id] = nil }
            return Array(taken.values)
        }
    }

    private let state = Mutex(State())

    /// Adds a stream. If the daemon is stopping, it returns false, and the caller must send the last reply.
    func open(_ stream: Stream) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isStopping else { return false }
            state.open[ObjectIdentifier(stream)] = stream
            return true
        }
        // A reload may have come between the check of the caller's role and this point.
        if isTaken, !stream.isAllowed() {
            close(stream)
            stream.end(because: .roleLost)
        }
        return isTaken
    }

    /// Removes a stream that has ended by itself.
    func close(_ stream: Stream) {
        state.withLock { $0.open[ObjectIdentifier(stream)] = nil }
    }

    /// Ends the streams that do not outlive the stop, and refuses new ones.
    func stop() {
        let ended = state.withLock { state in
            state.isStopping = true
            return state.take { !$0.outlivesStop }
        }
        for stream in ended { stream.end(because: .stopping) }
    }

    /// Ends the streams whose callers no longer have the required role, after the access rules have changed.
    func checkAgain() {
        let all = state.withLock { Array($0.open.values) }
        let lost = Set(all.filter { !$0.isAllowed() }.map(ObjectIdentifier.init))
        let ended = state.withLock { state in state.take { lost.contains(ObjectIdentifier($0)) } }
        for stream in ended { stream.end(because: .roleLost) }
    }
}
