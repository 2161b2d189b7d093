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
            /// The words are for people, where the reason is had in both languages.
            case setAside(reason: String, words: Text? = nil)
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
    /// Where providers wait for the disk.
    private let disk: (any TaskExecutor)?
    private let clock: @Sendable () -> Instant
    private let log: @Sendable (ProviderManifest, Status.State) -> Void
    private let providerLog: @Sendable (_ provider: String, _ line: String) -> Void
    private let checkStored: @Sendable (ProviderContents) async throws(LedgerError) -> UpgradeFindings
    private let endLimit: Duration
    private(set) var statuses: [Status] = []
    /// The instances that serve or are about to, by provider.
    private var instances: [String: ProviderInstance] = [:]
    /// The instances that serve until their replacements do, in the order in which they were replaced.
    private var replaced: [ProviderInstance] = []
    /// The number of the last ``make(from:zone:)`` or ``remake(_:attempt:)`` that has begun.
    private var lastNumber = 0
    /// The number of the adopted configuration: that of the call of ``make(from:zone:)`` that read it.
    private var adopted = 0
    /// The number of the current remaking of each provider. The result of any other remaking is discarded.
    private var remaking: [String: Int] = [:]
    private var isClosed = false
    private var tree: ConfigurationTree
    private var zone: Zone
    private var waiters: [CheckedContinuation<Void, Never>] = []

    init(
        _ providers: [RegisteredProvider], tree: ConfigurationTree, zone: Zone, stateDirectory: String,
        pool: HandlerPool, disk: (any TaskExecutor)? = nil, quarantined: [Quarantine] = [],
        clock: @escaping @Sendable () -> Instant,
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
        self.disk = disk
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
        fileprivate let number: Int
        fileprivate let tree: ConfigurationTree
        fileprivate let zone: Zone
        fileprivate var states: [String: Status.State] = [:]
        fileprivate var instances: [String: ProviderInstance] = [:]

        /// The contents of those that can serve.
        var contents: [ProviderContents] {
            states.values.compactMap { if case .serving(let contents) = $0 { contents } else { nil } }
        }
    }

    /// Makes all providers from a configuration. It does not change what is served.
    func make(from tree: ConfigurationTree, zone: Zone) async throws(ConfigurationError) -> Made {
        lastNumber += 1
        var made = Made(number: lastNumber, tree: tree, zone: zone)
        try await complete(&made)
        return made
    }

    /// Makes the providers that are missing: those that are not made yet, and those that were in quarantine when it was
    /// their turn but have been released since.
    private func complete(_ made: inout Made) async throws(ConfigurationError) {
        do throws(ConfigurationError) {
            while let provider = providers.first(where: { isMissing($0.manifest.id, in: made) }) {
                let (state, instance) = try await make(provider, from: made.tree, zone: made.zone, attempt: 1)
                made.states[provider.manifest.id] = state
                made.instances[provider.manifest.id] = instance
            }
        } catch {
            await end(made)
            throw error
        }
    }

    private func isMissing(_ id: String, in made: Made) -> Bool {
        switch made.states[id] {
        case nil: true
        case .quarantined: quarantined[ProviderID(id)] == nil
        default: false
        }
    }

    /// Replaces the current providers by those made. Those of a configuration that was read before the current one are
    /// ended instead; then it returns false.
    func adopt(_ made: Made) async throws(ConfigurationError) -> Bool {
        var made = made
        try await complete(&made)
        guard made.number > adopted, !isClosed else {
            await end(made)
            return false
        }
        replaced += instances.values
        (adopted, tree, zone, instances) = (made.number, made.tree, made.zone, made.instances)
        statuses = providers.compactMap { provider in
            made.states[provider.manifest.id].map { Status(manifest: provider.manifest, state: $0) }
        }
        // Current remakings use the former configuration.
        remaking = [:]
        for status in statuses { log(status.manifest, status.state) }
        wakeWaiters()
        return true
    }

    /// Makes all providers from a configuration and adopts them. Nothing is adopted unless all sections are valid.
    func makeAll(from tree: ConfigurationTree, zone: Zone) async throws(ConfigurationError) {
        _ = try await adopt(try await make(from: tree, zone: zone))
    }

    /// Ends providers that are not adopted.
    func discard(_ made: Made) async { await end(made) }

    private func end(_ made: Made) async {
        for instance in made.instances.values where instance.takeEnd() { await end(instance) }
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

    /// The contents of all providers that can serve now, and the number of instances that they replace, for
    /// ``endReplaced(_:)`` once the contents are served.
    var next: (registry: Registry, replaced: Int) { (registry, replaced.count) }

    /// When the next retry of a provider that was not ready is due; nil if there is none.
    var nextRetry: Instant? {
        statuses.compactMap { if case .waiting(_, let retryAt, _) = $0.state { retryAt } else { nil } }.min()
    }

    /// Retries the providers whose retry is due; returns whether one of them serves now.
    func retryWaiting() async -> Bool {
        var anyServes = false
        for provider in providers {
            let status = statuses.first { $0.manifest.id == provider.manifest.id }
            guard case .waiting(_, let retryAt, let attempt)? = status?.state, retryAt <= clock() else { continue }
            if case .serving? = await remake(provider, attempt: attempt + 1) { anyServes = true }
        }
        return anyServes
    }

    /// Makes a provider that was released from quarantine.
    func release(_ id: String) async {
        quarantined[ProviderID(id)] = nil
        guard let provider = providers.first(where: { $0.manifest.id == id }) else { return }
        if await remake(provider, attempt: 1) != nil { wakeWaiters() }
    }

    /// Makes a provider again from the current configuration, and returns its new state.
    ///
    /// During this, another configuration may be adopted, another caller may remake the provider, or all instances may
    /// be ended. Then the new instance is ended, and the result is nil.
    private func remake(_ provider: RegisteredProvider, attempt: Int) async -> Status.State? {
        let id = provider.manifest.id
        lastNumber += 1
        let number = lastNumber
        remaking[id] = number
        let state: Status.State
        let instance: ProviderInstance?
        do {
            (state, instance) = try await make(provider, from: tree, zone: zone, attempt: attempt)
        } catch {
            (state, instance) = (.setAside(reason: error.description), nil)
        }
        guard !isClosed, remaking[id] == number, let index = statuses.firstIndex(where: { $0.manifest.id == id }) else {
            if let instance, instance.takeEnd() { await end(instance) }
            return nil
        }
        remaking[id] = nil
        if let former = instances[id] { replaced.append(former) }
        instances[id] = instance
        statuses[index].state = state
        log(provider.manifest, state)
        return state
    }

    /// Ends the first instances of those that have been replaced, each once the last of its handlers has returned.
    func endReplaced(_ count: Int) {
        let ended = replaced.prefix(count)
        replaced.removeFirst(ended.count)
        for instance in ended {
            instance.retire { instance in
                Task.detached(executorPreference: DaemonTasks.threads) { await self.end(instance) }
            }
        }
    }

    /// Ends all instances, because the daemon serves nothing any more. Instances that are being made are ended once
    /// they are made. This takes at most `endLimit`.
    func endAll() async {
        isClosed = true
        let left = (replaced + instances.values).filter { $0.takeEnd() }
        (replaced, instances) = ([], [:])
        await withTaskGroup(of: Void.self) { group in
            for instance in left {
                group.addTask(executorPreference: DaemonTasks.threads) { await self.end(instance) }
            }
        }
    }

    /// Calls a provider's `end()`, and waits at most `endLimit` for it.
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
            do {
                try FileManager.default.createDirectory(
                    atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
            } catch {
                let words = Text(
                    fr:
                        "son dossier \(directory) n'est pas utilisable : remettez-le en place, puis : conciergectl reload",
                    en: "its folder \(directory) cannot be used: put it right, then: conciergectl reload")
                return (.setAside(reason: String(plainly: error), words: words), nil)
            }
            let folder = DurableFolder(directory, on: disk)
            folder.sweep()
            let context = ProviderContext(
                folder: folder, zone: zone, logger: { [providerLog] in providerLog(id, $0) })
            let (state, instance) = try await withTaskExecutorPreference(executor) {
                () async throws -> (Status.State, ProviderInstance) in
                let instance = try await provider.make(from: tree, in: context)
                do {
                    var contents = try instance.contents(in: zone, folder)
                    contents.section = try provider.givenSettings(in: tree)
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
