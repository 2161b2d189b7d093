import DequeModule
import NIOCore

/// The connections of an event loop that have more calls which could be answered at once. Each gets a turn for one
/// call, round after round, and the loop looks after its sockets in between.
///
/// Without it a peer that has sent thousands of calls would have them all answered before anybody else's next.
/// Lives on its event loop.
final class LoopTurns {
    /// So long turns are given before the loop looks after its sockets again.
    private static let span = TimeAmount.milliseconds(1)
    /// Tasks that are due are done before the loop goes on to its sockets, so that one that is to come after them must
    /// be due later than now.
    private static let pause = TimeAmount.microseconds(10)

    private let eventLoop: any EventLoop
    private var waiting: Deque<ServerConnection> = []
    private var isScheduled = false

    init(eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    /// Lets a connection have a turn after all that wait already.
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
            // A connection that waits again has added itself behind the others.
            connection.takeTurn()
            if NIODeadline.now() >= end { break }
        }
        for connection in served.values { connection.uncork() }
        isScheduled = !waiting.isEmpty
        guard isScheduled else { return }
        eventLoop.assumeIsolated().scheduleTask(in: Self.pause) { self.giveTurns() }
    }
}
