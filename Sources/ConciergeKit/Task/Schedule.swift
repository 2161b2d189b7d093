/// A recurrence that triggers a task.
///
/// Operations may change all of it but the task in the configuration.
public struct Schedule: Sendable {
    /// Its name, unique in the daemon; the task's own where a task has one schedule.
    public let id: String
    /// The task.
    public let task: String
    /// When.
    public package(set) var recurrence: Recurrence
    /// What becomes of elapses that nobody was there for.
    public package(set) var catchUp: CatchUp
    /// What becomes of an elapse while an earlier run is unfinished.
    public package(set) var overlap: Overlap
    /// Each elapse is put off by a part of this that is drawn once for a lodge and a schedule and stays the same, so
    /// that a thousand lodges do not call a partner in the same second.
    public package(set) var spread: Duration
    package let reference: TaskReference

    /// A schedule of a task that has a form. It gives nothing, so that no field of it may be required.
    public init<Given: Input, Answer>(
        _ task: TaskName<Given, Answer>, _ recurrence: Recurrence, id: String? = nil, catchUp: CatchUp = .latest,
        overlap: Overlap = .skip, spread: Duration = .zero
    ) {
        self.id = id ?? task.id
        self.task = task.id
        reference = task.reference
        self.recurrence = recurrence
        self.catchUp = catchUp
        self.overlap = overlap
        self.spread = max(.zero, spread)
    }
}

/// What becomes of elapses that came while the daemon was down, or while its clock jumped over them.
public enum CatchUp: Sendable, Hashable {
    /// Nothing: one that is more than a minute late does not run.
    case skip
    /// The latest of them runs, once.
    case latest
    /// All that are not older than this run, one after the other and the oldest first; older ones do not.
    case all(within: Duration)
}

/// What becomes of an elapse while an earlier run of its schedule is unfinished.
public enum Overlap: String, Sendable, Hashable, CaseIterable {
    /// It is passed over.
    case skip
    /// Its run waits for the earlier one; at most a hundred wait.
    case queue
    /// Its run begins beside the earlier one.
    case allow
}

/// When a schedule elapses.
public enum Recurrence: Sendable, Hashable, CustomStringConvertible {
    /// At whole multiples of this interval since 1970, so that a restart does not shift it. At least a second.
    case every(Duration)
    /// Once a day at this time of the zone. Where the day has no such time, at the first instant after the gap;
    /// where it has it twice, the first time.
    case daily(at: TimeOfDay, in: Zone)
    /// As a calendar expression says, in the language of systemd.time(7), CALENDAR EVENTS: `Mon..Fri 08:00`. Times are
    /// those of the zone that it names, else of `in`, else of the lodge. Where clocks change, an expression that names
    /// hours elapses as a daily time does; one that takes every hour (`*:0/15`) keeps its cadence, also through the hour
    /// that comes twice. It elapses on whole seconds, the next one where it says a fraction. One that cannot be read is
    /// a mistake of the provider that is found at start.
    case calendar(String, in: Zone? = nil)

    /// The first elapse after an instant; the last instant there is where it would come after that.
    package func next(after instant: Instant) -> Instant {
        switch self {
        case .every(let interval):
            let step = max(1000, interval.milliseconds)
            let (quotient, _) = instant.milliseconds.quotientAndRemainder(flooringBy: step)
            return Instant(milliseconds: (quotient + 1) * step)
        case .daily(let time, let zone):
            let date = zone.local(instant).date
            // At the latest the day after tomorrow: the zone's date may be a day behind where clocks change.
            return (0...2).lazy.map { zone.instant(of: date.adding(days: $0), at: time) }.first { $0 > instant }
                ?? .latest
        case .calendar(let text, let zone):
            return Self.next(of: text, in: zone, after: instant)
        }
    }

    /// `every 15min`, `daily 07:30 Europe/Paris`, `Mon..Fri *-*-* 08:00:00 Europe/Paris`.
    public var description: String {
        switch self {
        case .every(let interval): "every \(TimeSpan(interval))"
        case .daily(let time, let zone): "daily \(time) \(zone)"
        case .calendar(let text, let zone): Self.normalised(text, in: zone)
        }
    }
}
