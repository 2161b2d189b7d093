import ConciergeEngine
import ConciergeKit

extension Memory {
    /// Deletes what has been kept for long enough, by the rules of every ledger.
    @discardableResult
    mutating func prune(_ retention: Retention, at now: Instant) -> Pruned {
        func isOld(_ moment: Instant?, _ keep: Keep) -> Bool {
            guard let moment, let cutoff = keep.cutoff(at: now) else { return false }
            return moment <= cutoff
        }
        var pruned = Pruned()
        let pending = Set(runs.values.filter { !$0.state.isFinished }.compactMap(\.request)).union(holders.values)
            .union(timers.filter { !$0.value.isEmpty }.keys)
        for request in requests.values
        where isOld(request.closedAt, retention.keep(of: request.service)) && !pending.contains(request.id) {
            delete(request: request.id)
            pruned.requests += 1
        }
        for run in runs.values where run.state.isFinished {
            let keep = run.state == .failed ? retention.failedRuns : retention.finishedRuns
            let isNeeded = run.request.flatMap { requests[$0] }?.isOpen ?? false
            guard !isNeeded, isOld(run.finishedAt, keep) else { continue }
            delete(run: run.id)
            pruned.runs += 1
        }
        for answer in answers.values where isOld(answer.at, retention.answers) {
            delete(answer: answer.key)
            pruned.answers += 1
        }
        return pruned
    }
}
