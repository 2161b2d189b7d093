/// How many more runs each provider may begin, and who has runs waiting.
package struct Slots: Sendable {
    private var free: [String: Int]
    /// Providers that may have queued runs which are due.
    private var waiting: Set<String>
    private var isClosed = false

    /// All free. Every provider is looked at once, because the ledger may hold queued runs.
    package init(concurrency: [String: Int]) {
        free = concurrency
        waiting = Set(concurrency.keys)
    }

    /// Admits another provider, or does nothing where it is known.
    package mutating func admit(_ provider: String, concurrency: Int) {
        guard free[provider] == nil else { return }
        free[provider] = concurrency
        waiting.insert(provider)
    }

    /// Lets no more runs begin: the daemon is stopping.
    package mutating func close() { isClosed = true }

    func available(to provider: String) -> Int { isClosed ? 0 : max(0, free[provider] ?? 0) }

    mutating func take(for provider: String) { free[provider, default: 0] -= 1 }
    mutating func giveBack(by provider: String) { free[provider, default: 0] += 1 }

    mutating func expectQueued(for provider: String) { waiting.insert(provider) }
    mutating func expectQueuedForAll() { waiting.formUnion(free.keys) }
    mutating func foundNoneQueued(for provider: String) { waiting.remove(provider) }

    func mayHaveQueued(_ provider: String) -> Bool { waiting.contains(provider) }

    /// Providers that could begin a run and may have one, in a stable order.
    var ready: [String] { waiting.filter { available(to: $0) > 0 }.sorted() }
}
