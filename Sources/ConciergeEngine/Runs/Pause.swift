package import ConciergeKit

/// That somebody holds a provider's runs back. It holds over a restart.
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
    /// Its runs wait. Its requests, their timers and its schedules go on, and the runs they ask for wait too.
    case provider(ProviderID)
    /// Its elapses are passed over.
    case schedule(ScheduleID)
}
