package import ConciergeKit
import JSON

extension Batch {
    /// An elapse that is later than this was missed.
    private static let punctuality = Duration.minutes(1)
    /// Runs of one schedule that wait, at most.
    private static let longestQueue = 100
    /// Elapses that one batch catches up with, at most.
    private static let catchUpsPerBatch = 100

    /// Lets all schedules elapse whose moment has come, in the order of their moments.
    mutating func elapse() throws {
        for mark in state.schedules.values.sorted(by: { (registry.due($0), $0.id) < (registry.due($1), $1.id) })
        where registry.due(mark) <= now {
            guard let schedule = registry.schedules[mark.id], let (provider, task) = registry.task(schedule.triggered)
            else {
                continue
            }
            try elapse(mark, schedule, task, of: provider)
        }
    }

    private mutating func elapse(
        _ mark: ScheduleMark, _ schedule: Schedule, _ task: TaskDefinition, of provider: ProviderID
    ) throws {
        let delay = registry.delay(of: mark.id)
        // All moments of the calendar up to here have come.
        let horizon = now - delay
        var plan = schedule.plan(from: mark.next, to: horizon, isPaused: mark.pausedAt != nil)
        if plan.elapses.count > Self.catchUpsPerBatch {
            plan.next = plan.elapses[Self.catchUpsPerBatch]
            plan.elapses.removeSubrange(Self.catchUpsPerBatch...)
            moreIsDue = true
        }
        var mark = mark
        mark.next = plan.next
        for elapse in plan.elapses {
            // What is caught up with waits for its turn, where an elapse on time would be passed over.
            if !plan.isCatchingUp, let reason = try obstacle(to: schedule) {
                plan.skipped = (elapse, reason)
                continue
            }
            let key = try state.observer.inside(
                CodeLocation(.trigger, provider: provider, owner: task.id, event: "schedule")
            ) {
                try task.uniqueKey?([:])
            }
            var run = try newRun(
                of: task, provider, with: [:], by: "schedule", schedule: mark.id, elapse: elapse, uniqueKey: key)
            if try same(as: run) != nil {
                plan.skipped = (elapse, .unfinished)
                continue
            }
            // In the order of their moments, however many there are.
            run.due = min(now, elapse + delay)
            begin(run)
            mark.last = now
        }
        if let (moment, reason) = plan.skipped {
            (mark.skipped, mark.skipReason) = (moment, reason)
            events.append(.skipped(schedule: mark.id, at: moment, reason: reason))
        }
        keep(mark)
    }

    private func obstacle(to schedule: Schedule) throws -> SkipReason? {
        guard schedule.overlap != .allow else { return nil }
        let unfinished = try staged.unfinishedRuns(of: schedule.key)
        if schedule.overlap == .skip { return unfinished > 0 ? .unfinished : nil }
        return unfinished > Self.longestQueue ? .full : nil
    }

    mutating func keep(_ mark: ScheduleMark) {
        state.schedules[mark.id] = mark
        staged.mark(mark)
    }

    /// What of a schedule's elapses is to run.
    struct Plan {
        var elapses: [Instant] = []
        var next: Instant
        var isCatchingUp = false
        var skipped: (moment: Instant, reason: SkipReason)?
    }

    fileprivate static func isLate(_ elapse: Instant, at horizon: Instant) -> Bool {
        horizon - elapse > punctuality
    }
}

extension Schedule {
    /// What is to run of the moments from `first`, which has come, to `horizon`.
    fileprivate func plan(from first: Instant, to horizon: Instant, isPaused: Bool) -> Batch.Plan {
        let latest = recurrence.latest(from: first, to: horizon)
        var plan = Batch.Plan(next: recurrence.next(after: latest))
        guard !isPaused else {
            plan.skipped = (latest, .paused)
            return plan
        }
        switch catchUp {
        case .skip where Batch.isLate(latest, at: horizon):
            plan.skipped = (latest, .missed)
        case .skip, .latest:
            plan.elapses = [latest]
            if first < latest {
                plan.skipped = (recurrence.latest(from: first, to: latest - .milliseconds(1)), .missed)
            }
        case .all(let window):
            let begin = max(first, horizon - window)
            if first < begin {
                plan.skipped = (recurrence.latest(from: first, to: begin - .milliseconds(1)), .missed)
            }
            var elapse = begin == first ? first : recurrence.next(after: begin - .milliseconds(1))
            // One more than a batch takes, which is where the next batch goes on.
            while elapse <= horizon, plan.elapses.count <= 100 {
                plan.elapses.append(elapse)
                let next = recurrence.next(after: elapse)
                guard next > elapse else { break }
                elapse = next
            }
            plan.next = elapse
            plan.isCatchingUp = plan.elapses.count > 1 || Batch.isLate(first, at: horizon)
        }
        return plan
    }
}

extension Recurrence {
    /// The last elapse up to an instant, given an earlier one.
    ///
    /// It looks back from the end in growing steps, so that a daemon which was down for years does not count the
    /// minutes of them.
    func latest(from first: Instant, to end: Instant) -> Instant {
        var found = first
        for step in [Duration.seconds(2), .minutes(2), .hours(2), .days(2), .days(40), .days(400)]
        where end - step > first {
            let elapse = next(after: end - step)
            if elapse <= end {
                found = elapse
                break
            }
        }
        while true {
            let later = next(after: found)
            // Not later only at the end of time.
            if later > end || later <= found { return found }
            found = later
        }
    }
}

extension Registry {
    /// A clock that is put back by less than this is corrected; what it had run already does not run again.
    private static let correction = Duration.days(1)

    /// Where the schedules stand, given where they stood: a new one, or one whose recurrence was changed, elapses
    /// next as it says from now on, and never at once. So does one whose next elapse was worked out by a clock that was
    /// ahead.
    package func marks(stored: [ScheduleMark], now: Instant) -> [ScheduleMark] {
        schedules.values.map { schedule in
            let recurrence = schedule.recurrence.description
            let known = stored.first { $0.id == schedule.key }
            let isAhead = known.map { self.isAhead($0, schedule.recurrence, of: now) } ?? false
            if let known, known.recurrence == recurrence, !isAhead { return known }
            var mark = ScheduleMark(
                id: schedule.key, recurrence: recurrence, last: known?.last,
                next: schedule.recurrence.next(after: now))
            (mark.pausedAt, mark.pausedBy) = (known?.pausedAt, known?.pausedBy)
            (mark.skipped, mark.skipReason) = (known?.skipped, known?.skipReason)
            guard isAhead else { return mark }
            // What is said of moments that are still to come would make it look ahead again.
            if let last = mark.last, last > now { mark.last = nil }
            if let skipped = mark.skipped, skipped > now { (mark.skipped, mark.skipReason) = (nil, nil) }
            return mark
        }
    }

    /// Whether a schedule stands where only a clock that was ahead can have put it: further than the elapse after its
    /// next one, or beyond its next one with something it did more than a day from now.
    ///
    /// One elapse too far alone is what a small correction of the clock leaves, and that elapse has run.
    private func isAhead(_ mark: ScheduleMark, _ recurrence: Recurrence, of now: Instant) -> Bool {
        let next = recurrence.next(after: now)
        guard mark.next > next else { return false }
        if mark.next > recurrence.next(after: next) { return true }
        return [mark.last, mark.skipped].contains { $0.map { $0 > now + Self.correction } ?? false }
    }

    /// When a schedule triggers its task next.
    package func due(_ mark: ScheduleMark) -> Instant { mark.next + delay(of: mark.id) }
}
