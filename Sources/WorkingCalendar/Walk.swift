import Civil

/// Counts a term along a calendar and records what it counted. It looks at each day once, and within a day at each
/// opening and each pause.
struct Walk {
    let start: Instant
    let pauses: PauseSet
    private var days: WorkingDays
    private var zone: Zone { days.calendar.zone }

    private(set) var recorded: [Recorded] = []
    /// What each pause took, by its position in the set.
    private(set) var taken: [Taken]
    private let startDay: Int

    enum Recorded {
        case days(first: Int, last: Int, from: Int, through: Int)
        case time(first: Int, last: Int, milliseconds: Int64)
        case holiday(day: Int, PublicHoliday)
        case closure(first: Int, last: Int, days: Int)
        case pause(Int)
        case pausedAtClose(first: Int, last: Int)
    }

    struct Taken {
        var isRecorded = false
        var milliseconds: Int64 = 0
        var firstDay: Int?
        var lastDay = 0
        var days = 0
        var hasMovedClose = false
    }

    /// If a calendar has no open instant for so many days, it never has one: 20 years.
    private static let patience = 7305

    init(_ calendar: WorkingCalendar, from start: Instant, pauses: PauseSet) {
        self.start = start
        self.pauses = pauses
        days = WorkingDays(calendar)
        taken = Array(repeating: Taken(), count: pauses.parts.count)
        startDay = calendar.zone.local(start).date.daysSinceEpoch
    }

    mutating func deadline(of term: Term) -> Deadline {
        switch term {
        case .hours(let count): elapsed(Int64(count) * 3_600_000)
        case .workingHours(let count): working(Int64(count) * 3_600_000)
        case .workingDays(let count): workingDays(count)
        }
    }

    // MARK: - Elapsed hours

    private mutating func elapsed(_ milliseconds: Int64) -> Deadline {
        var need = milliseconds
        var cursor = start
        for index in pauses.parts.indices {
            let part = pauses.parts[index]
            let free = part.start.milliseconds - cursor.milliseconds
            if need <= free { break }
            need -= free
            record(pause: index)
            guard let end = part.end else { return .paused(since: part.start) }
            taken[index].milliseconds = end.milliseconds - part.start.milliseconds
            cursor = end
        }
        return .due(cursor + .milliseconds(need))
    }

    // MARK: - Working hours

    private mutating func working(_ milliseconds: Int64) -> Deadline {
        var need = milliseconds
        // Where clocks are put back over midnight, the day before comes again.
        var day = startDay - 1
        var lastOpen = startDay
        while day - lastOpen <= Self.patience {
            switch days.state(of: day) {
            case .withoutHours: break
            case .holiday(let holiday): if day >= startDay { record(holiday, on: day) }
            case .closure: if day >= startDay { record(closure: day) }
            case .open(let stretches):
                lastOpen = max(day, lastOpen)
                for stretch in stretches where stretch.upperBound > start {
                    let stretch = max(stretch.lowerBound, start)..<stretch.upperBound
                    if let deadline = count(stretch, on: day, &need) { return deadline }
                }
            }
            day += 1
        }
        return .never
    }

    /// Counts what is not paused of an open stretch; the deadline, if the promise ends or stands still in it.
    private mutating func count(_ stretch: Range<Instant>, on day: Int, _ need: inout Int64) -> Deadline? {
        var cursor = stretch.lowerBound
        var index = pauses.index(after: cursor)
        while cursor < stretch.upperBound {
            let part = index < pauses.parts.count ? pauses.parts[index] : nil
            let freeEnd = min(max(part?.start ?? .latest, cursor), stretch.upperBound)
            let free = freeEnd.milliseconds - cursor.milliseconds
            if free > 0 {
                record(time: min(free, need), on: day)
                if need <= free { return .due(cursor + .milliseconds(need)) }
                need -= free
            }
            guard let part, freeEnd < stretch.upperBound else { return nil }
            record(pause: index)
            guard let end = part.end else { return .paused(since: part.start) }
            taken[index].milliseconds += min(end, stretch.upperBound).milliseconds - freeEnd.milliseconds
            cursor = end
            index += 1
        }
        return nil
    }

