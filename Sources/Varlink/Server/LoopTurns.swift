import DequeModule
import NIOCore

/// The connections of an event loop that have further calls ready. Each gets a turn for one call, in rounds, and the
/// loop serves its sockets between the rounds.
///
/// Without turns, a peer that has sent thousands of calls would have all of them answered before any other peer.
/// Use it on its event loop only.
final class LoopTurns {
    /// How long connections get turns before the loop serves its sockets again.
    private static let span = TimeAmount.milliseconds(1)
    /// The loop runs all due tasks before it serves its sockets. A task that is to run after the sockets must therefore
    /// be due later than now.
    private static let pause = TimeAmount.microseconds(10)

    private let eventLoop: any EventLoop
    private var waiting: Deque<ServerConnection> = []
    private var isScheduled = false

    init(eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    /// Queues a connection for a turn, behind those that already wait.
    func add(_ connection: ServerConnection) {
        waiting.append(connection)
        guard !isScheduled else { return }
        isScheduled = true
        eventLoop.assumeIsolated().execute { self.giveTurns() }
    }

    private func giveTurns() {
        let end = NIODeadline.now() + Self.span
        var served: [ObjectIdentifier: ServerConnection] = [:]
        while let connection = waiting.popFirst() {
            served[ObjectIdentifier(connection)] = connection
            // A connection that has more calls has queued itself again.
            connection.takeTurn()
            if NIODeadline.now() >= end { break }
        }
        for connection in served.values { connection.uncork() }
        isScheduled = !waiting.isEmpty
        guard isScheduled else { return }
        eventLoop.assumeIsolated().scheduleTask(in: Self.pause) { self.giveTurns() }
    }
}
