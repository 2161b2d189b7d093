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
/// Answers `org.varlink.service` by itself and hands every other call, checked against its interface's definition, to
/// the handler. Runs on the event loops that it is given and does not shut them down.
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

    /// Starts to listen; connections are served from then on.
    ///
    /// A socket file that nobody answers at is taken over.
    ///
    /// - Throws: ``VarlinkServerError``, with nothing left behind.
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
                        // NIO has just made the queue of a socket that it was handed as short as it likes.
                        guard listen(descriptor, configuration.backlog) == 0 else {
                            throw IOError(errnoCode: errno, reason: "listen")
                        }
                        let pacer = AcceptPacer { core.report($0) }
                        try channel.pipeline.syncOperations.addHandler(pacer)
                    }
                }
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                // Not writable is whatever has bytes that its peer has not taken: ``ServerConnection`` counts by it.
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

    /// Stops: accepts no connection and starts no call any more, closes each connection once its calls under way are
    /// answered, and at the deadline those that are left.
    ///
    /// A stream of replies is a call under way too: whoever feeds it may end it with a final reply. Returns when every
    /// connection is closed. A second call waits for the same end.
    public func stop(within time: Duration) async {
        if !hasBegunToStop.exchange(true, ordering: .acquiringAndReleasing) {
            // Gone from the path while it still answers: who comes next never finds a socket that looks dead.
            socketFile?.remove()
            try? await channel.close().get()
            core.registry.drain(within: TimeAmount(time), on: channel.eventLoop)
        }
        await core.registry.waitUntilEmpty()
    }
}

/// What the connections of a server share.
final class ServerCore: Sendable {
    /// What the connections of an event loop share.
    private struct Loop: Sendable {
        let mailbox: Mailbox<ServerConnection.Letter>
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
    /// The size of all answers that wait for their peers.
    private let unreadBytes = Atomic(0)

    init(handler: any VarlinkHandler, table: MethodTable, configuration: VarlinkServer.Configuration) {
        self.handler = handler
        self.table = table
        self.configuration = configuration
    }

    func report(_ event: VarlinkServerEvent) { configuration.onEvent(event) }

    /// Sets up a connection that has been accepted; runs on its event loop.
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

    /// Counts answers that wait for a peer. Runs on the peer's event loop.
    func changeUnread(by change: Int) {
        let sum = unreadBytes.add(change, ordering: .relaxed).newValue
        if change > 0, sum > configuration.maximumPendingBytesInAll { registry.dropSlowestHolder() }
    }

    /// What the connections of this event loop share; it is asked on it.
    private func loop(_ eventLoop: any EventLoop) -> Loop {
        loops.withLock { loops in
            if let known = loops[ObjectIdentifier(eventLoop)] { return known }
            let loop = Loop(eventLoop)
            loops[ObjectIdentifier(eventLoop)] = loop
            return loop
        }
    }
}
