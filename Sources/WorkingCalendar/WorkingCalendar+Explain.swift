import Civil

extension WorkingCalendar {
    /// When a promise is due by this calendar.
    public func deadline(of promise: Promise) -> Deadline { explain(promise).deadline }

    /// When a promise is due by this calendar, and how that came about.
    ///
    /// Each change of the urgency counts from the promise's own start with all its pauses. A change that lowers the
    /// urgency with a reason is followed; any other one only if it makes the promise due earlier. A change after the
    /// moment at which the promise was due changes nothing.
    ///
    /// - Parameter name: The name under which people know the calendar.
    public func explain(_ promise: Promise, name: String? = nil) -> Explanation {
        let counted = Counted(promise, by: self)
        var decisive = counted.explanation(of: promise.term, name: name)
        guard !promise.changes.isEmpty else { return decisive }
        var changes: [Explanation.Change] = []
        for change in promise.changes {
            let new = counted.explanation(of: change.term, name: name)
            // What was due and was not kept is late, and no change makes it less so.
            let isTooLate = decisive.deadline.instant.map { $0 < change.moment } ?? false
            let isFollowed = !isTooLate && (change.reasonToLower != nil || new.deadline < decisive.deadline)
            changes.append(
                Explanation.Change(
                    moment: ClockReading(change.moment, in: zone), term: change.term, season: change.season,
                    reasonToLower: change.reasonToLower, gives: new.end, isFollowed: isFollowed,
                    isTooLate: isTooLate))
            if isFollowed { decisive = new }
        }
        return Explanation(
            term: decisive.term, promised: promise.term, season: promise.season, start: decisive.start,
            calendar: decisive.calendar,
            isPausable: decisive.isPausable, steps: decisive.steps, changes: changes, end: decisive.end)
    }
}

/// A promise with its pauses as one set, counted by a calendar.
private struct Counted {
    let promise: Promise
    let calendar: WorkingCalendar
    let pauses: PauseSet

    init(_ promise: Promise, by calendar: WorkingCalendar) {
        (self.promise, self.calendar) = (promise, calendar)
        pauses = PauseSet(promise.effectivePauses, from: promise.start)
    }

    func explanation(of term: Term, name: String?) -> Explanation {
        var walk = Walk(calendar, from: promise.start, pauses: pauses)
        let deadline = walk.deadline(of: term)
        return Explanation(
            term: term, promised: term, season: promise.season, start: reading(promise.start),
            calendar: Explanation.CalendarSummary(
                name: name, zone: calendar.zone.description, hours: calendar.hours, region: calendar.region,
                worksOnHolidays: calendar.worksOnHolidays),
            isPausable: promise.isPausable, steps: steps(of: walk, deadline), changes: [],
            end: end(deadline, of: term))
    }

    private func reading(_ instant: Instant) -> ClockReading { ClockReading(instant, in: calendar.zone) }

    private func end(_ deadline: Deadline, of term: Term) -> Explanation.End {
        switch deadline {
        // A close at midnight belongs to the day that it ends.
        case .due(let instant): .due(by: ClockReading(instant, in: calendar.zone, endsDay: term.needsCalendar))
        case .paused(let since): .paused(since: reading(since))
        case .never: .never
        }
    }

    /// The recorded steps, and at their places the pauses that took nothing.
    private func steps(of walk: Walk, _ deadline: Deadline) -> [Explanation.Step] {
        var steps = walk.recorded.map { recorded -> Explanation.Step in
            switch recorded {
            case .days(let first, let last, let from, let through):
                .days(first: date(first), last: date(last), from: from, through: through)
            case .time(let first, let last, let milliseconds):
                .time(first: date(first), last: date(last), milliseconds: milliseconds)
            case .holiday(let day, let holiday): .holiday(date: date(day), holiday: holiday)
            case .closure(let first, let last, let days):
                .closure(first: date(first), last: date(last), days: days)
            case .pause(let index): step(pauses.parts[index], effect(of: walk.taken[index], pauses.parts[index]))
            case .pausedAtClose(let first, let last): .pausedAtClose(first: date(first), last: date(last))
            }
        }
        for (part, taken) in zip(pauses.parts, walk.taken) where !taken.isRecorded {
            let isTooLate = deadline.instant.map { part.start >= $0 } ?? false
            insert(step(part, isTooLate ? .tooLate : .nothing), into: &steps)
        }
        if !promise.isPausable {
            for part in PauseSet(promise.pauses, from: promise.start).parts {
                insert(step(part, .refused), into: &steps)
            }
        }
        return steps
    }

    private func date(_ day: Int) -> LocalDate { LocalDate(daysSinceEpoch: day) }

    private func step(_ part: PauseSet.Part, _ effect: Explanation.Effect) -> Explanation.Step {
        .pause(from: reading(part.since), to: part.end.map(reading), reasons: part.reasons, effect: effect)
    }

    private func effect(of taken: Walk.Taken, _ part: PauseSet.Part) -> Explanation.Effect {
        if part.end == nil { return .standsStill }
        if let first = taken.firstDay {
            return .days(first: date(first), last: date(taken.lastDay), count: taken.days)
        }
        if taken.hasMovedClose { return .close }
        return taken.milliseconds > 0 ? .time(milliseconds: taken.milliseconds) : .nothing
    }

    /// Puts a pause before the first step that begins later.
    private func insert(_ pause: Explanation.Step, into steps: inout [Explanation.Step]) {
        let index = steps.firstIndex { $0.firstDate > pause.firstDate } ?? steps.count
        steps.insert(pause, at: index)
    }
}

extension Explanation.Step {
    /// The day on which it begins.
    fileprivate var firstDate: LocalDate {
        switch self {
        case .days(let first, _, _, _), .time(let first, _, _), .closure(let first, _, _), .pausedAtClose(let first, _):
            first
        case .holiday(let date, _): date
        case .pause(let from, _, _, _): from.date
        }
    }
}
