import ConciergeEngine
import ConciergeKit
import CrashGuard
import Foundation
import Glibc
import Logging
import NIOCore
import Product
import ServiceLifecycle
import Synchronization
import Systemd
import UnixSignals
import Varlink

extension Daemon {
    /// Serves until it is told to stop.
    func run() async throws {
        do {
            try await serve()
        } catch {
            await supervisor.endAll()
            // What ends in order counts no crash, also where it ends because the socket cannot be had.
            crashes.close()
            throw error
        }
        await supervisor.endAll()
        // While the state directory is still ours.
        crashes.close()
        await ledger.close()
        journal.log(.notice, .stopping, "stopped")
        journal.flush()
    }

    private func serve() async throws {
        let interrupted = try await ledger.takeUpInterruptedRuns(at: Self.systemClock())
        if interrupted > 0 {
            journal.log(
                .notice, .runsTakenUp,
                "\(interrupted.counted("run that was under way is", "runs that were under way are")) taken up again")
        }
        try await loop.takeUp()
        try await serveProviders()
        tellDoubts(configuration)
        // Stopped from the last to the first: no more calls, then the runs under way, then what they still commit.
        let group = ServiceGroup(
            configuration: .init(
                services: ([
                    EngineService(daemon: self), RunnerService(daemon: self), ProviderRetries(daemon: self),
                    Watchdog(daemon: self), PruningService(daemon: self), ReloadSignal(daemon: self),
                    ControlSocket(daemon: self),
                ] as [any ServiceLifecycle.Service]).map {
                    // Where one cannot go on, the others stop in order, and its error is the daemon's.
                    .init(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup)
                },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: journal.logger.quiet))
        try await group.run()
    }
}

extension Logger {
    /// For libraries: warnings and worse.
    fileprivate var quiet: Logger {
        var logger = self
        logger.logLevel = .warning
        return logger
    }
}

/// Decides and commits.
private struct EngineService: ServiceLifecycle.Service {
    let daemon: Daemon

    func run() async {
        await withTaskCancellationOrGracefulShutdownHandler {
            await daemon.loop.run()
        } onCancelOrGracefulShutdown: {
            daemon.loop.close()
        }
    }
}

/// Waits for the runs under way when the daemon stops.
private struct RunnerService: ServiceLifecycle.Service {
    let daemon: Daemon

    func run() async throws {
        try await gracefulShutdown()
        let limit = daemon.configuration.lodge.stopLimit.duration
        daemon.manager.extendTimeout(by: limit + .seconds(10))
        await daemon.loop.beginNoMoreRuns()
        await daemon.runner.drain(within: limit)
    }
}

/// Tries those providers again that were not ready.
private struct ProviderRetries: ServiceLifecycle.Service {
    let daemon: Daemon

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                // Without a provider that waits there is nothing to wake up for but a reload, which asks again.
                guard let retryAt = await daemon.supervisor.nextRetry else {
                    await daemon.supervisor.waitForChange()
                    continue
                }
                let delay = max(.zero, retryAt - Daemon.systemClock())
                guard (try? await daemon.eventLoops.any().sleep(for: delay)) != nil else { return }
                if await daemon.supervisor.retryWaiting() {
                    // Where the ledger does not take it, they are served once it does.
                    try await daemon.serveProvidersOnceWritten()
                    daemon.tellReady()
                }
            }
        }
    }
}

/// Feeds systemd's watchdog from the loops that do the work: the engine's thread and the socket's.
private struct Watchdog: ServiceLifecycle.Service {
    let daemon: Daemon

    func run() async throws {
        guard let interval = daemon.manager.watchdogInterval else { return try await gracefulShutdown() }
        try await cancelWhenGracefulShutdown {
            while (try? await daemon.eventLoops.any().sleep(for: interval / 2)) != nil {
                await daemon.loop.heartbeat()
                _ = await daemon.ledgerCondition()
                try await daemon.eventLoops.any().submit {}.get()
                daemon.manager.watchdog()
            }
        }
    }
}

/// Reads the configuration again on SIGHUP.
private struct ReloadSignal: ServiceLifecycle.Service {
    let daemon: Daemon

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in await UnixSignalsSequence(trapping: .sighup) {
                // A refused configuration is in the journal.
                try? await daemon.reload()
            }
        }
    }
}

/// The control socket: ready once it listens, and the first to stop.
private struct ControlSocket: ServiceLifecycle.Service {
    let daemon: Daemon

