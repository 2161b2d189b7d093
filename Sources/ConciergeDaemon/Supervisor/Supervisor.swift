import ConciergeEngine
import ConciergeKit
import Foundation

/// Makes the providers, and retries those that were not ready. A provider that fails does not affect the others.
actor Supervisor {
    /// The state of a provider.
    struct Status: Sendable {
        enum State: Sendable {
            case serving(ProviderContents)
            case waiting(reason: String, retryAt: Instant, attempt: Int)
            case setAside(reason: String)
            /// The ledger has requests that it cannot read.
            case unreadable(reason: String)
            /// It has crashed the daemon too often and is not made.
            case quarantined(Quarantine)
        }
        let manifest: ProviderManifest
        var state: State
    }

    private nonisolated let providers: [RegisteredProvider]
    private let pool: HandlerPool
    private var quarantined: [ProviderID: Quarantine]
    private let stateDirectory: String
    private let clock: @Sendable () -> Instant
    private let log: @Sendable (ProviderManifest, Status.State) -> Void
    private let providerLog: @Sendable (_ provider: String, _ line: String) -> Void
    private let checkStored: @Sendable (ProviderContents) async throws(LedgerError) -> UpgradeFindings
    private let endLimit: Duration
    private(set) var statuses: [Status] = []
    /// The instances that serve or are about to, by provider.
    private var instances: [String: ProviderInstance] = [:]
    /// The instances that serve until their replacements do.
    private var replaced: [ProviderInstance] = []
    private var tree: ConfigurationTree
    private var zone: Zone
    private var waiters: [CheckedContinuation<Void, Never>] = []

    init(
        _ providers: [RegisteredProvider], tree: ConfigurationTree, zone: Zone, stateDirectory: String,
        pool: HandlerPool, quarantined: [Quarantine] = [], clock: @escaping @Sendable () -> Instant,
        log: @escaping @Sendable (ProviderManifest, Status.State) -> Void,
        providerLog: @escaping @Sendable (_ provider: String, _ line: String) -> Void,
        checkStored: @escaping @Sendable (ProviderContents) async throws(LedgerError) -> UpgradeFindings,
        endLimit: Duration = .seconds(5)
    ) {
        self.providers = providers
        self.tree = tree
        self.zone = zone
        self.stateDirectory = stateDirectory
        self.pool = pool
        self.quarantined = Dictionary(
            uniqueKeysWithValues: quarantined.compactMap { quarantine in
                if case .provider(let id) = quarantine.subject { (id, quarantine) } else { nil }
            })
        self.clock = clock
        self.log = log
        self.providerLog = providerLog
        self.checkStored = checkStored
        self.endLimit = endLimit
    }

    /// Providers that were made from a configuration but do not serve yet.
    struct Made: Sendable {
        fileprivate let tree: ConfigurationTree
        fileprivate let zone: Zone
        fileprivate var statuses: [Status] = []
        fileprivate var instances: [String: ProviderInstance] = [:]
    }

    /// Makes all providers from a configuration. It does not change what is served.
    func make(from tree: ConfigurationTree, zone: Zone) async throws(ConfigurationError) -> Made {
        var made = Made(tree: tree, zone: zone)
        do throws(ConfigurationError) {
            for provider in providers {
                let (state, instance) = try await make(provider, from: tree, zone: zone, attempt: 1)
                made.statuses.append(Status(manifest: provider.manifest, state: state))
                made.instances[provider.manifest.id] = instance
            }
        } catch {
            for instance in made.instances.values where instance.takeEnd() { await end(instance) }
            throw error
        }
        return made
    }

    /// Replaces the current providers by those made.
    func adopt(_ made: Made) {
        replaced += instances.values
        (tree, zone, instances) = (made.tree, made.zone, made.instances)
        statuses = made.statuses
        for status in statuses { log(status.manifest, status.state) }
        wakeWaiters()
    }

    /// Makes all providers from a configuration and adopts them. Nothing is adopted unless all sections are valid.
    func makeAll(from tree: ConfigurationTree, zone: Zone) async throws(ConfigurationError) {
        adopt(try await make(from: tree, zone: zone))
    }

    /// Whether a provider is in this build.
    nonisolated func isRegistered(_ provider: String) -> Bool { providers.contains { $0.manifest.id == provider } }

    /// Waits until a reload or a release has made providers, or the caller is cancelled.
    func waitForChange() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiters.append($0) }
        } onCancel: {
            Task(executorPreference: DaemonTasks.threads) { await self.wakeWaiters() }
        }
    }

    private func wakeWaiters() {
        for waiter in waiters { waiter.resume() }
        waiters = []
    }

    /// The contents of all providers that can serve now.
    var registry: Registry {
        statuses.reduce(into: Registry()) { registry, status in
            if case .serving(let contents) = status.state { registry.add(contents) }
        }
    }

    /// When the next retry of a provider that was not ready is due; nil if there is none.
    var nextRetry: Instant? {
        statuses.compactMap { if case .waiting(_, let retryAt, _) = $0.state { retryAt } else { nil } }.min()
    }

    /// Retries the providers whose retry is due; returns whether one of them serves now.
    func retryWaiting() async -> Bool {
        var anyServes = false
        for index in statuses.indices {
            guard case .waiting(_, let retryAt, let attempt) = statuses[index].state, retryAt <= clock(),
                let provider = providers.first(where: { $0.manifest.id == statuses[index].manifest.id })
            else { continue }
            do {
                let (state, instance) = try await make(provider, from: tree, zone: zone, attempt: attempt + 1)
                statuses[index].state = state
                instances[provider.manifest.id] = instance
            } catch {
                statuses[index].state = .setAside(reason: error.description)
            }
            if case .serving = statuses[index].state { anyServes = true }
            log(statuses[index].manifest, statuses[index].state)
        }
        return anyServes
    }

    /// Makes a provider that was released from quarantine.
    func release(_ id: String) async {
        quarantined[ProviderID(id)] = nil
        guard let provider = providers.first(where: { $0.manifest.id == id }) else { return }
        let state: Status.State
        do {
            let made = try await make(provider, from: tree, zone: zone, attempt: 1)
            state = made.state
            instances[id] = made.instance
        } catch {
            state = .setAside(reason: error.description)
        }
        guard let index = statuses.firstIndex(where: { $0.manifest.id == id }) else { return }
        statuses[index].state = state
        log(statuses[index].manifest, state)
        wakeWaiters()
    }

    /// Ends the instances that have been replaced, each once the last of its handlers has returned.
    func endReplaced() {
        for instance in replaced {
            instance.retire { instance in
                Task.detached(executorPreference: DaemonTasks.threads) { await self.end(instance) }
            }
        }
        replaced = []
    }

    /// Ends all instances, because nothing is served any more. It takes no longer than the limit.
    func endAll() async {
        let left = (replaced + instances.values).filter { $0.takeEnd() }
        (replaced, instances) = ([], [:])
        await withTaskGroup(of: Void.self) { group in
            for instance in left {
                group.addTask(executorPreference: DaemonTasks.threads) { await self.end(instance) }
            }
        }
    }

    /// Calls a provider's `end()`, and waits for it for the limit at most.
    private nonisolated func end(_ instance: ProviderInstance) async {
        let executor = pool.executor(for: CodeLocation(.making, provider: ProviderID(instance.id), event: "end"))
        let hasReturned = await withCheckedContinuation { waiter in
            let answer = FirstAnswer<Bool>(waiter)
            Task.detached(executorPreference: executor) {
                await instance.end()
                executor.leave()
                answer.give(true)
            }
            DaemonTasks.later(endLimit) { answer.give(false) }
        }
        if !hasReturned { providerLog(instance.id, "its end() has not returned after \(TimeSpan(endLimit))") }
    }

    private func make(
        _ provider: RegisteredProvider, from tree: ConfigurationTree, zone: Zone, attempt: Int
    ) async throws(ConfigurationError) -> (state: Status.State, instance: ProviderInstance?) {
        let id = provider.manifest.id
        if let quarantine = quarantined[ProviderID(id)] { return (.quarantined(quarantine), nil) }
        let executor = pool.executor(for: CodeLocation(.making, provider: ProviderID(id), event: "start"))
        defer { executor.leave() }
        let directory = stateDirectory + "/providers/" + id
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
            let context = ProviderContext(
                stateDirectory: directory, zone: zone, logger: { [providerLog] in providerLog(id, $0) })
            let (state, instance) = try await withTaskExecutorPreference(executor) {
                () async throws -> (Status.State, ProviderInstance) in
                let instance = try await provider.make(from: tree, in: context)
                do {
                    let contents = try instance.contents(in: zone)
                    // The check runs the provider's upgrades on the stored requests.
                    if let complaint = try await checkStored(contents).complaint {
                        return (.unreadable(reason: complaint), instance)
                    }
                    return (.serving(contents), instance)
                } catch {
                    if instance.takeEnd() { await end(instance) }
                    throw error
                }
            }
            if case .serving = state { return (state, instance) }
            if instance.takeEnd() { await end(instance) }
            return (state, nil)
        } catch let error as ConfigurationError {
            throw error
        } catch ProviderError.notReady(let reason, let retryAfter) {
            // 1 s, 2 s, 4 s, … up to 5 minutes, unless the provider sets the delay.
            let delay = retryAfter ?? .seconds(min(1 << min(attempt - 1, 9), 300))
            return (.waiting(reason: reason, retryAt: clock() + delay, attempt: attempt), nil)
        } catch ProviderError.needsAttention(let reason) {
            return (.setAside(reason: reason), nil)
        } catch let error as LedgerError {
            return (.waiting(reason: error.description, retryAt: clock() + .seconds(5), attempt: attempt), nil)
        } catch let error as InvalidProvider {
            return (.setAside(reason: error.description), nil)
        } catch {
            return (.setAside(reason: String(plainly: error)), nil)
        }
    }
}
