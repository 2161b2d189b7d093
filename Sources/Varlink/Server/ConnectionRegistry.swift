import NIOCore
import Synchronization

/// The open connections of a server.
final class ConnectionRegistry: Sendable {
    enum Admission {
        case added
        case full
        case userIsFull
        case stopping
    }

    /// An open connection, with the state that may be read on any thread.
    struct Entry: Sendable {
        let connection: NIOLoopBound<ServerConnection>
        let shared: ServerConnection.Shared
        let user: UInt32
    }

    private struct State {
        var connections: [UInt64: Entry] = [:]
        var countOfUser: [UInt32: Int] = [:]
        var isStopping = false
        var waiters: [CheckedContinuation<Void, Never>] = []

        mutating func add(_ entry: Entry, id: UInt64, limit: Int, userLimit: Int) -> Admission {
            if isStopping { return .stopping }
            if connections.count >= limit { return .full }
            let ofUser = countOfUser[entry.user, default: 0]
            if ofUser >= userLimit { return .userIsFull }
            connections[id] = entry
            countOfUser[entry.user] = ofUser + 1
            return .added
        }

        mutating func remove(_ id: UInt64) {
            guard let user = connections.removeValue(forKey: id)?.user else { return }
            let ofUser = countOfUser[user, default: 1] - 1
            countOfUser[user] = ofUser > 0 ? ofUser : nil
        }
    }

    private let state = Mutex(State())
    private let lastID = Atomic<UInt64>(0)

    var count: Int { state.withLock { $0.connections.count } }

    func nextID() -> UInt64 { lastID.add(1, ordering: .relaxed).newValue }

    /// Admits a connection if its peer's limits allow it.
    func add(_ entry: Entry, id: UInt64, peer: VarlinkPeer, limits: VarlinkServer.Configuration) -> Admission {
        func add(limit: Int, userLimit: Int) -> Admission {
            state.withLock { $0.add(entry, id: id, limit: limit, userLimit: userLimit) }
        }
        let limit = limits.maximumConnections
        let kept = min(limits.keptConnections, max(0, limit - 1))
        let admission = add(limit: limit - kept, userLimit: limits.maximumConnectionsPerUser)
        switch admission {
        case .added, .stopping: return admission
        case .full, .userIsFull:
            // The standing is looked up only here, because most connections come while the limits are not reached.
            switch limits.standing(peer) {
            case .ordinary: return admission
            case .preferred: return add(limit: limit, userLimit: limits.maximumConnectionsPerUser)
            case .unlimited: return add(limit: limit, userLimit: .max)
            }
        }
    }

    func remove(_ id: UInt64) {
        let waiters = state.withLock { state in
            state.remove(id)
            return Self.takeWaiters(&state)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Drops one connection among those with the most unread bytes: the one whose bytes have been unread for the
    /// longest time, because even a peer that reads may have a large unread answer for a moment.
    func dropSlowestHolder() {
        let all = state.withLock { Array($0.connections.values) }
        let most = all.map(\.shared.unreadBytes).max() ?? 0
        let slowest = all.filter { $0.shared.unreadBytes > most / 2 }.min {
            $0.shared.unreadSince < $1.shared.unreadSince
        }
        guard let slowest else { return }
        // Its own event loop closes it soon. Until then it must not be chosen again.
        slowest.shared.noteUnread(0, since: nil)
        let connection = slowest.connection
        if connection.eventLoop.inEventLoop {
            connection.value.dropSlowPeer()
        } else {
            connection.eventLoop.execute { connection.value.dropSlowPeer() }
        }
    }

    /// Admits no more connections, lets every connection finish its calls, and closes those that are still open after
    /// `time`.
    func drain(within time: TimeAmount, on eventLoop: any EventLoop) {
        let waiters = state.withLock { state in
            state.isStopping = true
            return Self.takeWaiters(&state)
        }
        for waiter in waiters { waiter.resume() }
        forEach { $0.drain() }
        eventLoop.scheduleTask(in: time) { self.forEach { $0.closeNow() } }
    }

    /// Returns once the server is stopping and its last connection has ended.
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
        for entry in state.withLock({ Array($0.connections.values) }) {
            entry.connection.eventLoop.execute { action(entry.connection.value) }
        }
    }
}
