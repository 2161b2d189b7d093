import ConciergeEngine
import ConciergeKit

extension Memory {
    /// Deletes what has been kept for long enough: at most `limit` requests, runs and answers, the oldest first.
    @discardableResult
    mutating func prune(_ retention: Retention, at now: Instant, limit: Int = .max) -> Pruned {
        var pruned = Pruned()
        pruned.shares = claimTable.dropShares(at: now, limit: limit)
        pruned.requests = pruneRequests(retention, at: now, limit: limit - pruned.count)
        for states in [[StoredRun.State.succeeded, .cancelled], [.failed]] {
            pruned.runs += pruneRuns(in: states, retention, at: now, limit: limit - pruned.count)
        }
        if let cutoff = retention.answers.cutoff(at: now) {
            let old = answers.values.filter { $0.at <= cutoff }.sorted { $0.at < $1.at }
                .prefix(limit - pruned.count)
            for answer in old { answerTable.delete(answer.key) }
            pruned.answers = old.count
        }
        pruned.isDone = pruned.count < limit
        return pruned
    }

    /// Deletes closed requests of which nothing is pending any more, with their history and their runs.
    private mutating func pruneRequests(_ retention: Retention, at now: Instant, limit: Int) -> Int {
        let old = requests.values.filter { request in
            guard let closed = request.closedAt, let cutoff = retention.keep(of: request.service).cutoff(at: now) else {
                return false
            }
            return closed <= cutoff
        }
        guard !old.isEmpty else { return 0 }
        let pending = Set(runs.values.filter { !$0.state.isFinished }.compactMap(\.request))
            .union(claimTable.holding).union(claimTable.sharing(at: now)).union(timerTable.requests).union(
                quarantineTable.requests)
        let deleted = old.filter { !pending.contains($0.id) }
            .sorted { ($0.closedAt ?? now, $0.id) < ($1.closedAt ?? now, $1.id) }.prefix(limit)
        guard !deleted.isEmpty else { return 0 }
        let ids = Set(deleted.map(\.id))
        requestTable.delete(ids)
        commitmentTable.delete(ids)
        noticeTable.keep(requestTable.lines)
        followerTable.delete(ids)
        for id in ids { undoPoints[id] = nil }
        noteDeletion(of: Array(deleted), at: now)
        runTable.delete { $0.request.map(ids.contains) ?? false }
        return ids.count
    }

    /// Notes in the histories that stay that requests were deleted which a signal joins to theirs.
    private mutating func noteDeletion(of deleted: [StoredRequest], at now: Instant) {
        let causesOfDeleted = deleted.map { causes.removeValue(forKey: $0.id) }
        for (request, cause) in zip(deleted, causesOfDeleted) {
            if let cause, let raiser = self.request(cause.request) {
                _ = requestTable.append([cause.noteDeletion(ofOpened: request.id, to: raiser, at: now)])
            }
            for (id, cause) in causes.sorted(by: { $0.key < $1.key }) where cause.request == request.id {
                guard let other = self.request(id) else { continue }
                _ = requestTable.append([cause.noteDeletion(ofRaiserOf: other, at: now)])
            }
        }
    }

    /// Deletes finished runs, except those of open requests.
    private mutating func pruneRuns(
        in states: [StoredRun.State], _ retention: Retention, at now: Instant, limit: Int
    ) -> Int {
        let keep = states == [.failed] ? retention.failedRuns : retention.finishedRuns
        guard let cutoff = keep.cutoff(at: now) else { return 0 }
        let old = runs.values.filter { run in
            guard let finished = run.finishedAt, finished <= cutoff, states.contains(run.state) else { return false }
            return run.request.flatMap(request)?.isOpen != true
        }
        guard !old.isEmpty else { return 0 }
        let ids = Set(
            old.sorted { ($0.finishedAt ?? now, $0.id) < ($1.finishedAt ?? now, $1.id) }.prefix(limit).map(\.id))
        runTable.delete { ids.contains($0.id) }
        return ids.count
    }
}
