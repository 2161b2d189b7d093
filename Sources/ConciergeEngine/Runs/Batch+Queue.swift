import ConciergeKit

extension Batch {
    /// Stages a new run, begun at once where there is room and nobody waits before it.
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

    /// Counts an attempt and takes its place.
    @discardableResult
    private mutating func start(_ run: StoredRun) -> StoredRun {
        var run = run
        run.state = .running
        run.attempt += 1
        run.startedAt = now
        staged.change(run)
        let rate = registry.task(run.task)?.task.rate
        if let begun = state.limits.begin(run, rate: rate, at: now) { staged.rate(run.task, begun: begun) }
        events.append(.runStarted(run))
        return run
    }

    /// Begins queued runs wherever there is room.
    mutating func startQueuedRuns() throws {
        for provider in state.limits.takeDirty() {
            while try startSome(of: provider) {}
        }
    }

    /// Begins what one look at the queue finds; says whether another look may find more.
    private mutating func startSome(of provider: ProviderID) throws -> Bool {
        let room = state.limits.capacity(of: provider, in: registry, at: now)
        guard room > 0 else { return false }
        // A run whose task left the build waits for its return, and takes nobody's place meanwhile.
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
            // Where nothing was held back, nothing waits.
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
                // Those begun before it in this look have taken the last place of its task or schedule.
                isAllBegun = false
            }
        }
        if isAllBegun, runs.count < room, open.count == tasks.count, held.isEmpty {
            state.limits.markNoneQueued(for: provider)
            return false
        }
        return true
    }

    /// Gives back the place that a handler kept beyond its attempt.
    mutating func returned(_ task: TaskID, of provider: ProviderID) -> Answer {
        state.limits.giveBack(task, of: provider)
        return .done
    }

    /// Fails a run that was taken up again after a crash in its last attempt. It has none left, and the crash may have
    /// been its own doing.
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
