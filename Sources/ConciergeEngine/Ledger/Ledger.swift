package import ConciergeKit

/// Where everything that was promised is kept. One daemon writes to a ledger at a time.
///
/// What ``commit(_:)`` returned from survives the end of the process; what ``flush()`` returned from after it is on disk
/// and survives a crash of the system or the power. All other changes are on disk when they return, and readers see
/// nothing that is not. The protocol is asked in batches and asynchronously, so that a ledger may be on another machine;
/// one on this machine answers on the caller's thread without a hop.
package protocol Ledger: StoredRequests {
    /// Decides on the facts as they are, and commits what was decided in one transaction, or nothing of it.
    ///
    /// `decide` may be called more than once: it must be pure. Where facts throw ``NotLoaded``, and it does in turn, they
    /// are loaded and it is called again. Nothing is changed where this throws.
    nonisolated(nonsending) func commit<Decided: Sendable>(
        _ decide: (any Facts) throws -> (changes: Changes, decided: Decided)
    ) async throws(LedgerError) -> Committed<Decided>

    /// Returns once all that was committed before is on disk. Nobody may be told of a commit before that.
    ///
    /// Where it throws, what is on disk is unknown, and the daemon must end and begin anew from there.
    nonisolated(nonsending) func flush() async throws(LedgerError)

    /// Says which services are served from now on. The timers of all others wait, however long they are due.
    nonisolated(nonsending) func attend(to services: Set<ServiceID>) async throws(LedgerError)

    /// Queues the runs again that were under way when the last daemon ended. Returns how many there were.
    nonisolated(nonsending) func takeUpInterruptedRuns(at now: Instant) async throws(LedgerError) -> Int

    /// Makes queued runs due now that wait for a moment which a clock that was ahead had worked out: they were made, or
    /// their last attempt began, after now. Returns how many there were.
    nonisolated(nonsending) func takeUpRunsOfTheFuture(at now: Instant) async throws(LedgerError) -> Int

    /// When the next timer of an attended service or queued run is due. Runs that are due already are left out: they
    /// wait for room and not for the clock. It sees all that is committed, on disk or not: nobody is told of it.
    nonisolated(nonsending) func nextDue(after now: Instant) async throws(LedgerError) -> Instant?

    nonisolated(nonsending) func scheduleMarks() async throws(LedgerError) -> [ScheduleMark]
    /// The providers whose runs are held back by somebody.
    nonisolated(nonsending) func pauses() async throws(LedgerError) -> [Pause]
    /// When the last attempts of tasks with a rate began, the oldest first.
    nonisolated(nonsending) func rates() async throws(LedgerError) -> [TaskID: [Instant]]
    nonisolated(nonsending) func save(_ marks: [ScheduleMark]) async throws(LedgerError)

    /// By service, the table that last could read all its requests: ``ServiceTable/fingerprint(build:)``.
    nonisolated(nonsending) func fingerprints() async throws(LedgerError) -> [ServiceID: String]
    nonisolated(nonsending) func save(fingerprints: [ServiceID: String]) async throws(LedgerError)

    /// Records crashes of an earlier life, each once however often it is given, and what the policy quarantines because
    /// of them; returns those that were not recorded before.
    ///
    /// The timers of a request in quarantine, and its runs, wait however long they are due, and so does a run in
    /// quarantine.
    nonisolated(nonsending)
        func record(_ crashes: [Crash], by policy: CrashPolicy) async throws(LedgerError) -> [CrashRecord]

    /// Takes a provider out of quarantine and counts its crashes anew; false where it is in none.
    nonisolated(nonsending) func release(provider: ProviderID) async throws(LedgerError) -> Bool

    /// All that is in quarantine.
    nonisolated(nonsending) func quarantines() async throws(LedgerError) -> [Quarantine]

    // Reading sees what is committed, and may be done from any thread while another commits.

    nonisolated(nonsending) func request(_ id: RequestID) async throws(LedgerError) -> RequestView?
    /// A request and a page of its history lines in their order, both as they are at one moment.
    nonisolated(nonsending)
        func requestWithHistory(_ id: RequestID, after seq: Int64) async throws(LedgerError) -> (
            view: RequestView, history: Page<NumberedEntry>
        )?
    nonisolated(nonsending) func requests(_ query: RequestQuery) async throws(LedgerError) -> Page<RequestView>
    /// History lines after a place, in their order.
    nonisolated(nonsending)
        func entries(after seq: Int64, service: ServiceID?, limit: Int) async throws(LedgerError) -> Page<NumberedEntry>
    /// The place of the last history line that was ever written; 0 where there was none.
    nonisolated(nonsending) func lastEntry() async throws(LedgerError) -> Int64
    /// When the newest history line that is older than the moment was written; nil where there is none. Lines are taken
    /// to stand in the order of their times.
    nonisolated(nonsending) func newestEntry(before moment: Instant) async throws(LedgerError) -> Instant?
    nonisolated(nonsending) func run(_ id: RunID) async throws(LedgerError) -> StoredRun?
    nonisolated(nonsending) func runs(_ query: RunQuery) async throws(LedgerError) -> Page<StoredRun>
    nonisolated(nonsending) func openRequests(of service: ServiceID) async throws(LedgerError) -> [StoredRequest]
    nonisolated(nonsending) func counts() async throws(LedgerError) -> LedgerCounts
    /// What waits for other services and tasks than these. What waits for these is not looked at.
    nonisolated(nonsending)
        func unattended(besides services: Set<ServiceID>, _ tasks: Set<TaskID>) async throws(LedgerError) -> Unattended

    // Care. What is written here is written between commits, in portions that do not hold them up.

    /// Deletes, in one transaction, what has been kept for long enough: so many requests, runs and answers at most.
    /// Whatever is kept finds all that it refers to.
    nonisolated(nonsending)
        func prune(_ retention: Retention, at now: Instant, limit: Int) async throws(LedgerError) -> Pruned

    /// Returns some unused space to the file system. Returns whether there may be more.
    nonisolated(nonsending) func reclaimSpace() async throws(LedgerError) -> Bool

    /// Releases the memory of caches. To be called while the daemon is idle.
    nonisolated(nonsending) func releaseMemory() async

    /// Returns once something that means nothing was written and is on disk, with room for more: the ledger takes
    /// changes again.
    nonisolated(nonsending) func probe() async throws(LedgerError)

    /// Copies the ledger as it is at one moment into a new file, while others commit, and reads the copy from end to
    /// end. It holds the caller's thread; `progress` says whether to go on.
    ///
    /// A ledger that keeps no file of its own, or that is backed up by other means, throws
    /// ``LedgerError/makesNoBackups``, as the default does.
    ///
    /// - Returns: Whether the copy is there, whole and on disk. Where it is not, nothing is left of it.
    nonisolated(nonsending)
        func backup(to path: String, progress: @escaping @Sendable (BackupProgress) -> Bool) async throws(LedgerError)
        -> Bool

    /// How it is; throws where its files were removed or replaced, or where it was found damaged. It takes no I/O.
    nonisolated(nonsending) func condition() async throws(LedgerError) -> LedgerCondition

    /// Saves what it has in a file of its own, where its own were removed or replaced. Returns the path; nil where
    /// that is not possible. It holds the thread.
    func rescue() -> String?

    /// Ends all use. What was committed stays.
    nonisolated(nonsending) func close() async
}

/// What a commit came to.
package struct Committed<Decided: Sendable>: Sendable {
    package let decided: Decided
    /// The changes' history lines with their positions.
    package let entries: [NumberedEntry]

    package init(decided: Decided, entries: [NumberedEntry]) {
        self.decided = decided
        self.entries = entries
    }
}

/// Which requests to list: those for which all that is given holds, the newest first.
package struct RequestQuery: Sendable {
    package var service: ServiceID?
    package var state: String?
    package var resident: String?
    package var isOpen: Bool?
    /// Only those of these services.
    package var onlyOf: Set<ServiceID>?
    /// Only those of other services than these.
    package var notOf: Set<ServiceID>?
    package var limit = 100
    /// The `next` of an earlier page.
    package var after: Int64?

    package init() {}
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

/// How much is in the ledger.
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

/// Open requests and queued runs that no provider of this build serves.
package struct Unattended: Sendable, Hashable {
    /// By service, how many requests are open.
    package let openRequests: [ServiceID: Int]
    /// By task, how many runs are queued.
    package let queuedRuns: [TaskID: Int]

    package init(openRequests: [ServiceID: Int], queuedRuns: [TaskID: Int]) {
        self.openRequests = openRequests
        self.queuedRuns = queuedRuns
    }
}
