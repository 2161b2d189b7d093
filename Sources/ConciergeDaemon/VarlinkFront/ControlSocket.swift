import ConciergeEngine
import ConciergeKit
import ConciergeProtocol
import Foundation
import Glibc
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import Systemd
import Varlink

/// The control socket. The daemon is ready once it listens, and it is the first service to stop.
struct ControlSocket: DaemonService {
    let program: Program
    let section: DaemonConfiguration.ControlSection
    /// The path at which it listens, unless systemd passes it a socket.
    let path: String
    let front: VarlinkFront
    let access: AccessRules
    let eventLoops: any EventLoopGroup
    let journal: Journal
    /// Called once it listens, with the address.
    let begun: @Sendable (_ place: String) -> Void
    /// Called when it begins to stop, before the last calls are answered.
    let stopping: @Sendable () -> Void
    /// Waits for the callers that still have something to finish, before no more calls are answered.
    let finishing: @Sendable () async -> Void

    func run() async throws {
        var configuration = VarlinkServer.Configuration()
        configuration.maximumMessageSize = section.messageLimit
        let limits = connectionLimits()
        configuration.maximumConnections = limits.all
        configuration.maximumConnectionsPerUser = limits.ofUser
        configuration.keptConnections = min(32, limits.all / 8)
        configuration.standing = { [access] peer in
            if AccessRules.mayDoEverything(peer.uid) { return .unlimited }
            return access.role(of: Principal(peer)) == .admin ? .preferred : .ordinary
        }
        configuration.onEvent = { [journal, refusals = RefusalCount()] event in
            journal.log(event, refusals)
        }
        let listener = try listener()
        let server: VarlinkServer
        do {
            server = try await VarlinkServer.start(
                at: listener, service: ServiceInfo(program), handler: front, configuration: configuration,
                eventLoopGroup: eventLoops)
        } catch let error as VarlinkServerError {
            throw StartFailure(error)
        }
        begun(place(of: listener))
        try await gracefulShutdown()
        stopping()
        await finishing()
        await server.stop(within: .seconds(5))
    }

    /// The configured limits, reduced to the number of connections that the process may have.
    private func connectionLimits() -> (all: Int, ofUser: Int) {
        let all = min(section.connectionLimit, Descriptors.connections)
        if all < section.connectionLimit {
            journal.log(
                .warning, .connectionsLimited,
                "\(all) connections are served at once and not \(section.connectionLimit), because "
                    + "\(Descriptors.limit) files may be open: raise LimitNOFILE= of the unit, "
                    + "or lower control.connection_limit")
        }
        return (all, min(all, section.userConnectionLimit ?? max(1, all / 4)))
    }

    private func place(of listener: VarlinkListener) -> String {
        if case .path(let path, _) = listener { path } else { "the socket it was handed" }
    }

    /// The listening socket that systemd passed, or one that the daemon makes.
    private func listener() throws(StartFailure) -> VarlinkListener {
        do {
            if let socket = try ListeningSocket.ofControl() { return .descriptor(socket.descriptor) }
            // systemd makes the folder of the socket. If the daemon is started by hand, the last component may be
            // missing. If more is missing, or it cannot be made, listening reports the error.
            if let slash = path.lastIndex(of: "/") {
                let folder = String(path[..<slash])
                if mkdir(folder, 0o755) == 0 { chmod(folder, 0o755) }
            }
            return .path(path)
        } catch {
            throw StartFailure(status: StartFailure.ioError, reason: error.description)
        }
    }
}

extension ControlSocket {
    /// Throws if another daemon answers at a path: before anything is made on the disk. A socket that systemd hands over is
    /// its own.
    static func refuseAnswered(_ path: String) throws(StartFailure) {
        guard getenv("LISTEN_FDS") == nil else { return }
        do {
            try VarlinkServer.check(path)
        } catch {
            throw StartFailure(error)
        }
    }
}

extension ListeningSocket {
    /// Takes over the control socket that systemd passed; nil if it passed none, or this process took it over before.
    static func ofControl() throws(ListeningSocketError) -> ListeningSocket? {
        let sockets = try inherited()
        return sockets.first { $0.name == "varlink" } ?? sockets.first
    }
}

extension ServiceInfo {
    /// What the daemon says of itself at its socket.
    init(_ program: Program) {
        self.init(vendor: Product.vendor, product: program.name, version: program.version, url: Product.url)
    }
}

extension StartFailure {
    init(_ error: VarlinkServerError) {
        switch error {
        case .inUse(let path):
            self.init(
                status: StartFailure.unavailable,
                words: Text(
                    fr: "\(path) : un autre concierged répond à cette adresse",
                    en: "\(path): another concierged answers at this socket"))
        case .notASocket(let path):
            self.init(
                status: StartFailure.ioError,
                words: Text(
                    fr: "\(path) : ce n'est pas un socket ; il n'a pas été touché",
                    en: "\(path): this is not a socket; it was left alone"))
        case .pathTooLong(let path):
            self.init(
                status: StartFailure.ioError,
                words: Text(
                    fr: "\(path) : le chemin d'un socket a 107 octets au plus",
                    en: "\(path): a socket's path may have 107 bytes at most"))
        case .system(let call, let path, let errno):
            self.init(
                status: StartFailure.ioError,
                reason: "\(path ?? "the inherited socket"): \(call): \(String(cString: strerror(errno)))")
        }
    }
}

/// Limits the journal lines for refused connections, of which there may be thousands a second.
private final class RefusalCount: Sendable {
    private let state = Mutex<(toldAt: Instant?, since: Int)>((nil, 0))

    /// The number of refused connections to report: once a minute, all since the last report. Nil if none is due.
    func next() -> Int? {
        let now = Daemon.systemClock()
        return state.withLock { state in
            state.since += 1
            if let told = state.toldAt, (told..<(told + .seconds(60))).contains(now) { return nil }
            defer { state = (now, 0) }
            return state.since
        }
    }
}

extension Journal {
    /// Logs a client that violates the protocol, and a socket that cannot accept all connections.
    fileprivate func log(_ event: VarlinkServerEvent, _ refusals: RefusalCount) {
        switch event {
        case .refusedConnection(let limit):
            guard let count = refusals.next() else { return }
            log(
                .warning, .badClient,
                "\(count.counted("connection was", "connections were")) refused: \(limit) may be open")
        case .refusedConnectionOfUser(let peer, let limit):
            guard let count = refusals.next() else { return }
            log(
                .warning, .badClient,
                "\(count.counted("connection was", "connections were")) refused, the last because its user has \(limit), "
                    + "as many as one may",
                ["uid": "\(peer.uid)", "pid": "\(peer.pid)"])
        case .cannotAccept(let errno):
            log(
                .error, .connectionsLimited,
                "no connection can be accepted now: \(String(cString: strerror(errno))); "
                    + "those who call wait until some are closed")
        case .acceptsAgain:
            log(.notice, .connectionsLimited, "connections are accepted again")
        case .closedMalformed(_, let peer, let reason):
            log(
                .warning, .badClient, "a connection was closed, what it sent is not a call: \(reason)",
                ["uid": "\(peer.uid)", "pid": "\(peer.pid)"])
        case .closedTooLong(_, let peer, let limit):
            log(
                .warning, .badClient, "a connection was closed, a message was longer than \(limit) bytes",
                ["uid": "\(peer.uid)", "pid": "\(peer.pid)"])
        case .droppedSlowPeer(_, let peer, let pending):
            log(
                .warning, .badClient, "a connection was dropped, it left \(pending) bytes unread",
                ["uid": "\(peer.uid)", "pid": "\(peer.pid)"])
        }
    }
}
