package import ConciergeEngine
package import ConciergeKit
import Synchronization

/// A ledger in memory, for tests of code that uses a ledger. Its content does not outlive the process, and it makes no
/// backups.
package final class MemoryLedger: Ledger {
    private let memory = Mutex(Memory())
    /// Held while a decision is made and applied. Readers do not wait for it.
    private let writing = Mutex(())

    private let loadsLazily: Bool

    /// - Parameter loadsLazily: Whether facts must be loaded before a decision can use them, as with a ledger on a
    ///   network.
    package init(loadsLazily: Bool = false) {
        self.loadsLazily = loadsLazily
    }

    package nonisolated(nonsending) func commit<Decided: Sendable>(
        _ decide: (any Facts) throws -> (changes: Changes, decided: Decided)
    ) async throws(LedgerError) -> Committed<Decided> {
        try writing.withLock { _ throws(LedgerError) in
            let decision: (changes: Changes, decided: Decided)
            do {
                let facts = read { $0 }
                decision = try loadsLazily ? LazyFacts(facts).decide { try decide($0) } : decide(facts)
            } catch let error as LedgerError {
                throw error
            } catch {
                throw .unavailable(reason: "\(error)")
            }
            // The copy for the decision has been released by now, so that the tables are changed in place.
            let entries = try memory.withLock { memory throws(LedgerError) in try memory.apply(decision.changes) }
            return Committed(decided: decision.decided, entries: entries)
        }
    }

    package nonisolated(nonsending) func flush() async throws(LedgerError) {}

    package nonisolated(nonsending) func attend(to services: Set<ServiceID>) async throws(LedgerError) {
        write { $0.timerTable.attend(to: services) }
    }

    package nonisolated(nonsending) func takeUpInterruptedRuns(at now: Instant) async throws(LedgerError) -> Int {
        write { $0.runTable.requeueRunning(at: now) }
    }

    package nonisolated(nonsending) func takeUpRunsOfTheFuture(at now: Instant) async throws(LedgerError) -> Int {
        write { $0.runTable.requeueFuture(at: now) }
    }

    package nonisolated(nonsending) func nextDue(after now: Instant) async throws(LedgerError) -> Instant? {
        read { $0.nextDue(after: now) }
    }

    package nonisolated(nonsending) func scheduleMarks() async throws(LedgerError) -> [ScheduleMark] {
        read { $0.marks.values.sorted { $0.id < $1.id } }
    }

    package nonisolated(nonsending) func pauses() async throws(LedgerError) -> [Pause] {
        read { $0.pauses.values.sorted { $0.provider < $1.provider } }
    }

    package nonisolated(nonsending) func rates() async throws(LedgerError) -> [TaskID: [Instant]] {
        read { $0.rates }
    }

    package nonisolated(nonsending) func save(_ marks: [ScheduleMark]) async throws(LedgerError) {
        write { $0.save(marks) }
    }

    package nonisolated(nonsending) func fingerprints() async throws(LedgerError) -> [ServiceID: String] {
        read { $0.fingerprints }
    }

    package nonisolated(nonsending) func save(fingerprints: [ServiceID: String]) async throws(LedgerError) {
        write { $0.save(fingerprints) }
    }

    package nonisolated(nonsending) func settings() async throws(LedgerError) -> [RecordedSettings] {
        read { $0.settings }
    }

    package nonisolated(nonsending)
        func save(_ settings: [ProviderID: ServedSettings]) async throws(LedgerError)
    {
        write { $0.save(settings) }
    }

    package nonisolated(nonsending)
        func record(_ crashes: [Crash], by policy: CrashPolicy) async throws(LedgerError) -> [CrashRecord]
    {
        write { $0.record(crashes, by: policy) }
    }

    package nonisolated(nonsending) func release(provider: ProviderID) async throws(LedgerError) -> Bool {
        write { $0.quarantineTable.release(.provider(provider)) }
    }

    package nonisolated(nonsending) func listeners() async throws(LedgerError) -> Listeners { read { $0.listeners } }

    package nonisolated(nonsending)
        func save(_ listeners: Listeners, servedBy services: Set<ServiceID>) async throws(LedgerError)
    {
        write { $0.save(listeners: listeners, servedBy: services) }
    }

    package nonisolated(nonsending) func quarantines() async throws(LedgerError) -> [Quarantine] {
        read { $0.quarantineTable.all }
    }

    // MARK: Reading

    package nonisolated(nonsending) func request(_ id: RequestID) async throws(LedgerError) -> RequestView? {
        read { memory in memory.request(id).map(memory.view) }
    }

    package nonisolated(nonsending)
        func requestWithHistory(_ id: RequestID, after seq: Int64) async throws(LedgerError) -> (
            view: RequestView, history: Page<NumberedEntry>
        )?
    {
        read { memory in
            memory.request(id).map { request in
                (
                    memory.view(of: request),
                    memory.requestTable.history(after: seq, ofRequest: id, limit: PageBounds.historyLines)
                )
            }
        }
    }

    package nonisolated(nonsending)
        func requests(_ query: RequestQuery) async throws(LedgerError) -> Page<RequestView>
    {
        read { memory in
            memory.requestTable.page(
                query, follows: { memory.followers(of: $1).contains($0) }, view: memory.view)
        }
    }

    package nonisolated(nonsending)
        func requestsByDeadline(
            _ query: RequestQuery, after place: DeadlinePlace?
        ) async throws(LedgerError) -> DeadlinePage
    {
        read { memory in
            memory.requestTable.page(
                byDeadline: query, after: place, follows: { memory.followers(of: $1).contains($0) }, view: memory.view)
        }
    }

    package nonisolated(nonsending)
        func commitments(_ query: CommitmentQuery, _ take: (CommitmentRecord) -> Void) async throws(LedgerError)
    {
        for record in read({ $0.commitmentRecords(query) }) { take(record) }
    }

    package nonisolated(nonsending)
        func commitments(of request: RequestID) async throws(LedgerError) -> [StoredCommitment]
    {
        read { $0.commitments(of: request) }
    }

    package nonisolated(nonsending)
        func entries(after seq: Int64, service: ServiceID?, limit: Int) async throws(LedgerError) -> Page<NumberedEntry>
    {
        read { $0.requestTable.history(after: seq, ofService: service, limit: limit) }
    }

    package nonisolated(nonsending) func lastEntry() async throws(LedgerError) -> Int64 {
        read { $0.requestTable.lastLine }
    }

    package nonisolated(nonsending) func newestEntry(before moment: Instant) async throws(LedgerError) -> Instant? {
        read { $0.requestTable.newestLine(before: moment) }
    }

    package nonisolated(nonsending) func run(_ id: RunID) async throws(LedgerError) -> StoredRun? {
        read { memory in memory.run(id).map(memory.shown) }
    }

    package nonisolated(nonsending) func notices(_ query: NoticeQuery) async throws(LedgerError) -> Page<StoredNotice> {
        read { $0.notices(query) }
    }
    package nonisolated(nonsending) func notice(_ number: Int64) async throws(LedgerError) -> StoredNotice? {
        read { $0.notice(number) }
    }
    package nonisolated(nonsending)
        func notices(of request: RequestID, limit: Int) async throws(LedgerError) -> [StoredNotice]
    { read { $0.notices(of: request, limit: limit) } }
    package nonisolated(nonsending)
        func notices(sentBy run: RunID) async throws(LedgerError) -> [StoredNotice]
    { read { $0.notices(sentBy: run) } }

    package nonisolated(nonsending) func runs(_ query: RunQuery) async throws(LedgerError) -> Page<StoredRun> {
        read { memory in memory.runTable.page(query, shown: memory.shown) }
    }

    package nonisolated(nonsending)
        func requests(_ query: RawRequestQuery) async throws(LedgerError) -> RequestPortion
    {
        read { $0.portion(query) }
    }

    package nonisolated(nonsending)
        func allRequests(of service: ServiceID, after: Int64?, limit: Int) async throws(LedgerError) -> Page<
            RequestView
        >
    {
        read { memory in memory.requestTable.allRequests(of: service, after: after, limit: limit, view: memory.view) }
    }

    package nonisolated(nonsending) func counts() async throws(LedgerError) -> LedgerCounts {
        read { memory in
            LedgerCounts(
                openRequests: memory.requests.values.count(where: \.isOpen), pendingTimers: memory.timerTable.count,
                queuedRuns: memory.runTable.count(.queued), runningRuns: memory.runTable.count(.running),
                failedRuns: memory.runTable.count(.failed),
                quarantinedRequests: memory.quarantineTable.requests.count,
                quarantinedRuns: memory.quarantineTable.countOfRuns)
        }
    }

    package nonisolated(nonsending)
        func unattended(besides services: Set<ServiceID>, _ tasks: Set<TaskID>) async throws(LedgerError) -> Unattended
    {
        read { memory in
            Unattended(
                openRequests: memory.requestTable.countOpen(besides: services),
                queuedRuns: memory.runTable.countQueued(besides: tasks),
                deliveries: memory.timerTable.deliveries(besides: services))
        }
    }

    package nonisolated(nonsending)
        func booked(
            beyond capacities: [String: Int], at now: Instant, limit: Int
        ) async throws(LedgerError) -> [String: [HeldRange]]
    {
        read { $0.claimTable.booked(beyond: capacities, at: now, limit: limit) }
    }

    package nonisolated(nonsending)
        func directory<Noun: DirectoryNoun>(
            of noun: Noun.Type, after key: String?, limit: Int
        ) async throws(LedgerError) -> DirectoryPage<Noun>
    {
        read { $0.directoryTable.page(after: key, limit: limit) }
    }

    package nonisolated(nonsending)
        func entry<Noun: DirectoryNoun>(of noun: Noun.Type, named name: String) async throws(LedgerError) -> Noun?
    {
        read { $0.directoryTable.entry(of: noun, named: name) }
    }

    package var hasDirectory: Bool { read { $0.directoryTable.edition > 0 } }
    package var hasDossiers: Bool { read { !$0.dossiers.isEmpty } }

    package nonisolated(nonsending)
        func known(_ keys: Set<String>) async throws(LedgerError) -> [String: ResidentAtPlace]
    {
        read { memory in keys.reduce(into: [:]) { $0[$1] = memory.known($1) } }
    }

    package nonisolated(nonsending)
        func dwellingCounts(ofResidences keys: [String]) async throws(LedgerError) -> [String: Int]
    {
        read { $0.directoryTable.dwellingCounts(ofResidences: keys) }
    }

    package nonisolated(nonsending)
        func residents(_ search: ResidentSearch, limit: Int) async throws(LedgerError) -> ResidentHits
    {
        read { $0.directoryTable.hits(search, limit: limit) }
    }

    package nonisolated(nonsending)
        func changeDirectory<Noun: DirectoryNoun>(
            _ changes: DirectoryChanges<Noun>, from edition: Int64, progress: (_ done: Int, _ all: Int) -> Void
        ) async throws(LedgerError) -> Int64?
    {
        write { $0.directoryTable.change(changes, from: edition) }
    }

    // MARK: Maintenance

    package nonisolated(nonsending)
        func prune(_ retention: Retention, at now: Instant, limit: Int) async throws(LedgerError) -> Pruned
    {
        write { $0.prune(retention, at: now, limit: limit) }
    }

    package nonisolated(nonsending) func reclaimSpace() async throws(LedgerError) -> Bool { false }
    package nonisolated(nonsending) func releaseMemory() async {}
    package nonisolated(nonsending) func probe() async throws(LedgerError) {}
    package nonisolated(nonsending) func close() async {}

    // MARK: Locks

    private func read<Result: Sendable>(_ body: (Memory) -> Result) -> Result { memory.withLock { body($0) } }

    private func write<Result: Sendable>(_ body: (inout Memory) -> Result) -> Result {
        writing.withLock { _ in memory.withLock { body(&$0) } }
    }
}
