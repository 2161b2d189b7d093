extension VarlinkServer {
    /// The limits that a server keeps its peers to.
    public struct Configuration: Sendable {
        /// The longest message, in bytes. A peer that sends a longer one is cut off as soon as the limit is passed.
        public var maximumMessageSize = 1024 * 1024
        /// How many connections may be open; further ones are closed at once.
        public var maximumConnections = 4096
        /// How many connections a user may have open, by the peer's uid; further ones are closed at once.
        public var maximumConnectionsPerUser = 1024
        /// How many of all connections are reserved for peers of a standing above ``ConnectionStanding/ordinary``.
        public var keptConnections = 0
        /// Says the standing of a peer for which a limit has been reached. Called on event loops; must not block.
        public var standing: @Sendable (VarlinkPeer) -> ConnectionStanding = { _ in .ordinary }
        /// How many calls of a connection may be under way; further ones are not read until one is answered.
        public var maximumCallsUnderWay = 128
        /// How many bytes of replies to `more` calls may wait for a peer that does not read them; with more, it is cut
        /// off. While as many bytes wait that were given out of order, no further call of the connection is started.
        public var maximumPendingBytes = 1024 * 1024
        /// How many bytes of replies may wait for all peers together. Beyond it, the server considers the peers with
        /// most unread bytes, and cuts off the one that has not read for the longest time.
        public var maximumPendingBytesInAll = 64 * 1024 * 1024
        /// Gathers replies that are given together.
        public var replyGate = ReplyGate()
        /// How many connections may wait to be accepted.
        public var backlog: Int32 = 4096
        /// Receives events for the log. Called on event loops; must not block.
        public var onEvent: @Sendable (VarlinkServerEvent) -> Void = { _ in }

        /// The usual limits.
        public init() {}
    }
}

/// How a peer is treated once as many connections as allowed are open.
public enum ConnectionStanding: Sendable {
    /// All limits apply.
    case ordinary
    /// It may use the reserved connections.
    case preferred
    /// It may use the reserved connections, and the limit for each user does not apply.
    case unlimited
}

/// Where a server listens.
public enum VarlinkListener: Sendable {
    /// A Unix socket that is made at this path with these permissions, and removed when the server stops.
    case path(String, mode: UInt32 = 0o660)
    /// A listening stream socket that a service manager handed over. The server owns the descriptor and does not touch
    /// the path.
    case descriptor(Int32)
}

/// Something that happened to a connection, for the log.
public enum VarlinkServerEvent: Sendable, Hashable {
    /// A connection was closed at once because the limit of all connections is reached.
    case refusedConnection(limit: Int)
    /// A connection was closed at once because the limit of its user is reached.
    case refusedConnectionOfUser(peer: VarlinkPeer, limit: Int)
    /// No connection can be accepted now: the process or the system has no descriptors or memory for one. This is
    /// reported once until one is accepted again. Clients wait in the listening socket's queue meanwhile.
    case cannotAccept(errno: Int32)
    /// A connection was accepted after ``cannotAccept(errno:)``.
    case acceptsAgain
    /// A connection was closed because it sent something that is not a Varlink call.
    case closedMalformed(connection: UInt64, peer: VarlinkPeer, reason: String)
    /// A connection was closed because it sent a message longer than the limit, in bytes.
    case closedTooLong(connection: UInt64, peer: VarlinkPeer, limit: Int)
    /// A connection was closed because it did not read the replies it had asked for.
    case droppedSlowPeer(connection: UInt64, peer: VarlinkPeer, pendingBytes: Int)
}

/// Why a server cannot listen.
public enum VarlinkServerError: Error, Sendable, Hashable {
    /// Somebody answers at this path already.
    case inUse(path: String)
    /// Something that is not a socket is at this path. It has been left alone.
    case notASocket(path: String)
    /// A Unix socket's path cannot be that long.
    case pathTooLong(path: String)
    /// A system call failed.
    case system(call: String, path: String?, errno: Int32)
}
