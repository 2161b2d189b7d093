package import ConciergeKit

/// Provider code that was inside when the daemon died.
package struct Crash: Sendable, Hashable {
    /// How the daemon died.
    package enum Cause: Sendable, Hashable {
        /// Of a trap or fault of its own.
        case signal(String)
        /// Ended from outside by a signal that leaves a core, as systemd's watchdog does with a rule that never ends.
        case aborted
        /// Without a word: SIGKILL, also the kernel's where memory ran out.
        case killed

        /// The cause in a word.
        package var word: String {
            switch self {
            case .signal(let name): name
            case .aborted: "aborted"
            case .killed: "killed"
            }
        }
    }

    /// The same crash always has the same id, so that it is counted once.
    package let id: String
    package let at: Instant
    package let cause: Cause
    package let place: CodeLocation
    /// How many were suspected of this one crash: 1 where it is certain.
    package let suspects: Int
    package let countsAgainstProvider: Bool

    package init(
        id: String, at: Instant, cause: Cause, place: CodeLocation, suspects: Int = 1,
        countsAgainstProvider: Bool = true
    ) {
        self.id = id
        self.at = at
        self.cause = cause
        self.place = place
        self.suspects = suspects
        self.countsAgainstProvider = countsAgainstProvider
    }

    /// What it counts against besides the provider: a request or a run that there is.
    package var subject: (kind: Quarantine.Kind, id: String)? {
        switch (place.kind, place.subject) {
        case (.rule, let id?): (.request, id)
        case (.handler, let id?): (.run, id)
        default: nil
        }
    }
}

/// Something that is not executed until staff release it.
package struct Quarantine: Sendable, Hashable {
    package enum Kind: String, Sendable {
        case request, run, provider
    }

    package let kind: Kind
    /// The request's, run's or provider's.
    package let id: String
    package let since: Instant
    /// How often it crashed the daemon since it was last released.
    package let crashes: Int
    /// Where it was the last time, and of what the daemon died.
    package let event: String
    package let cause: String

    package init(kind: Kind, id: String, since: Instant, crashes: Int, event: String, cause: String) {
        self.kind = kind
        self.id = id
        self.since = since
        self.crashes = crashes
        self.event = event
        self.cause = cause
    }
}

/// What the ledger made of a crash.
package struct CrashRecord: Sendable, Hashable {
    package let crash: Crash
    /// How often its request or run, else its provider, has crashed the daemon since it was last released.
    package let count: Int
    /// What was quarantined because of it.
    package let quarantines: [Quarantine]

    package init(crash: Crash, count: Int, quarantines: [Quarantine]) {
        self.crash = crash
        self.count = count
        self.quarantines = quarantines
    }
}
