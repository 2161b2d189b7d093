package import ConciergeKit

/// Something that happened in a batch besides its answers. It is true once the batch's changes are committed.
package enum EngineEvent: Sendable, Hashable {
    /// An attempt of a run begins.
    case runStarted(StoredRun)
    /// A run was cancelled while it was under way.
    case runStopped(StoredRun)
    /// A run failed without an answer to anybody: a crash took its last attempt.
    case runGivenUp(StoredRun)
    /// Provider code did what it must not, where nobody is told by an answer.
    case fault(provider: ProviderID, request: RequestID, event: RequestEvent, reason: String)
    /// A provider's attempts failed over and over; its runs are held back.
    case tripped(provider: ProviderID, until: Instant, reason: String)
    /// A provider that was held back works again.
    case recovered(provider: ProviderID)
    /// Elapses of a schedule did not run.
    case skipped(schedule: ScheduleID, at: Instant, reason: SkipReason)
    /// A claim was taken that the rule of a timer or of a run's end asked for: it is tried again.
    case postponed(provider: ProviderID, request: RequestID, event: RequestEvent, until: Instant, reason: String)
    /// A request was quarantined because its timers fire over and over.
    case looping(RequestID, Quarantine, provider: ProviderID, service: ServiceID)
    /// Staff took a request or a run out of quarantine.
    case released(Quarantine.Subject, by: String)
    /// Somebody holds runs or elapses back.
    case paused(Pausable, by: String)
    /// Somebody lets them go on.
    case resumed(Pausable, by: String)
}
