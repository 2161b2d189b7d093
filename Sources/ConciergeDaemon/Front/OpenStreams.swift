import Synchronization

/// The streams of replies that callers have open. Each ends when the daemon stops, and when its caller has lost the
/// role that it takes.
final class OpenStreams: Sendable {
    /// Why a stream is ended from this side.
    enum End {
        case stopping, roleLost
    }

    /// One stream.
    final class Stream: Sendable {
        /// Whether it is of use for as long as the daemon still answers, because what it waits for may come yet.
        let outlivesStop: Bool
        /// Whether its caller may still have it.
        let isAllowed: @Sendable () -> Bool
        private let end: @Sendable (End) -> Void
        private let over = Atomic(false)

        /// `end` answers the call for good.
        init(
            outlivesStop: Bool, isAllowed: @escaping @Sendable () -> Bool, end: @escaping @Sendable (End) -> Void
        ) {
            self.outlivesStop = outlivesStop
            self.isAllowed = isAllowed
            self.end = end
        }

        /// Whether it was ended from this side.
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

    /// Takes a stream in; false once the daemon stops. The caller answers then.
    func open(_ stream: Stream) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isStopping else { return false }
            state.open[ObjectIdentifier(stream)] = stream
            return true
        }
        // A reload may have come between the look at the caller's role and this.
        if isTaken, !stream.isAllowed() {
            close(stream)
            stream.end(because: .roleLost)
        }
        return isTaken
    }

    /// The stream has ended by itself.
    func close(_ stream: Stream) {
        state.withLock { $0.open[ObjectIdentifier(stream)] = nil }
    }

    /// The daemon stops: streams end, and there are no more.
    func stop() {
        let ended = state.withLock { state in
            state.isStopping = true
            return state.take { !$0.outlivesStop }
        }
        for stream in ended { stream.end(because: .stopping) }
    }

    /// Ends those whose callers may not have them any more: the rules of access were changed.
    func checkAgain() {
        let all = state.withLock { Array($0.open.values) }
        let lost = Set(all.filter { !$0.isAllowed() }.map(ObjectIdentifier.init))
        let ended = state.withLock { state in state.take { lost.contains(ObjectIdentifier($0)) } }
        for stream in ended { stream.end(because: .roleLost) }
    }
}
