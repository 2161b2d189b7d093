import ConciergeEngine
import ConciergeKit

/// Crashes that were recorded, and what is in quarantine.
struct QuarantineTable {
    private struct Recorded {
        let crash: Crash
        var countsAgainstSubject: Bool
        var countsAgainstProvider: Bool
    }

    private struct Subject: Hashable {
        let kind: Quarantine.Kind
        let id: String
    }

    private var crashes: [String: Recorded] = [:]
    private var held: [Subject: Quarantine] = [:]
    /// The requests that are in quarantine.
    private(set) var requests: Set<String> = []

    mutating func apply(_ changes: QuarantineChanges) {
        for quarantine in changes.begun.values { _ = hold(quarantine) }
        for request in changes.releasedRequests.keys { release(.request, request) }
        for run in changes.releasedRuns { release(.run, run) }
    }

    /// Puts something into quarantine; false where it is in it already.
    mutating func hold(_ quarantine: Quarantine) -> Bool {
        let subject = Subject(kind: quarantine.kind, id: quarantine.id)
        guard held[subject] == nil else { return false }
        held[subject] = quarantine
        if quarantine.kind == .request { requests.insert(quarantine.id) }
        return true
    }

    /// Takes something out of quarantine and counts its crashes anew; false where it was in none.
    @discardableResult
    mutating func release(_ kind: Quarantine.Kind, _ id: String) -> Bool {
        for (key, recorded) in crashes {
            if kind == .provider {
                if recorded.crash.place.provider == id { crashes[key]?.countsAgainstProvider = false }
            } else if recorded.crash.place.subject == id {
                crashes[key]?.countsAgainstSubject = false
            }
        }
        if kind == .request { requests.remove(id) }
        return held.removeValue(forKey: Subject(kind: kind, id: id)) != nil
    }

    /// Records a crash; false where it is recorded already.
    mutating func record(_ crash: Crash) -> Bool {
        guard crashes[crash.id] == nil else { return false }
        crashes[crash.id] = Recorded(
            crash: crash, countsAgainstSubject: crash.subject != nil,
            countsAgainstProvider: crash.countsAgainstProvider)
        return true
    }

    // MARK: Reading

    /// All that is in quarantine, the longest first.
    var all: [Quarantine] { held.values.sorted { ($0.since, $0.id) < ($1.since, $1.id) } }

    func count(_ kind: Quarantine.Kind) -> Int { held.keys.count { $0.kind == kind } }

    func quarantine(_ kind: Quarantine.Kind, _ id: String) -> Quarantine? { held[Subject(kind: kind, id: id)] }

    /// Why a run waits: because of its own crashes, or those of its request.
    func quarantine(of run: StoredRun) -> Quarantine? {
        guard !held.isEmpty else { return nil }
        return quarantine(.run, run.id) ?? run.request.flatMap { quarantine(.request, $0) }
    }

    /// How often a request or run has crashed since it was last released.
    func crashes(of subject: String) -> Int {
        crashes.values.count { $0.countsAgainstSubject && $0.crash.place.subject == subject }
    }

    /// When a provider has crashed since it was last released.
    func crashTimes(of provider: String) -> [Instant] {
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
            // As many as the policy looks at.
            return CrashRecord(
                crash: crash, count: count ?? min(times.count, policy.providerLimit), quarantines: quarantines)
        }
    }

    /// Nil where the crash has no request or run, or it was never committed.
    private func countOfSubject(of crash: Crash) -> Int? {
        guard let (kind, id) = crash.subject else { return nil }
        let isThere = kind == .request ? request(id) != nil : run(id) != nil
        return isThere ? quarantineTable.crashes(of: id) : nil
    }

    /// False where it is in quarantine already, or is a run that has ended: a handler may crash after its attempt.
    private mutating func begin(_ quarantine: Quarantine) -> Bool {
        if quarantine.kind == .run, run(quarantine.id)?.state.isFinished != false { return false }
        guard quarantineTable.hold(quarantine) else { return false }
        if quarantine.kind == .request, let request = request(quarantine.id) {
            _ = requestTable.append([
                Entry(
                    request: request.id, service: request.service, at: quarantine.since, actor: "concierged",
                    event: Quarantine.begun, from: request.state, to: request.state, note: quarantine.note)
            ])
        }
        return true
    }

    /// A request as it is shown.
    func view(of request: StoredRequest) -> RequestView {
        RequestView(
            request: request, timers: timers(of: request.id),
            quarantine: quarantineTable.quarantine(.request, request.id))
    }

    /// A run as it is shown: with its quarantine where it waits because of one.
    func shown(_ run: StoredRun) -> StoredRun {
        var run = run
        if run.state == .queued { run.quarantine = quarantineTable.quarantine(of: run) }
        return run
    }
}
