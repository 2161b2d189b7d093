public import NIOCore
import NIOPosix
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A Varlink service on a Unix stream socket.
///
/// The server answers `org.varlink.service` itself. It checks every other call against the definition of its interface
/// and passes it to the handler. It runs on the given event loops and does not shut them down.
public final class VarlinkServer: Sendable {
    private let core: ServerCore
    private let channel: any Channel
    private let socketFile: SocketFile?
    private let hasBegunToStop = Atomic(false)

    private init(core: ServerCore, channel: any Channel, socketFile: SocketFile?) {
        self.core = core
        self.channel = channel
        self.socketFile = socketFile
    }

    /// The number of open connections.
    public var connectionCount: Int { core.registry.count }

    /// Finds out whether a server could listen at a path, and changes nothing.
    ///
    /// - Throws: What ``start(at:service:handler:configuration:eventLoopGroup:)`` would throw because of what is at the path:
    ///   a socket at which a process listens, or another file.
    public static func check(_ path: String) throws(VarlinkServerError) { try SocketFile.check(path) }

    /// Starts to listen and to serve connections.
    ///
    /// The server replaces a socket file on which no process listens.
    ///
    /// - Throws: ``VarlinkServerError``. The server then leaves no socket file of its own.
    public static func start(
        at listener: VarlinkListener,
        service: ServiceInfo,
        handler: any VarlinkHandler,
        configuration: Configuration = Configuration(),
        eventLoopGroup: any EventLoopGroup
    ) async throws -> VarlinkServer {
        var socketFile: SocketFile?
        let descriptor: Int32
        switch listener {
        case .path(let path, let mode): (descriptor, socketFile) = try SocketFile.make(at: path, mode: mode)
        case .descriptor(let given): descriptor = given
        }
        let core = ServerCore(
            handler: handler,
            table: MethodTable(handler, info: service),
            configuration: configuration
        )
        do {
            let channel = try await ServerBootstrap(group: eventLoopGroup)
                .serverChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        // NIO has just called listen(2) on the inherited socket with a backlog of its own.
                        guard listen(descriptor, configuration.backlog) == 0 else {
                            throw IOError(errnoCode: errno, reason: "listen")
                        }
                        let pacer = AcceptPacer { core.report($0) }
                        try channel.pipeline.syncOperations.addHandler(pacer)
                    }
                }
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                // With these marks, a channel is not writable while its peer has unread bytes. ``ServerConnection``
                // relies on this to count them.
                .childChannelOption(.writeBufferWaterMark, value: .init(low: 1, high: 1))
                .childChannelInitializer { core.welcome($0) }
                .withBoundSocket(descriptor)
                .get()
            return VarlinkServer(core: core, channel: channel, socketFile: socketFile)
        } catch {
            socketFile?.remove()
            let code = (error as? IOError)?.errnoCode ?? 0
            throw VarlinkServerError.system(call: "listen", path: socketFile?.path, errno: code)
        }
    }

    /// Stops the server. From now on the server accepts no connections and starts no calls. It closes each connection
    /// once the connection's calls are answered, and after `time` it closes the others.
    ///
    /// A stream of replies counts as an unanswered call; its producer may end it with a final reply. The function
    /// returns when every connection is closed. A second call waits for that too.
    public func stop(within time: Duration) async {
        if !hasBegunToStop.exchange(true, ordering: .acquiringAndReleasing) {
            // The socket file is removed while the server still answers, so that no new client finds a dead socket.
            socketFile?.remove()
            try? await channel.close().get()
            core.registry.drain(within: TimeAmount(time), on: channel.eventLoop)
        }
        await core.registry.waitUntilEmpty()
    }
}

/// State that all connections of a server share.
final class ServerCore: Sendable {
    /// State that the connections of one event loop share.
    private struct Loop: Sendable {
        let mailbox: LoopMailbox<ServerConnection.Letter>
        let turns: NIOLoopBound<LoopTurns>

        init(_ eventLoop: any EventLoop) {
            mailbox = ServerConnection.makeMailbox(on: eventLoop)
            turns = NIOLoopBound(LoopTurns(eventLoop: eventLoop), eventLoop: eventLoop)
        }
    }

    let handler: any VarlinkHandler
    let table: MethodTable
    let configuration: VarlinkServer.Configuration
    let registry = ConnectionRegistry()
    private let loops = Mutex<[ObjectIdentifier: Loop]>([:])
    /// The size in bytes of all answers that peers have not read yet.
    private let unreadBytes = Atomic(0)

    init(handler: any VarlinkHandler, table: MethodTable, configuration: VarlinkServer.Configuration) {
        self.handler = handler
        self.table = table
        self.configuration = configuration
    }

    func report(_ event: VarlinkServerEvent) { configuration.onEvent(event) }

    /// Sets up an accepted connection, on its event loop.
    func welcome(_ channel: any Channel) -> EventLoopFuture<Void> {
        PeerCredentials.peer(of: channel).flatMapThrowing { peer in
            try self.addConnection(to: channel, of: peer)
        }
    }

    private func addConnection(to channel: any Channel, of peer: VarlinkPeer) throws {
        let eventLoop = channel.eventLoop
        let loop = loop(eventLoop)
        let connection = ServerConnection(
            core: self, mailbox: loop.mailbox, turns: loop.turns.value, id: registry.nextID(), peer: peer)
        let entry = ConnectionRegistry.Entry(
            connection: NIOLoopBound(connection, eventLoop: eventLoop), shared: connection.shared, user: peer.uid)
        switch registry.add(entry, id: connection.id, peer: peer, limits: configuration) {
        case .added: break
        case .full:
            report(.refusedConnection(limit: configuration.maximumConnections))
            throw ChannelError.ioOnClosedChannel
        case .userIsFull:
            report(.refusedConnectionOfUser(peer: peer, limit: configuration.maximumConnectionsPerUser))
            throw ChannelError.ioOnClosedChannel
        case .stopping: throw ChannelError.ioOnClosedChannel
        }
        do {
            try channel.pipeline.syncOperations.addHandler(connection)
        } catch {
            registry.remove(connection.id)
            throw error
        }
    }

    /// Changes the number of unread bytes of all peers. If there are too many, it drops a connection. Call it on the
    /// connection's event loop.
    func changeUnread(by change: Int) {
        let sum = unreadBytes.add(change, ordering: .relaxed).newValue
        if change > 0, sum > configuration.maximumPendingBytesInAll { registry.dropSlowestHolder() }
    }

    /// The shared state of this event loop's connections. Call it on that loop.
    private func loop(_ eventLoop: any EventLoop) -> Loop {
        loops.withLock { loops in
            if let known = loops[ObjectIdentifier(eventLoop)] { return known }
            let loop = Loop(eventLoop)
            loops[ObjectIdentifier(eventLoop)] = loop
            return loop
        }
    }
}
