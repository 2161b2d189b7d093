extension VarlinkServer {
    /// The limits that a server enforces on its peers.
    public struct Configuration: Sendable {
        /// The maximum size of a message, in bytes. The server closes the connection of a peer that exceeds it.
        public var maximumMessageSize = 1024 * 1024
        /// The maximum number of open connections. The server closes further connections at once.
        public var maximumConnections = 4096
        /// The maximum number of open connections of one user, by the peer's uid. The server closes further connections
        /// at once.
        public var maximumConnectionsPerUser = 1024
        /// The number of connections that are reserved for peers with a standing above ``ConnectionStanding/ordinary``.
        public var keptConnections = 0
        /// Returns the standing of a peer for which a limit has been reached. It is called on event loops and must not
        /// block.
        public var standing: @Sendable (VarlinkPeer) -> ConnectionStanding = { _ in .ordinary }
        /// The maximum number of calls of a connection that are not completely answered. The server reads no further
        /// call until one is.
        public var maximumCallsUnderWay = 128
        /// The maximum number of bytes of replies to `more` calls that a peer has not read. The server closes the
        /// connection of a peer with more. While a connection holds as many bytes of answers that were given out of
        /// order, the server starts no further call of it.
        public var maximumPendingBytes = 1024 * 1024
        /// The maximum number of unread bytes of replies of all peers together. Beyond it, the server closes one
        /// connection: among those with the most unread bytes, the one that has not read for the longest time.
        public var maximumPendingBytesInAll = 64 * 1024 * 1024
        /// The maximum number of connections that wait to be accepted.
        public var backlog: Int32 = 4096
        /// Receives events for the log. It is called on event loops and must not block.
        public var onEvent: @Sendable (VarlinkServerEvent) -> Void = { _ in }

        /// The usual limits.
        public init() {}
    }
}

/// How the server treats a peer once a limit of connections has been reached.
public enum ConnectionStanding: Sendable {
    /// All limits apply.
    case ordinary
    /// The peer may use the reserved connections.
    case preferred
    /// The peer may use the reserved connections, and the limit per user does not apply to it.
    case unlimited
}

/// The socket on which a server listens.
public enum VarlinkListener: Sendable {
    /// A Unix socket. The server creates it at this path with these permissions, and removes it when it stops.
    case path(String, mode: UInt32 = 0o660)
    /// A listening stream socket from a service manager. The server owns the descriptor and does not change the path.
    case descriptor(Int32)
}

/// An event of the server or of one of its connections, for the log.
public enum VarlinkServerEvent: Sendable, Hashable {
    /// The server closed a new connection because the limit of all connections is reached.
    case refusedConnection(limit: Int)
    /// The server closed a new connection because the limit of its user is reached.
    case refusedConnectionOfUser(peer: VarlinkPeer, limit: Int)
    /// The server cannot accept connections now, because the process or the system has no descriptors or memory for
    /// them. It reports this once until it accepts a connection again. Clients wait in the listening socket's queue.
    case cannotAccept(errno: Int32)
    /// The server accepted a connection after ``cannotAccept(errno:)``.
    case acceptsAgain
    /// The server closed a connection because the peer sent something that is not a Varlink call.
    case closedMalformed(connection: UInt64, peer: VarlinkPeer, reason: String)
    /// The server closed a connection because the peer sent a message longer than the limit, in bytes.
    case closedTooLong(connection: UInt64, peer: VarlinkPeer, limit: Int)
    /// The server closed a connection because the peer did not read its replies.
    case droppedSlowPeer(connection: UInt64, peer: VarlinkPeer, pendingBytes: Int)
}

/// Why a server cannot listen.
public enum VarlinkServerError: Error, Sendable, Hashable {
    /// Another process already listens at this path.
    case inUse(path: String)
    /// The path exists and is not a socket. It was left unchanged.
    case notASocket(path: String)
    /// The path is too long for a Unix socket.
    case pathTooLong(path: String)
    /// A system call failed.
    case system(call: String, path: String?, errno: Int32)
}
