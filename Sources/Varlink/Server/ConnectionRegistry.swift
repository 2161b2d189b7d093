import NIOCore
import Synchronization

/// The open connections of a server.
final class ConnectionRegistry: Sendable {
    enum Admission {
        case added
        case full
        case stopping
    }

    private struct State {
        var connections: [UInt64: NIOLoopBound<ServerConnection>] = [:]
        var isStopping = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let lastID = Atomic<UInt64>(0)

    var count: Int { state.withLock { $0.connections.count } }

    func nextID() -> UInt64 { lastID.add(1, ordering: .relaxed).newValue }

    func add(_ connection: NIOLoopBound<ServerConnection>, id: UInt64, limit: Int) -> Admission {
        state.withLock { state in
            if state.isStopping { return .stopping }
            if state.connections.count >= limit { return .full }
            state.connections[id] = connection
            return .added
        }
    }

    func remove(_ id: UInt64) {
        let waiters = state.withLock { state in
            state.connections[id] = nil
            return Self.takeWaiters(&state)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Admits nobody any more, lets every connection end its calls, and closes what is left after that time.
    func drain(within time: TimeAmount, on eventLoop: any EventLoop) {
        let waiters = state.withLock { state in
            state.isStopping = true
            return Self.takeWaiters(&state)
        }
        for waiter in waiters { waiter.resume() }
        forEach { $0.drain() }
        eventLoop.scheduleTask(in: time) { self.forEach { $0.closeNow() } }
    }

    /// Returns once the server is stopping and its last connection is gone.
    func waitUntilEmpty() async {
        await withCheckedContinuation { continuation in
            let waiters = state.withLock { state in
                state.waiters.append(continuation)
                return Self.takeWaiters(&state)
            }
            for waiter in waiters { waiter.resume() }
        }
    }

    private static func takeWaiters(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
        guard state.isStopping, state.connections.isEmpty else { return [] }
        defer { state.waiters = [] }
        return state.waiters
    }

    private func forEach(_ action: @escaping @Sendable (ServerConnection) -> Void) {
        for connection in state.withLock({ Array($0.connections.values) }) {
            connection.eventLoop.execute { action(connection.value) }
        }
    }
}
