package import ConciergeKit

/// A crash of the daemon while it executed provider code.
package struct Crash: Sendable, Hashable {
    /// How the daemon died.
    package enum Cause: Sendable, Hashable {
        /// A trap or fault of the daemon's own; the name of the signal.
        case signal(String)
        /// A signal from outside that leaves a core, as systemd's watchdog sends when a rule never ends.
        case aborted
        /// SIGKILL, which leaves no report. The kernel also sends it when memory runs out.
        case killed

        /// The cause as one word.
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
    /// How many places in provider code are suspected of this crash: 1 if the cause is certain.
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

    /// The existing request or run that the crash counts against, in addition to the provider.
    package var subject: Quarantine.Subject? {
        switch place.kind {
        case .rule: place.subject.flatMap(RequestID.init).map { .request($0) }
        case .handler: place.subject.flatMap(RunID.init).map { .run($0) }
        case .making, .opening, .trigger: nil
        }
    }
}

/// A request, run or provider that is not executed until staff release it.
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
    /// The code that was executing at the last crash, as a short name for people, and the cause of that crash.
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

/// The result of recording a crash in the ledger.
package struct CrashRecord: Sendable, Hashable {
    package let crash: Crash
    /// How often the crash's request or run, or else its provider, has crashed the daemon since it was last released.
    package let count: Int
    /// What was quarantined because of it.
    package let quarantines: [Quarantine]

    package init(crash: Crash, count: Int, quarantines: [Quarantine]) {
        self.crash = crash
        self.count = count
        self.quarantines = quarantines
    }
}
