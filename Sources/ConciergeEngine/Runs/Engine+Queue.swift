import ConciergeKit

extension Engine {
    /// Puts a new run into the book, begun at once where there is room and nobody waits before it.
    @discardableResult
    func begin(_ run: StoredRun, at desk: inout Desk) -> StoredRun {
        desk.book.create(run)
        guard !desk.slots.mayHaveQueued(run.provider), run.due <= desk.now,
            desk.slots.room(of: run.provider, in: registry, at: desk.now) > 0, let task = registry.task(run.task)?.task,
            desk.slots.hasRoom(for: task, at: desk.now), hasRoomBesideItsSchedule(run, at: desk)
        else {
            desk.slots.expectQueued(for: run.provider)
            return run
        }
        return start(run, at: &desk)
    }

    private func hasRoomBesideItsSchedule(_ run: StoredRun, at desk: Desk) -> Bool {
        guard let schedule = run.schedule.flatMap({ registry.schedules[$0] }) else { return true }
        return desk.slots.hasRoom(for: schedule)
    }

    /// Counts an attempt and takes its place.
    @discardableResult
    private func start(_ run: StoredRun, at desk: inout Desk) -> StoredRun {
        var run = run
        run.state = .running
        run.attempt += 1
        run.startedAt = desk.now
        desk.book.change(run)
        let rate = registry.task(run.task)?.task.rate
        if let begun = desk.slots.begin(run, rate: rate, at: desk.now) { desk.book.rate(run.task, begun: begun) }
        desk.decision.started.append(run)
        return run
    }

    /// Begins queued runs wherever there is room.
    func startQueuedRuns(at desk: inout Desk) throws {
        for provider in desk.slots.takeStirred() {
            while try startSome(of: provider, at: &desk) {}
        }
    }

    /// Begins what one look at the queue finds; says whether another look may find more.
    private func startSome(of provider: String, at desk: inout Desk) throws -> Bool {
        let room = desk.slots.room(of: provider, in: registry, at: desk.now)
        guard room > 0 else { return false }
        // A run whose task left the build waits for its return, and takes nobody's place meanwhile.
        let tasks = registry.tasks(of: provider)
        let open = tasks.filter { desk.slots.hasRoom(for: $0, at: desk.now) }
        let held = desk.slots.busySchedules.filter { id in
            registry.schedules[id].map { !desk.slots.hasRoom(for: $0) } ?? false
        }
        let runs = try desk.book.queuedRuns(
            QueueQuery(
                provider: provider, tasks: Set(open.map(\.id)), notOfSchedules: held, quarantined: desk.quarantined,
                dueBy: desk.now, limit: room))
        if runs.isEmpty {
            // Where nothing was held back, nothing waits.
            if open.count == tasks.count, held.isEmpty { desk.slots.foundNoneQueued(for: provider) }
            return false
        }
        var isAllBegun = true
        for run in runs {
            if run.attempt >= run.attempts {
                try giveUp(run, at: &desk)
            } else if let task = registry.task(run.task)?.task, desk.slots.hasRoom(for: task, at: desk.now),
                hasRoomBesideItsSchedule(run, at: desk)
            {
                start(run, at: &desk)
            } else {
                // Those begun before it in this look have taken the last place of its task or schedule.
                isAllBegun = false
            }
        }
        if isAllBegun, runs.count < room, open.count == tasks.count, held.isEmpty {
            desk.slots.foundNoneQueued(for: provider)
            return false
        }
        return true
    }

    /// Gives back the place that a handler kept beyond its attempt.
    func returned(_ task: String, of provider: String, at desk: inout Desk) -> Answer {
        desk.slots.giveBack(task, of: provider)
        return .done
    }

    /// Fails a run that was taken up again after a crash in its last attempt. It has none left, and the crash may have
    /// been its own doing.
    private func giveUp(_ run: StoredRun, at desk: inout Desk) throws {
        var run = run
        run.state = .failed
        run.error = "the daemon ended abruptly during the last attempt"
        run.finishedAt = desk.now
        desk.book.change(run)
        desk.decision.givenUp.append(run)
        try tellRequest(of: run, at: &desk)
    }
}
