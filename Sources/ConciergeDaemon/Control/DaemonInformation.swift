import ConciergeEngine
import ConciergeKit

/// What the control socket asks of the daemon besides requests and runs.
protocol DaemonInformation: Sendable {
    /// What is offered now. It is asked on event loops and answers at once.
    var providers: [ProviderContents] { get }
    /// A service's table, if it is served now.
    func table(of service: String) -> ServiceTable?
    /// Whether a task is served now.
    func serves(task: String) -> Bool
    func providerStatuses() async -> [ProviderStatus]
    func schedules() async -> [ScheduleStatus]
    func status() async throws(LedgerError) -> DaemonStatus
    /// Why a provider, or the one that a service, task or schedule belongs to by its id, does not serve now; nil where
    /// it serves or is not of this build.
    func whyNotServed(_ id: String) async -> Text?
    func isRegistered(_ provider: String) -> Bool
    /// Takes a provider out of quarantine and makes it; false where it is in none.
    func release(provider: String, by actor: String) async throws(LedgerError) -> Bool
    func reload() async throws(ReloadError)
    /// Reports the end of a backup to the journal. `size` and `error` are both nil if the client disconnected.
    func tellBackup(by actor: String, size: Int?, error: LedgerError?)
    /// Tells the journal of a backup that was given up because nobody took it.
    func tellStalledBackup(by actor: String)
}

/// Why a reload was not done, or not wholly.
enum ReloadError: Error {
    /// The configuration is bad; the running one stays in force.
    case refused(ConfigurationError)
    /// It was taken, and what it serves takes effect once the ledger can be written.
    case ledger(LedgerError)
}

/// How a provider is, and what holds its runs back.
struct ProviderStatus: Sendable {
    let status: Supervisor.Status
    let pause: Pause?
    let breaker: Breaker?
}

/// A schedule, where it stands, and when it triggers its task next.
struct ScheduleStatus: Sendable {
    let schedule: Schedule
    let mark: ScheduleMark
    let due: Instant
}

/// How the daemon is.
struct DaemonStatus: Sendable {
    let version: String
    let isStopping: Bool
    let startedAt: Instant
    let store: String
    let providersServing: Int
    let providers: Int
    /// Why nothing can be changed now.
    let trouble: StorageHealth.Trouble?
    /// The log that another program's reading keeps from being written back.
    let heldLog: HeldLog?
    let counts: LedgerCounts
    /// Open requests whose service nobody serves now.
    let unattendedRequests: Int
    /// Queued runs whose task nobody serves now.
    let unattendedRuns: Int
    let nextDue: Instant?
}