    // MARK: - Working days

    private mutating func workingDays(_ count: Int) -> Deadline {
        var counted = 0
        var day = startDay + 1
        var lastOpen = startDay
        while day - lastOpen <= Self.patience {
            switch days.state(of: day) {
            case .withoutHours: break
            case .holiday(let holiday): record(holiday, on: day)
            case .closure: record(closure: day)
            case .open(let stretches):
                lastOpen = day
                let close = stretches.last?.upperBound ?? start
                // A promise that is not over when the last pause begins stands still with it.
                if let open = pauses.open, open.start < close {
                    record(pause: pauses.parts.count - 1)
                    return .paused(since: open.start)
                }
                if counted < count, !isPaused(stretches, on: day) {
                    counted += 1
                    record(number: counted, on: day)
                }
                if counted == count {
                    guard let pause = pauses.index(endingAt: close) else { return .due(close) }
                    record(pause: pause)
                    taken[pause].hasMovedClose = true
                    record(pausedAtClose: day)
                }
            }
            day += 1
        }
        return .never
    }

    /// Whether all of a day's open time is paused; the pauses are then recorded with the day.
    private mutating func isPaused(_ stretches: [Range<Instant>], on day: Int) -> Bool {
        guard !pauses.parts.isEmpty else { return false }
        var touching: [Int] = []
        for stretch in stretches {
            // Parts do not touch, so a stretch that is paused throughout lies in one of them.
            let index = pauses.index(after: stretch.lowerBound)
            guard index < pauses.parts.count else { return false }
            let part = pauses.parts[index]
            guard part.start <= stretch.lowerBound, part.end.map({ stretch.upperBound <= $0 }) ?? true else {
                return false
            }
            if touching.last != index { touching.append(index) }
        }
        for index in touching {
            record(pause: index)
            if taken[index].firstDay == nil { taken[index].firstDay = day }
            taken[index].lastDay = day
            taken[index].days += 1
        }
        return true
    }

    // MARK: - Records

    /// Beyond so many records, which no term of some weeks has, days are joined although others lie between them, and
    /// what was skipped is left out: what is stored and said of a promise has a bound.
    private static let mostRecords = 1000

    private var isFull: Bool { recorded.count >= Self.mostRecords }

    private mutating func record(_ holiday: PublicHoliday, on day: Int) {
        if !isFull { recorded.append(.holiday(day: day, holiday)) }
    }

    private mutating func record(number: Int, on day: Int) {
        if case .days(let first, let last, let from, _) = recorded.last, last == day - 1 || isFull {
            recorded[recorded.count - 1] = .days(first: first, last: day, from: from, through: number)
        } else {
            recorded.append(.days(first: day, last: day, from: number, through: number))
        }
    }

    private mutating func record(time milliseconds: Int64, on day: Int) {
        if case .time(let first, let last, let sum) = recorded.last, last == day || last == day - 1 || isFull {
            recorded[recorded.count - 1] = .time(first: first, last: day, milliseconds: sum + milliseconds)
        } else {
            recorded.append(.time(first: day, last: day, milliseconds: milliseconds))
        }
    }

    private mutating func record(closure day: Int) {
        // A week-end between two closures is no reason for two sentences.
        if case .closure(let first, let last, let count) = recorded.last, day - last < 7 {
            recorded[recorded.count - 1] = .closure(first: first, last: day, days: count + 1)
        } else if !isFull {
            recorded.append(.closure(first: day, last: day, days: 1))
        }
    }

    private mutating func record(pausedAtClose day: Int) {
        if case .pausedAtClose(let first, _) = recorded.last {
            recorded[recorded.count - 1] = .pausedAtClose(first: first, last: day)
        } else {
            recorded.append(.pausedAtClose(first: day, last: day))
        }
    }

    private mutating func record(pause index: Int) {
        guard !taken[index].isRecorded else { return }
        taken[index].isRecorded = true
        recorded.append(.pause(index))
    }
}