    func run() async throws {
        var configuration = VarlinkServer.Configuration()
        configuration.maximumMessageSize = daemon.configuration.control.messageLimit
        let limits = connectionLimits()
        configuration.maximumConnections = limits.all
        configuration.maximumConnectionsPerUser = limits.ofUser
        configuration.keptConnections = min(32, limits.all / 8)
        configuration.standing = { [access = daemon.access] peer in
            if AccessRules.mayDoEverything(peer) { return .unlimited }
            return access.role(of: peer) == .admin ? .preferred : .ordinary
        }
        configuration.onEvent = { [journal = daemon.journal, refusals = RefusalCount()] event in
            journal.log(event, refusals)
        }
        let listener = try listener()
        let server: VarlinkServer
        do {
            server = try await VarlinkServer.start(
                at: listener,
                service: ServiceInfo(
                    vendor: Product.vendor, product: Product.name, version: Product.version, url: Product.url),
                handler: handler, configuration: configuration, eventLoopGroup: daemon.eventLoops)
        } catch let error as VarlinkServerError {
            throw StartFailure(error)
        }
        let started = Daemon.systemClock() - daemon.startedAt
        daemon.journal.log(
            .notice, .started,
            "\(Product.name) \(Product.version) serves on \(place(of: listener)), ready after \(started)")
        daemon.tellReady()
        try await gracefulShutdown()
        daemon.isStopping.withLock { $0 = true }
        daemon.manager.stopping(status: "Finishing what is under way")
        daemon.journal.log(.notice, .stopping, "stopping")
        daemon.streams.stop()
        await server.stop(within: .seconds(5))
    }

    /// As configured, and as far as the system lets the process have so many.
    private func connectionLimits() -> (all: Int, ofUser: Int) {
        let control = daemon.configuration.control
        let all = min(control.connectionLimit, Descriptors.connections)
        if all < control.connectionLimit {
            daemon.journal.log(
                .warning, .connectionsLimited,
                "\(all) connections are served at once and not \(control.connectionLimit), because "
                    + "\(Descriptors.limit) files may be open: raise LimitNOFILE= of the unit, "
                    + "or lower control.connection_limit")
        }
        return (all, min(all, control.userConnectionLimit ?? max(1, all / 4)))
    }

    private func place(of listener: VarlinkListener) -> String {
        if case .path(let path, _) = listener { path } else { "the socket it was handed" }
    }

    private var handler: ControlHandler {
        ControlHandler(
            loop: daemon.loop, ledger: daemon.ledger, watchers: daemon.watchers, streams: daemon.streams,
            reads: daemon.reads, progress: daemon.progress,
            access: daemon.access, names: daemon.names, manager: daemon, backups: daemon.backups,
            maintenancePool: daemon.maintenancePool, language: daemon.configuration.lodge.language)
    }

    /// The socket that systemd listens on for us, or one of our own.
    private func listener() throws(StartFailure) -> VarlinkListener {
        do {
            let inherited = try ListeningSocket.inherited()
            if let socket = inherited.first(where: { $0.name == "varlink" }) ?? inherited.first {
                return .descriptor(socket.descriptor)
            }
            // Under systemd the socket's folder is there. By hand its last part may be missing; where more is, or it
            // cannot be made, listening says so.
            let folder = (daemon.options.socket as NSString).deletingLastPathComponent
            if mkdir(folder, 0o755) == 0 { chmod(folder, 0o755) }
            return .path(daemon.options.socket)
        } catch {
            throw StartFailure(status: StartFailure.ioError, reason: error.description)
        }
    }
}

extension StartFailure {
    init(_ error: VarlinkServerError) {
        switch error {
        case .inUse(let path):
            self.init(
                status: StartFailure.unavailable, reason: "\(path): another concierged answers at this socket")
        case .notASocket(let path):
            self.init(
                status: StartFailure.ioError, reason: "\(path): this is not a socket; it was left alone")
        case .pathTooLong(let path):
            self.init(
                status: StartFailure.ioError, reason: "\(path): a socket's path may have 107 bytes at most")
        case .system(let call, let path, let errno):
            self.init(
                status: StartFailure.ioError,
                reason: "\(path ?? "the inherited socket"): \(call): \(String(cString: strerror(errno)))")
        }
    }
}

/// Keeps connections that are refused from filling the journal: there may be thousands a second.
private final class RefusalCount: Sendable {
    private let state = Mutex<(toldAt: Instant?, since: Int)>((nil, 0))

    /// How many connections to tell of: once a minute, all that were refused since the last time.
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
    /// Tells of a client that misbehaved, and of a socket that cannot take all who come.
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
