import ConciergeEngine
import ConciergeKit
import NIOCore
import ServiceLifecycle
import Systemd
import UnixSignals

// The daemon's parts as services, which are started in an order and stopped in the reverse one.

/// Decides and commits.
struct EngineService: ServiceLifecycle.Service {
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
struct RunnerService: ServiceLifecycle.Service {
    let loop: EngineLoop
    let runner: TaskRunner
    let manager: ServiceManager
    let limit: Duration

    func run() async throws {
        try await gracefulShutdown()
        manager.extendTimeout(by: limit + .seconds(10))
        await loop.beginNoMoreRuns()
        await runner.drain(within: limit)
    }
}

/// Tries those providers again that were not ready.
struct ProviderRetries: ServiceLifecycle.Service {
    let serving: Serving
    let notifier: ServiceNotifier
    let eventLoops: any EventLoopGroup

    private var supervisor: Supervisor { serving.supervisor }

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                // Without a provider that waits there is nothing to wake up for but a reload, which asks again.
                guard let retryAt = await supervisor.nextRetry else {
                    await supervisor.waitForChange()
                    continue
                }
                let delay = max(.zero, retryAt - Daemon.systemClock())
                guard (try? await eventLoops.any().sleep(for: delay)) != nil else { return }
                if await supervisor.retryWaiting() {
                    // Where the ledger does not take it, they are served once it does.
                    try await serving.serveOnceWritten()
                    notifier.ready()
                }
            }
        }
    }
}

/// Serves anew once the ledger takes changes again: a provider that got ready, or a reload, may have found it closed.
struct Recovery: ServiceLifecycle.Service {
    let recoveries: AsyncStream<Void>
    let serving: Serving

    func run() async {
        await cancelWhenGracefulShutdown {
            // Where it fails, the ledger has a trouble again, and another recovery follows.
            for await _ in recoveries { try? await serving.serve() }
        }
    }
}

/// Feeds systemd's watchdog from the loops that do the work: the engine's thread and the socket's.
struct Watchdog: ServiceLifecycle.Service {
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

/// Deletes what has been kept for long enough.
struct PruningService: ServiceLifecycle.Service {
    let pruner: Pruner
    let pool: MaintenancePool

    func run() async {
        await cancelWhenGracefulShutdown {
            await withTaskExecutorPreference(pool) { await pruner.run() }
        }
    }
}

/// Reads the configuration again on SIGHUP.
struct ReloadSignal: ServiceLifecycle.Service {
    let reload: Reload

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in await UnixSignalsSequence(trapping: .sighup) {
                // A refused configuration is in the journal.
                try? await reload.run()
            }
        }
    }
}
