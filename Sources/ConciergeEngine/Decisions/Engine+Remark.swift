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
        case paused(Pausable, by: String)
        case resumed(Pausable, by: String)
    }
}
