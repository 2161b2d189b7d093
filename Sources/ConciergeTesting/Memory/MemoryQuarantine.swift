import ConciergeEngine
import ConciergeKit

/// The recorded crashes, and what is in quarantine.
struct QuarantineTable {
    private struct Recorded {
        let crash: Crash
        var countsAgainstSubject: Bool
        var countsAgainstProvider: Bool
    }

    private var crashes: [String: Recorded] = [:]
    private var held: [Quarantine.Subject: Quarantine] = [:]
    /// The requests that are in quarantine.
    private(set) var requests: Set<RequestID> = []

    mutating func apply(_ changes: QuarantineChanges) {
        for quarantine in changes.begun.values { _ = hold(quarantine) }
        for request in changes.releasedRequests.keys { release(.request(request)) }
        for run in changes.releasedRuns { release(.run(run)) }
    }

    /// Puts something into quarantine; returns false if it is there already.
    mutating func hold(_ quarantine: Quarantine) -> Bool {
        guard held[quarantine.subject] == nil else { return false }
        held[quarantine.subject] = quarantine
        if case .request(let id) = quarantine.subject { requests.insert(id) }
        return true
    }

    /// Takes something out of quarantine and resets its crash count; returns false if it was not in quarantine.
    @discardableResult
    mutating func release(_ subject: Quarantine.Subject) -> Bool {
        for (key, recorded) in crashes {
            if subject == .provider(recorded.crash.place.provider) { crashes[key]?.countsAgainstProvider = false }
            if subject == recorded.crash.subject { crashes[key]?.countsAgainstSubject = false }
        }
        if case .request(let id) = subject { requests.remove(id) }
        return held.removeValue(forKey: subject) != nil
    }

    /// Records a crash; returns false if it is recorded already.
    mutating func record(_ crash: Crash) -> Bool {
        guard crashes[crash.id] == nil else { return false }
        crashes[crash.id] = Recorded(
            crash: crash, countsAgainstSubject: crash.subject != nil,
            countsAgainstProvider: crash.countsAgainstProvider)
        return true
    }

    // MARK: Reading

    /// All quarantines, the oldest first.
    var all: [Quarantine] { held.values.sorted { $0.since < $1.since } }

    var countOfRuns: Int { held.keys.count { if case .run = $0 { true } else { false } } }

    func quarantine(of subject: Quarantine.Subject) -> Quarantine? { held[subject] }

    /// The quarantine that holds a run back: its own, or that of its request.
    func quarantine(of run: StoredRun) -> Quarantine? {
        guard !held.isEmpty else { return nil }
        return quarantine(of: .run(run.id)) ?? run.request.flatMap { quarantine(of: .request($0)) }
    }

    /// How often a request or run has crashed since it was last released.
    func crashes(of subject: Quarantine.Subject) -> Int {
        crashes.values.count { $0.countsAgainstSubject && $0.crash.subject == subject }
    }

    /// The times at which a provider has crashed since it was last released.
    func crashTimes(of provider: ProviderID) -> [Instant] {
        crashes.values.filter { $0.countsAgainstProvider && $0.crash.place.provider == provider }.map(\.crash.at)
    }
}

extension Memory {
    /// Records crashes, each once, and quarantines by the policy.
    mutating func record(_ crashes: [Crash], by policy: CrashPolicy) -> [CrashRecord] {
        crashes.compactMap { crash in
            guard quarantineTable.record(crash) else { return nil }
            let count = countOfSubject(of: crash)
            let times = quarantineTable.crashTimes(of: crash.place.provider)
            let quarantines = policy.quarantines(after: crash, count: count ?? 0, providerCrashes: times)
                .filter { begin($0) }
            // At most as many as the policy counts.
            return CrashRecord(
                crash: crash, count: count ?? min(times.count, policy.providerLimit), quarantines: quarantines)
        }
    }

    /// The number of crashes of the crash's request or run; nil if it has none, or if that was never committed.
    private func countOfSubject(of crash: Crash) -> Int? {
        guard let subject = crash.subject else { return nil }
        let isThere =
            switch subject {
            case .request(let id): request(id) != nil
            case .run(let id): run(id) != nil
            case .provider: false
            }
        return isThere ? quarantineTable.crashes(of: subject) : nil
    }

    /// Returns false if the subject is in quarantine already, or is a run that has ended: a handler may crash after its
    /// attempt.
    private mutating func begin(_ quarantine: Quarantine) -> Bool {
        if case .run(let id) = quarantine.subject, run(id)?.state.isFinished != false { return false }
        guard quarantineTable.hold(quarantine) else { return false }
        if case .request(let id) = quarantine.subject, let request = request(id) {
            _ = requestTable.append([
                Entry(
                    request: request.id, service: request.service, at: quarantine.since, actor: "concierged",
                    event: .quarantined, from: request.state, to: request.state, note: quarantine.note)
            ])
        }
        return true
    }

    /// A request as it is shown.
    func view(of request: StoredRequest) -> RequestView {
        RequestView(
            request: request, timers: timers(of: request.id),
            commitments: commitments(of: request.id).map { CommitmentView($0) },
            quarantine: quarantineTable.quarantine(of: .request(request.id)),
            place: waitingTable.place(of: request.id),
            followers: request.isFollowed ? followerTable.followers(of: request.id) : [])
    }

    /// A run as it is shown: with its quarantine, if it waits because of one.
    func shown(_ run: StoredRun) -> StoredRun {
        var run = run
        if run.state == .queued { run.quarantine = quarantineTable.quarantine(of: run) }
        return run
    }
}
