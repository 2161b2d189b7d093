package import ConciergeKit

extension Engine {
    /// Something that was decided besides the answers, and that operations want to know.
    package enum Remark: Sendable, Hashable {
        /// A provider's attempts failed over and over; its runs are held back.
        case tripped(provider: String, until: Instant, reason: String)
        /// A provider that was held back works again.
        case recovered(provider: String)
        /// Elapses of a schedule did not run.
        case skipped(schedule: String, at: Instant, reason: SkipReason)
        /// A claim was taken that the rule of a timer or of a run's end asked for: it is tried again.
        case postponed(provider: String, request: String, event: String, until: Instant, reason: String)
        /// A request was quarantined because its timers fire over and over.
        case quarantined(Quarantine, provider: String, service: String)
        case paused(Pausable, by: String)
        case resumed(Pausable, by: String)
    }
}
