package import ConciergeKit

/// After how many crashes something is quarantined.
package struct CrashPolicy: Sendable, Hashable {
    /// Crashes of one request or run, however long they are apart.
    package var limit = 3
    /// Crashes of one provider within ``window``.
    package var providerLimit = 5
    package var window = Duration.minutes(10)

    package init() {}

    /// What is quarantined after a crash.
    ///
    /// - Parameters:
    ///   - count: How often the crash's request or run has crashed since it was last released, this one included.
    ///   - providerCrashes: When the provider crashed since it was last released, this one included where it counts
    ///     against the provider.
    package func quarantines(after crash: Crash, count: Int, providerCrashes: [Instant]) -> [Quarantine] {
        var quarantines: [Quarantine] = []
        func add(_ subject: Quarantine.Subject, _ crashes: Int) {
            quarantines.append(
                Quarantine(
                    of: subject, since: crash.at, crashes: crashes, event: crash.place.event,
                    cause: crash.cause.word))
        }
        if let subject = crash.subject, count >= limit { add(subject, count) }
        let recent = providerCrashes.count { $0 <= crash.at && crash.at - $0 <= window }
        if crash.countsAgainstProvider, recent >= providerLimit { add(.provider(crash.place.provider), recent) }
        return quarantines
    }
}

/// The requests and runs that are not executed now.
package struct Quarantined: Sendable, Hashable {
    package private(set) var requests: Set<RequestID> = []
    package private(set) var runs: Set<RunID> = []

    package init() {}

    package init(_ quarantines: some Sequence<Quarantine>) {
        for quarantine in quarantines {
            switch quarantine.subject {
            case .request(let id): requests.insert(id)
            case .run(let id): runs.insert(id)
            case .provider: break
            }
        }
    }

    /// Whether a run waits: its own crashes, or those of the request that asked for it.
    package func holds(_ run: StoredRun) -> Bool {
        runs.contains(run.id) || run.request.map(requests.contains) ?? false
    }

    mutating func hold(request: RequestID) { requests.insert(request) }
    mutating func release(request: RequestID) { requests.remove(request) }
    mutating func release(run: RunID) { runs.remove(run) }
}
