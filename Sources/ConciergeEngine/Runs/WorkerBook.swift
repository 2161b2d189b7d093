package import ConciergeKit

/// One connection of a worker. It is named anew each time that a worker connects.
package struct WorkerID: NameID {
    package let rawValue: String
    package init(_ text: String) { rawValue = text }
}

/// The workers that are connected, and the attempts that each holds.
///
/// It is kept in memory only: a worker's connection ends with the daemon.
package struct WorkerBook: Sendable {
    /// An attempt that a worker holds. A run may have several: one that is over, and which the worker has not handed
    /// back, and its present one.
    package struct Held: Sendable, Hashable {
        package let run: RunID
        package let attempt: Int
    }

    private struct Worker {
        let tasks: Set<TaskID>
        /// The maximum number of attempts that it holds at once; 0 once it leaves.
        var limit: Int
        var held: Set<Held> = []

        var places: Int { limit - held.count }
    }

    private var workers: [WorkerID: Worker] = [:]
    private var holders: [Held: WorkerID] = [:]

    mutating func add(_ worker: WorkerID, tasks: Set<TaskID>, limit: Int) {
        workers[worker] = Worker(tasks: tasks, limit: max(0, limit))
    }

    mutating func letLeave(_ worker: WorkerID) { workers[worker]?.limit = 0 }

    /// Removes a worker. Returns the attempts that it held, in a stable order.
    mutating func remove(_ worker: WorkerID) -> [Held] {
        let held = workers.removeValue(forKey: worker)?.held ?? []
        for one in held { holders[one] = nil }
        return held.sorted { ($0.run, $0.attempt) < ($1.run, $1.attempt) }
    }

    /// Whether a worker that executes the task can take another attempt.
    func hasPlace(for task: TaskID) -> Bool {
        workers.values.contains { $0.places > 0 && $0.tasks.contains(task) }
    }

    /// Gives an attempt to the worker with the most places; nil if no worker has one.
    mutating func give(_ run: StoredRun) -> WorkerID? {
        let able = workers.filter { $0.value.places > 0 && $0.value.tasks.contains(run.task) }
        guard let worker = able.max(by: { ($0.value.places, $1.key) < ($1.value.places, $0.key) })?.key else {
            return nil
        }
        let held = Held(run: run.id, attempt: run.attempt)
        workers[worker]?.held.insert(held)
        holders[held] = worker
        return worker
    }

    /// Frees the place that an attempt takes. Returns the tasks of which another run may be given now.
    mutating func takeBack(_ held: Held) -> Set<TaskID> {
        guard let worker = holders.removeValue(forKey: held) else { return [] }
        workers[worker]?.held.remove(held)
        return workers[worker]?.tasks ?? []
    }
}
