package import ConciergeKit
import JSON

extension Batch {
    /// An elapse that is later than this counts as missed.
    private static let punctuality = Duration.minutes(1)
    /// An elapse on time is skipped if its schedule has more unfinished runs than this.
    private static let longestQueue = 100
    /// The maximum number of missed elapses of one schedule that a batch catches up with.
    fileprivate static let catchUpsPerBatch = 100

    /// Triggers the tasks of all schedules that are due, in the order in which they are due.
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
        // Calendar moments up to this one are due: the schedule's spread delays each of them.
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
            // An elapse that is caught up with is queued in cases where an elapse on time would be skipped.
            if !plan.isCatchingUp, let reason = try obstacle(to: schedule) {
                plan.skipped = (elapse, reason)
                continue
            }
            let (input, key) = try state.observer.inside(
                CodeLocation(.trigger, provider: provider, owner: task.id, event: "schedule")
            ) {
                (task.executor == nil ? [:] : try task.whole([:]), try task.uniqueKey?([:]))
            }
            var run = try newRun(
                of: task, provider, with: input, by: "schedule", schedule: mark.id, elapse: elapse, uniqueKey: key)
            if try same(as: run) != nil {
                plan.skipped = (elapse, .unfinished)
                continue
            }
            // The due times keep the runs in the order of their elapses, however many there are.
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

    /// Which elapses of a schedule to run, and which one comes next.
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
    /// Selects the elapses to run between `first`, which is due, and `horizon`.
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
            // One elapse more than a batch runs: the next batch continues from it.
            while elapse <= horizon, plan.elapses.count <= Batch.catchUpsPerBatch {
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
    /// The last elapse at or before `end`, given the earlier elapse `first`.
    ///
    /// The search goes back from `end` in growing steps, so that a daemon that was down for years does not step through
    /// every minute of them.
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
            // Only at the end of the representable time is `later` not after `found`.
            if later > end || later <= found { return found }
            found = later
        }
    }
}

extension Registry {
    /// A clock that was set back by less than this was corrected: elapses that already ran do not run again.
    private static let correction = Duration.days(1)

    /// The marks of all served schedules, given the stored ones. A schedule that is new, or whose recurrence was
    /// changed, elapses next by its calendar from `now` on, never at once. The same holds for a schedule whose next
    /// elapse was computed by a clock that was ahead.
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
            // Moments in the future would make the mark count as ahead again.
            if let last = mark.last, last > now { mark.last = nil }
            if let skipped = mark.skipped, skipped > now { (mark.skipped, mark.skipReason) = (nil, nil) }
            return mark
        }
    }

    /// Whether only a clock that was ahead can have written this mark: its next elapse lies beyond the second elapse
    /// from now, or beyond the next one while its last or skipped elapse lies more than a day in the future.
    ///
    /// A mark that is one elapse too far, and nothing else, is what a small correction of the clock leaves, and that
    /// elapse has run.
    private func isAhead(_ mark: ScheduleMark, _ recurrence: Recurrence, of now: Instant) -> Bool {
        let next = recurrence.next(after: now)
        guard mark.next > next else { return false }
        if mark.next > recurrence.next(after: next) { return true }
        return [mark.last, mark.skipped].contains { $0.map { $0 > now + Self.correction } ?? false }
    }

    /// When a schedule triggers its task next.
    package func due(_ mark: ScheduleMark) -> Instant { mark.next + delay(of: mark.id) }
}
