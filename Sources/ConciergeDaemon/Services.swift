import ConciergeEngine
import ConciergeKit
import NIOCore
import ServiceLifecycle
import Systemd
import UnixSignals

// The daemon's parts as services, which are started in order and stopped in reverse order.

/// A service whose description is the name of its type.
///
/// The service group uses each service's description. The default one is a reflection of everything that the service
/// refers to, which reads some megabytes of the program at start.
protocol DaemonService: ServiceLifecycle.Service, CustomStringConvertible {}

extension DaemonService {
    var description: String { _typeName(Self.self, qualified: false) }
}

/// Runs the engine loop.
struct EngineService: DaemonService {
    let loop: EngineLoop

    func run() async {
        await withTaskCancellationOrGracefulShutdownHandler {
            await loop.run()
        } onCancelOrGracefulShutdown: {
            loop.close()
        }
    }
}

/// Waits for the runs under way when the daemon stops.
struct RunnerService: DaemonService {
    let loop: EngineLoop
    let runner: TaskRunner
    let manager: ServiceManager
    let limit: Duration
    let lifetime: Lifetime

    func run() async throws {
        try await gracefulShutdown()
        manager.extendTimeout(by: limit + .seconds(10))
        await loop.beginNoMoreRuns()
        // Workers had the first part of the limit.
        await runner.drain(within: lifetime.rest(of: limit))
    }
}

/// Retries the providers that were not ready.
struct ProviderRetries: DaemonService {
    let serving: Serving
    let notifier: ServiceNotifier
    let eventLoops: any EventLoopGroup

    private var supervisor: Supervisor { serving.supervisor }

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                // If no provider waits, only a change of the providers, such as a reload, requires another check.
                guard let retryAt = await supervisor.nextRetry else {
                    await supervisor.waitForChange()
                    continue
                }
                let delay = max(.zero, retryAt - Daemon.systemClock())
                guard (try? await eventLoops.any().sleep(for: delay)) != nil else { return }
                if await supervisor.retryWaiting() {
                    // If the ledger's storage refuses changes now, the providers are served once it accepts them again.
                    try await serving.serveOnceWritten()
                    notifier.ready()
                }
            }
        }
    }
}

/// Serves the providers again once the ledger accepts changes again, because a provider may have become ready, or a
/// reload may have taken place, while it accepted none.
struct Recovery: DaemonService {
    let recoveries: AsyncStream<Void>
    let serving: Serving

    func run() async {
        await cancelWhenGracefulShutdown {
            // If this fails, the ledger has a trouble again, and another recovery follows.
            for await _ in recoveries { try? await serving.serve() }
        }
    }
}

/// Notifies systemd's watchdog once the engine's thread and the socket's event loop have responded, and checks the
/// ledger's condition each time.
struct Watchdog: DaemonService {
    let manager: ServiceManager
    let loop: EngineLoop
    let monitor: LedgerMonitor
    let eventLoops: any EventLoopGroup

    func run() async throws {
        guard let interval = manager.watchdogInterval else { return try await gracefulShutdown() }
        try await cancelWhenGracefulShutdown {
            while (try? await eventLoops.any().sleep(for: interval / 2)) != nil {
                await loop.heartbeat()
                _ = await monitor.condition()
                try await eventLoops.any().submit {}.get()
                manager.watchdog()
            }
        }
    }
}

/// Runs the pruner.
struct PruningService: DaemonService {
    let pruner: Pruner
    let pool: MaintenancePool

    func run() async {
        await cancelWhenGracefulShutdown {
            await withTaskExecutorPreference(pool) { await pruner.run() }
        }
    }
}

/// Reads the configuration again on SIGHUP.
struct ReloadSignal: DaemonService {
    let reload: Reload

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in await UnixSignalsSequence(trapping: .sighup) {
                // The journal has the reason if the configuration is refused.
                try? await reload.run()
            }
        }
    }
}
