package import ConciergeKit

/// An event of a batch, in addition to the answers. It is true once the batch's changes are committed.
package enum EngineEvent: Sendable, Hashable {
    /// An attempt of a run begins.
    case runStarted(StoredRun)
    /// An attempt of a run begins, and a worker executes it.
    case runGiven(StoredRun, to: WorkerID)
    /// The attempt of a run was lost with its worker; the run is as it is now.
    case runLost(StoredRun)
    /// A run was cancelled while it was under way.
    case runStopped(StoredRun)
    /// A run failed without a caller to answer: the daemon crashed during its last attempt.
    case runGivenUp(StoredRun)
    /// Provider code made a mistake that no answer reports.
    case fault(provider: ProviderID, request: RequestID, event: RequestEvent, reason: String)
    /// A provider's attempts failed repeatedly; its runs are held back.
    case tripped(provider: ProviderID, until: Instant, reason: String)
    /// A provider that was held back works again.
    case recovered(provider: ProviderID)
    /// Elapses of a schedule did not run.
    case skipped(schedule: ScheduleID, at: Instant, reason: SkipReason)
    /// The rule of a timer or of a run's end was postponed, because a claim was taken. It is tried again.
    case postponed(provider: ProviderID, request: RequestID, event: RequestEvent, until: Instant, reason: String)
    /// A request was quarantined because a rule starts timers without delay again and again.
    case looping(RequestID, Quarantine, provider: ProviderID, service: ServiceID)
    /// Staff took a request or a run out of quarantine.
    case released(Quarantine.Subject, by: String)
    /// Somebody paused a provider or a schedule.
    case paused(Pausable, by: String)
    /// Somebody resumed a provider or a schedule.
    case resumed(Pausable, by: String)
}
