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
    package var subject: Quarantine.Subject? {
        switch place.kind {
        case .rule: place.subject.flatMap(RequestID.init).map { .request($0) }
        case .handler: place.subject.flatMap(RunID.init).map { .run($0) }
        case .making, .opening, .trigger: nil
        }
    }
}

/// Something that is not executed until staff release it.
package struct Quarantine: Sendable, Hashable {
    package enum Subject: Sendable, Hashable {
        case request(RequestID)
        case run(RunID)
        case provider(ProviderID)
    }

    package let subject: Subject
    package let since: Instant
    /// How often it crashed the daemon since it was last released.
    package let crashes: Int
    /// Where it was the last time, in a word for people, and of what the daemon died.
    package let event: String
    package let cause: String

    package init(of subject: Subject, since: Instant, crashes: Int, event: String, cause: String) {
        self.subject = subject
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
