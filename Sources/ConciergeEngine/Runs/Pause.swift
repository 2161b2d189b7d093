package import ConciergeKit

/// A pause of a provider's runs. It survives a restart.
package struct Pause: Sendable, Hashable {
    package let provider: ProviderID
    package let since: Instant
    package let actor: String

    package init(provider: ProviderID, since: Instant, actor: String) {
        self.provider = provider
        self.since = since
        self.actor = actor
    }
}

/// What can be paused and resumed.
package enum Pausable: Sendable, Hashable {
    /// The provider's runs wait. Its requests, their timers and its schedules continue, and the runs that they ask for
    /// wait too.
    case provider(ProviderID)
    /// The schedule's elapses are skipped.
    case schedule(ScheduleID)
}
