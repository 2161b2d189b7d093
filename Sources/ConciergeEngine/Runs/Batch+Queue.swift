import ConciergeKit

extension Batch {
    /// Stages a new run, and starts it at once if there is capacity and no run is queued before it.
    @discardableResult
    mutating func begin(_ run: StoredRun) -> StoredRun {
        staged.create(run)
        guard !state.limits.mayHaveQueued(run.provider), run.due <= now,
            state.limits.capacity(of: run.provider, in: registry, at: now) > 0,
            let task = registry.task(run.task)?.task,
            state.limits.hasCapacity(for: task, at: now), hasCapacityBesideItsSchedule(run)
        else {
            state.limits.markQueued(for: run.provider)
            return run
        }
        return start(run)
    }

    private func hasCapacityBesideItsSchedule(_ run: StoredRun) -> Bool {
        guard let schedule = run.schedule.flatMap({ registry.schedules[$0] }) else { return true }
        return state.limits.hasCapacity(for: schedule)
    }

    /// Counts an attempt and takes capacity for it.
    @discardableResult
    private mutating func start(_ run: StoredRun) -> StoredRun {
        var run = run
        run.state = .running
        run.attempt += 1
        run.startedAt = now
        staged.change(run)
        let task = registry.task(run.task)?.task
        if let begun = state.limits.begin(run, rate: task?.rate, at: now) { staged.rate(run.task, begun: begun) }
        if task?.executor == .worker {
            if let worker = state.limits.give(run) { events.append(.runGiven(run, to: worker)) }
        } else {
            events.append(.runStarted(run))
        }
        return run
    }

    /// Starts queued runs of every provider that has capacity.
    mutating func startQueuedRuns() throws {
        for provider in state.limits.takeDirty() {
            while try startSome(of: provider) {}
        }
    }

    /// Starts the runs that one query of the queue finds. Returns whether another query may find more.
    private mutating func startSome(of provider: ProviderID) throws -> Bool {
        let room = state.limits.capacity(of: provider, in: registry, at: now)
        guard room > 0 else { return false }
        // A run whose task is not in this build waits until a build has the task again, and takes no capacity until
        // then.
        let tasks = registry.tasks(of: provider)
        let open = tasks.filter { state.limits.hasCapacity(for: $0, at: now) }
        let held = state.limits.busySchedules.filter { id in
            registry.schedules[id].map { !state.limits.hasCapacity(for: $0) } ?? false
        }
        let runs = try staged.queuedRuns(
            QueueQuery(
                provider: provider, tasks: Set(open.map(\.key)), notOfSchedules: held, quarantined: state.quarantined,
                dueBy: now, limit: room))
        if runs.isEmpty {
            // If the query left out no task and no schedule, no run is queued.
            if open.count == tasks.count, held.isEmpty { state.limits.markNoneQueued(for: provider) }
            return false
        }
        var isAllBegun = true
        for run in runs {
            if run.attempt >= run.attempts {
                try giveUp(run)
            } else if let task = registry.task(run.task)?.task, state.limits.hasCapacity(for: task, at: now),
                hasCapacityBesideItsSchedule(run)
            {
                start(run)
            } else {
                // Runs that were started earlier in this loop have taken the last capacity of its task or schedule.
                isAllBegun = false
            }
        }
        if isAllBegun, runs.count < room, open.count == tasks.count, held.isEmpty {
            state.limits.markNoneQueued(for: provider)
            return false
        }
        return true
    }

    /// Releases the capacity that a handler kept after its attempt had ended.
    mutating func returned(_ task: TaskID, of provider: ProviderID) -> Answer {
        state.limits.giveBack(task, of: provider)
        return .done
    }

    /// Fails a run that was queued again after a crash in its last attempt. It has no attempts left, and it may have
    /// caused the crash.
    private mutating func giveUp(_ run: StoredRun) throws {
        var run = run
        run.state = .failed
        run.error = "the daemon ended abruptly during the last attempt"
        run.finishedAt = now
        staged.change(run)
        events.append(.runGivenUp(run))
        try tellRequest(of: run)
    }
}
