package import ConciergeKit

/// How many crashes cause a quarantine.
package struct CrashPolicy: Sendable, Hashable {
    /// The number of crashes that quarantines a request or run, however long they are apart.
    package var limit = 3
    /// The number of crashes within ``window`` that quarantines a provider.
    package var providerLimit = 5
    package var window = Duration.minutes(10)

    package init() {}

    /// What is quarantined after a crash.
    ///
    /// - Parameters:
    ///   - count: How often the crash's request or run has crashed since it was last released, this one included.
    ///   - providerCrashes: When the provider crashed since it was last released, this one included if it counts
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

/// The requests and runs in quarantine.
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

    /// Whether a run is held back, because it or the request that asked for it is in quarantine.
    package func holds(_ run: StoredRun) -> Bool {
        runs.contains(run.id) || run.request.map(requests.contains) ?? false
    }

    mutating func hold(request: RequestID) { requests.insert(request) }
    mutating func release(request: RequestID) { requests.remove(request) }
    mutating func release(run: RunID) { runs.remove(run) }
}
