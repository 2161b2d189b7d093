package import ConciergeKit

/// The durable storage of everything that the daemon has acknowledged. One daemon writes to a ledger at a time.
///
/// A commit survives the end of the process once ``commit(_:)`` has returned. It is on disk, and survives a crash of
/// the system or a power failure, once a later ``flush()`` has returned. All other changes are on disk when their
/// method returns, and readers see only what is on disk. The methods are asynchronous and work in batches, so that a
/// ledger may be on another machine; a ledger on this machine answers on the caller's thread without switching threads.
package protocol Ledger: StoredRequests {
    /// Calls `decide` with the current facts, and commits the changes that it returns in one transaction, all or none.
    ///
    /// `decide` must be pure, because it may be called more than once: if the facts throw ``NotLoaded`` and `decide`
    /// throws it in turn, the ledger loads these facts and calls `decide` again. If this method throws, nothing is
    /// changed.
    nonisolated(nonsending) func commit<Decided: Sendable>(
        _ decide: (any Facts) throws -> (changes: Changes, decided: Decided)
    ) async throws(LedgerError) -> Committed<Decided>

    /// Returns once all earlier commits are on disk. No commit may be acknowledged to anybody before that.
    ///
    /// If it throws, it is unknown what is on disk: the daemon must end and start again from what is there.
    nonisolated(nonsending) func flush() async throws(LedgerError)

    /// Sets which services are served from now on. The timers of all other services wait, however long they have been
    /// due.
    nonisolated(nonsending) func attend(to services: Set<ServiceID>) async throws(LedgerError)

    /// Queues the runs again that were under way when the last daemon ended. Returns their number.
    nonisolated(nonsending) func takeUpInterruptedRuns(at now: Instant) async throws(LedgerError) -> Int

    /// Makes queued runs due now if they wait for a moment that was computed by a clock that was ahead: they were
    /// created, or their last attempt began, after `now`. Returns their number.
    nonisolated(nonsending) func takeUpRunsOfTheFuture(at now: Instant) async throws(LedgerError) -> Int

    /// When the next timer of an attended service or the next queued run is due. Runs that are due already are left
    /// out: they wait for capacity, not for the clock. The method sees all commits, on disk or not, because its result
    /// is not reported to anybody.
    nonisolated(nonsending) func nextDue(after now: Instant) async throws(LedgerError) -> Instant?

    nonisolated(nonsending) func scheduleMarks() async throws(LedgerError) -> [ScheduleMark]
    /// The providers whose runs are paused.
    nonisolated(nonsending) func pauses() async throws(LedgerError) -> [Pause]
    /// By task with a rate, when its last attempts began, the oldest first.
    nonisolated(nonsending) func rates() async throws(LedgerError) -> [TaskID: [Instant]]
    nonisolated(nonsending) func save(_ marks: [ScheduleMark]) async throws(LedgerError)

    /// By service, the fingerprint of the table that last could read all its requests:
    /// ``ServiceTable/fingerprint(build:)``.
    nonisolated(nonsending) func fingerprints() async throws(LedgerError) -> [ServiceID: String]
    nonisolated(nonsending) func save(fingerprints: [ServiceID: String]) async throws(LedgerError)

    /// By service, the signals that it listened to when it was last served.
    nonisolated(nonsending) func listeners() async throws(LedgerError) -> Listeners
    /// Replaces what these services listen to; what other services listened to stays.
    nonisolated(nonsending)
        func save(_ listeners: Listeners, servedBy services: Set<ServiceID>) async throws(LedgerError)

    /// The settings with which providers were served, in the order in which they began to hold: as long as a history
    /// line is left for which they may have held, and the last ones of each provider.
    nonisolated(nonsending) func settings() async throws(LedgerError) -> [RecordedSettings]
    /// Records with which settings these providers are served from the next history line on.
    nonisolated(nonsending) func save(_ settings: [ProviderID: ServedSettings]) async throws(LedgerError)

    /// Records crashes of an earlier daemon process, each crash once however often it is passed, and what the policy
    /// quarantines because of them. Returns the crashes that were not recorded before.
    ///
    /// The timers and the runs of a quarantined request wait, however long they have been due, and so does a
    /// quarantined run.
    nonisolated(nonsending)
        func record(_ crashes: [Crash], by policy: CrashPolicy) async throws(LedgerError) -> [CrashRecord]

    /// Takes a provider out of quarantine and resets its crash count. Returns false if it is not in quarantine.
    nonisolated(nonsending) func release(provider: ProviderID) async throws(LedgerError) -> Bool

    /// All providers, requests and runs in quarantine.
    nonisolated(nonsending) func quarantines() async throws(LedgerError) -> [Quarantine]

    // The methods below read what is committed, and may be called from any thread while another thread commits.

    nonisolated(nonsending) func request(_ id: RequestID) async throws(LedgerError) -> RequestView?
    /// A request and a page of its history lines in order, both as they are at one moment.
    nonisolated(nonsending)
        func requestWithHistory(_ id: RequestID, after seq: Int64) async throws(LedgerError) -> (
            view: RequestView, history: Page<NumberedEntry>
        )?
    nonisolated(nonsending) func requests(_ query: RequestQuery) async throws(LedgerError) -> Page<RequestView>
    /// Those of a query's requests that have a deadline (``RequestView/deadline``), what is due first before the others. The
    /// query's `after` and `hasDeadline` do not count.
    nonisolated(nonsending)
        func requestsByDeadline(
            _ query: RequestQuery, after place: DeadlinePlace?
        ) async throws(LedgerError) -> DeadlinePage
    /// Calls a function with each commitment that a query asks for, in no particular order.
    nonisolated(nonsending)
        func commitments(_ query: CommitmentQuery, _ take: (CommitmentRecord) -> Void) async throws(LedgerError)
    /// The commitments of a request with what explains them, in the order of their numbers.
    nonisolated(nonsending)
        func commitments(of request: RequestID) async throws(LedgerError) -> [StoredCommitment]
    /// History lines after a position, in order.
    nonisolated(nonsending)
        func entries(after seq: Int64, service: ServiceID?, limit: Int) async throws(LedgerError) -> Page<NumberedEntry>
    /// The position of the last history line that was ever written; 0 if there was none.
    nonisolated(nonsending) func lastEntry() async throws(LedgerError) -> Int64
    /// When the newest history line that is older than `moment` was written; nil if there is none. It assumes that the
    /// lines are in the order of their times.
    nonisolated(nonsending) func newestEntry(before moment: Instant) async throws(LedgerError) -> Instant?
    nonisolated(nonsending) func notices(_ query: NoticeQuery) async throws(LedgerError) -> Page<StoredNotice>
    nonisolated(nonsending) func notice(_ number: Int64) async throws(LedgerError) -> StoredNotice?
    /// The newest notices of a request, at most `limit`, the newest first.
    nonisolated(nonsending)
        func notices(of request: RequestID, limit: Int) async throws(LedgerError) -> [StoredNotice]
    /// The notices that a run sends and that are neither told nor withdrawn, in the order of their numbers.
    nonisolated(nonsending) func notices(sentBy run: RunID) async throws(LedgerError) -> [StoredNotice]
    nonisolated(nonsending) func run(_ id: RunID) async throws(LedgerError) -> StoredRun?
    nonisolated(nonsending) func runs(_ query: RunQuery) async throws(LedgerError) -> Page<StoredRun>
    /// A portion of the requests that a task asks for: closed ones in the order in which they were closed, others in
    /// the order of their numbers. The query's limit, ``PageBounds/rows`` and ``PageBounds/bytes`` bound it.
    nonisolated(nonsending)
        func requests(_ query: RawRequestQuery) async throws(LedgerError) -> RequestPortion
    nonisolated(nonsending) func counts() async throws(LedgerError) -> LedgerCounts
    /// The open requests and queued runs of other services and tasks than these, and the signals that wait for other
    /// services. Those of these are not read.
    nonisolated(nonsending)
        func unattended(besides services: Set<ServiceID>, _ tasks: Set<TaskID>) async throws(LedgerError) -> Unattended

    /// Of these claims, the ranges of units beyond these numbers that are not over at `now`, in their order; at most
    /// `limit` of each claim.
    nonisolated(nonsending)
        func booked(
            beyond capacities: [String: Int], at now: Instant, limit: Int
        ) async throws(LedgerError) -> [String: [HeldRange]]

    // The directory. Its editions follow one another; each is whole, of all its kinds of things.

    /// The things of a kind after a key, in the order of their keys' bytes, of the edition that is read now.
    nonisolated(nonsending)
        func directory<Noun: DirectoryNoun>(
            of noun: Noun.Type, after key: String?, limit: Int
        ) async throws(LedgerError) -> DirectoryPage<Noun>
    /// The thing with a key (``DirectoryNoun/key``), or else with this alias.
    nonisolated(nonsending)
        func entry<Noun: DirectoryNoun>(of noun: Noun.Type, named name: String) async throws(LedgerError) -> Noun?
    /// Whether the directory has ever been filled. It is known without a look-up.
    var hasDirectory: Bool { get }
    /// Whether any resident may have a dossier. It is known without a look-up.
    var hasDossiers: Bool { get }
    /// By key (``Resident/key(of:)``), those of these residents who are in the directory, at their places and with their
    /// dossiers.
    nonisolated(nonsending)
        func known(_ keys: Set<String>) async throws(LedgerError) -> [String: ResidentAtPlace]
    /// By the keys of residences, how many dwellings each has.
    nonisolated(nonsending)
        func dwellingCounts(ofResidences keys: [String]) async throws(LedgerError) -> [String: Int]
    /// Residents that a search finds, in no particular order, at most `limit`.
    nonisolated(nonsending)
        func residents(_ search: ResidentSearch, limit: Int) async throws(LedgerError) -> ResidentHits
    /// Makes the next edition of the directory, which takes effect as a whole: a process that is killed at any moment
    /// leaves the edition before or the new one. It blocks the caller's thread while a large change is written, but
    /// delays commits by milliseconds only.
    ///
    /// - Parameter progress: Told now and then how much of the change is written, in no particular unit.
    /// - Returns: The number of the new edition, which is on disk. Nil if the directory is no longer of `edition`, or if
    ///   another change is being written: then nothing was changed.
    nonisolated(nonsending)
        func changeDirectory<Noun: DirectoryNoun>(
            _ changes: DirectoryChanges<Noun>, from edition: Int64, progress: (_ done: Int, _ all: Int) -> Void
        ) async throws(LedgerError) -> Int64?

    // Maintenance. These methods write between commits, in portions that do not delay the commits.

    /// Deletes, in one transaction, at most `limit` requests, runs and answers that have been kept for long enough.
    /// Nothing that is kept refers to something that was deleted.
    nonisolated(nonsending)
        func prune(_ retention: Retention, at now: Instant, limit: Int) async throws(LedgerError) -> Pruned

    /// Releases some unused space to the file system. Returns whether there may be more.
    nonisolated(nonsending) func reclaimSpace() async throws(LedgerError) -> Bool

    /// Releases the memory of caches. Call it while the daemon is idle.
    nonisolated(nonsending) func releaseMemory() async

    /// Writes a record without meaning, and returns once it is on disk and there is space for more: the ledger accepts
    /// changes again.
    nonisolated(nonsending) func probe() async throws(LedgerError)

    /// Copies the ledger as it is at one moment into a new file, while others commit, and reads the copy from end to
    /// end. It blocks the caller's thread; `progress` returns whether to go on, at every stage.
    ///
    /// A ledger that keeps no file of its own, or that is backed up by other means, throws
    /// ``LedgerError/makesNoBackups``, as the default implementation does.
    ///
    /// - Returns: Whether the copy is complete and on disk. If it is not, no part of it is left.
    nonisolated(nonsending)
        func backup(to path: String, progress: @escaping @Sendable (BackupProgress) -> Bool) async throws(LedgerError)
        -> Bool

    /// The condition of the ledger. Throws if its files were removed or replaced, or if it was found damaged. It does
    /// no I/O.
    nonisolated(nonsending) func condition() async throws(LedgerError) -> LedgerCondition

    /// Saves the content of the ledger to a new file, if its own files were removed or replaced. Returns the path of
    /// the new file; nil if that is not possible. It blocks the thread.
    func rescue() -> String?

    /// Closes the ledger. What was committed stays.
    nonisolated(nonsending) func close() async
}

