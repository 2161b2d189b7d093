public import NIOCore
import NIOPosix
import Synchronization

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
            configuration: configuration,
            eventLoopGroup: eventLoopGroup
        )
        do {
            let channel = try await ServerBootstrap(group: eventLoopGroup)
                .serverChannelOption(.backlog, value: configuration.backlog)
                .childChannelOption(.allowRemoteHalfClosure, value: true)
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
    let handler: any VarlinkHandler
    let table: MethodTable
    let configuration: VarlinkServer.Configuration
    let registry = ConnectionRegistry()
    private let mailboxes: [ObjectIdentifier: Mailbox<ServerConnection.Letter>]

    init(
        handler: any VarlinkHandler,
        table: MethodTable,
        configuration: VarlinkServer.Configuration,
        eventLoopGroup: any EventLoopGroup
    ) {
        self.handler = handler
        self.table = table
        self.configuration = configuration
        var mailboxes: [ObjectIdentifier: Mailbox<ServerConnection.Letter>] = [:]
        for eventLoop in eventLoopGroup.makeIterator() {
            mailboxes[ObjectIdentifier(eventLoop)] = ServerConnection.makeMailbox(on: eventLoop)
        }
        self.mailboxes = mailboxes
    }

    func report(_ event: VarlinkServerEvent) { configuration.onEvent(event) }

    /// Sets up a connection that has been accepted; runs on its event loop.
    func welcome(_ channel: any Channel) -> EventLoopFuture<Void> {
        PeerCredentials.peer(of: channel).flatMapThrowing { peer in
            try self.addConnection(to: channel, of: peer)
        }
    }

    @discardableResult
    func addConnection(to channel: any Channel, of peer: VarlinkPeer) throws -> ServerConnection {
        let eventLoop = channel.eventLoop
        let mailbox = mailboxes[ObjectIdentifier(eventLoop)] ?? ServerConnection.makeMailbox(on: eventLoop)
        let connection = ServerConnection(core: self, mailbox: mailbox, id: registry.nextID(), peer: peer)
        let limit = configuration.maximumConnections
        switch registry.add(NIOLoopBound(connection, eventLoop: eventLoop), id: connection.id, limit: limit) {
        case .added: break
        case .full:
            report(.refusedConnection(limit: limit))
            throw ChannelError.ioOnClosedChannel
        case .stopping: throw ChannelError.ioOnClosedChannel
        }
        do {
            try channel.pipeline.syncOperations.addHandler(connection)
        } catch {
            registry.remove(connection.id)
            throw error
        }
        return connection
    }
}
