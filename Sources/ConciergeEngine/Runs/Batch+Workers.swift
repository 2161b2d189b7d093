import ConciergeKit

extension Batch {
    /// A worker has connected. Runs of its tasks begin as far as there is capacity.
    mutating func workerCame(_ worker: WorkerID, tasks: Set<TaskID>, limit: Int) -> Answer {
        state.limits.add(worker, tasks: tasks, limit: limit)
        return .done
    }

    /// A worker asks for no more runs.
    mutating func workerLeaves(_ worker: WorkerID) -> Answer {
        state.limits.letLeave(worker)
        return .done
    }

    /// A worker's connection has ended. Its attempts are lost: each was counted in the commit that began it, and the run
    /// begins again at once, if it has attempts left.
    mutating func workerGone(_ worker: WorkerID) throws -> Answer {
        for held in state.limits.remove(worker) {
            let answer = try end(
                held.run, attempt: held.attempt, .lost(reason: "the connection of its worker ended"),
                handlerReturned: true)
            if case .run(let run) = answer { events.append(.runLost(run)) }
        }
        return .done
    }

    /// A worker is done with an attempt that had ended before: it has a place again.
    mutating func handedBack(_ run: RunID, attempt: Int) -> Answer {
        state.limits.takeBack(run, attempt: attempt)
        return .done
    }
}