/// The result of a commit.
package struct Committed<Decided: Sendable>: Sendable {
    package let decided: Decided
    /// The changes' history lines with their positions.
    package let entries: [NumberedEntry]

    package init(decided: Decided, entries: [NumberedEntry]) {
        self.decided = decided
        self.entries = entries
    }
}

/// Which runs to list, the newest first.
package struct RunQuery: Sendable {
    package var task: TaskID?
    package var state: StoredRun.State?
    package var limit = 100
    /// The `next` of an earlier page.
    package var after: Int64?

    package init() {}
}

/// How many requests, timers and runs are in the ledger, by state.
package struct LedgerCounts: Sendable, Hashable {
    package let openRequests: Int
    package let pendingTimers: Int
    package let queuedRuns: Int
    package let runningRuns: Int
    package let failedRuns: Int
    package let quarantinedRequests: Int
    package let quarantinedRuns: Int

    package init(
        openRequests: Int, pendingTimers: Int, queuedRuns: Int, runningRuns: Int, failedRuns: Int,
        quarantinedRequests: Int = 0, quarantinedRuns: Int = 0
    ) {
        self.openRequests = openRequests
        self.pendingTimers = pendingTimers
        self.queuedRuns = queuedRuns
        self.runningRuns = runningRuns
        self.failedRuns = failedRuns
        self.quarantinedRequests = quarantinedRequests
        self.quarantinedRuns = quarantinedRuns
    }
}

/// Open requests, queued runs and signals that no provider of this build serves.
package struct Unattended: Sendable, Hashable {
    /// By service, how many requests are open.
    package let openRequests: [ServiceID: Int]
    /// By task, how many runs are queued.
    package let queuedRuns: [TaskID: Int]
    /// By service, how many signals wait for it.
    package let deliveries: [ServiceID: Int]

    package init(
        openRequests: [ServiceID: Int], queuedRuns: [TaskID: Int], deliveries: [ServiceID: Int] = [:]
    ) {
        self.openRequests = openRequests
        self.queuedRuns = queuedRuns
        self.deliveries = deliveries
    }
}
