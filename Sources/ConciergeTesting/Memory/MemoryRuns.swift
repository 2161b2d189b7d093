import ConciergeEngine
import ConciergeKit
import JSON

/// Runs in the order of their ids, and the pauses and rates that survive a restart.
struct RunTable {
    private(set) var all: [RunID: StoredRun] = [:]
    private(set) var pauses: [ProviderID: Pause] = [:]
    private(set) var rates: [TaskID: [Instant]] = [:]
    /// The ids in the order of the lists.
    private var order: [RunID] = []

    /// The greatest id.
    var last: RunID? { order.last }

    mutating func apply(_ changes: RunChanges) {
        for run in changes.changed.values where all[run.id] != nil { all[run.id] = run }
        for run in changes.created.values.sorted(by: { $0.id < $1.id }) {
            order.insert(run.id, at: order.lastIndex { $0 < run.id }.map { $0 + 1 } ?? 0)
            all[run.id] = run
        }
        for (provider, pause) in changes.pauses { pauses[provider] = pause }
        rates.merge(changes.rates) { $1 }
    }

    mutating func delete(where isDeleted: (StoredRun) -> Bool) {
        let before = all.count
        all = all.filter { !isDeleted($0.value) }
        if all.count < before { order.removeAll { all[$0] == nil } }
    }

    /// Queues the runs again that are under way; returns their number.
    mutating func requeueRunning(at now: Instant) -> Int {
        set(dueAt: now) { $0.state == .running }
    }

    /// Makes queued runs due now if only a clock that was ahead can have computed their due time; returns their number.
    mutating func requeueFuture(at now: Instant) -> Int {
        set(dueAt: now) { run in
            run.state == .queued && run.due > now && (run.createdAt > now || run.startedAt.map { $0 > now } ?? false)
        }
    }

    private mutating func set(dueAt now: Instant, where isMeant: (StoredRun) -> Bool) -> Int {
        let meant = all.values.filter(isMeant)
        for var run in meant {
            (run.state, run.due) = (.queued, now)
            all[run.id] = run
        }
        return meant.count
    }

    // MARK: Reading

    func count(_ state: StoredRun.State) -> Int { all.values.count { $0.state == state } }

    /// Queued runs that are due, in ``QueueQuery/order(_:_:)``.
    func queued(_ query: QueueQuery, where mayBegin: (StoredRun) -> Bool) -> [StoredRun] {
        Array(
            all.values.filter { query.takes($0) && mayBegin($0) }.sorted(by: QueueQuery.order).prefix(query.limit))
    }

    func unfinished(withKey key: String) -> StoredRun? {
        all.values.first { $0.uniqueKey == key && !$0.state.isFinished }
    }

    func unfinished(of schedule: ScheduleID) -> [RunID] {
        all.values.filter { $0.schedule == schedule && !$0.state.isFinished }.map(\.id)
    }

    func nextDue(after now: Instant) -> Instant? {
        all.values.lazy.filter { $0.state == .queued && $0.due > now }.map(\.due).min()
    }

    /// By task, how many runs are queued.
    func countQueued(besides tasks: Set<TaskID>) -> [TaskID: Int] {
        all.values.reduce(into: [:]) { counts, run in
            if run.state == .queued && !tasks.contains(run.task) { counts[run.task, default: 0] += 1 }
        }
    }

    /// A page of the runs that match a query, the newest first.
    func page(_ query: RunQuery, shown: (StoredRun) -> StoredRun) -> Page<StoredRun> {
        let after = query.after ?? .max
        var page = PageBuilder<StoredRun>(limit: query.limit, bytes: PageBounds.bytes, after: after)
        for id in order.reversed() where id.number < after {
            guard let run = all[id], query.state == nil || run.state == query.state else { continue }
            if query.task == nil || run.task == query.task {
                let input = run.input.description.utf8.count
                guard page.append(shown(run), bytes: run.replyBytes(input: input)) else { break }
            }
            guard page.advance(to: id.number) else { break }
        }
        return page.page
    }
}
