/// A recurrence that triggers a task.
///
/// The configuration can change everything except the task.
public struct Schedule: Sendable {
    /// The name of the schedule, unique in the daemon; the task's own name if the task has one schedule.
    public let id: String
    /// The id of the task that it triggers: `provider.task`.
    public let task: String
    /// At which moments it triggers the task. Operations may set another recurrence.
    public package(set) var recurrence: Recurrence
    /// What happens to elapses that the daemon missed.
    public package(set) var catchUp: CatchUp
    /// What happens to an elapse while an earlier run is unfinished.
    public package(set) var overlap: Overlap
    /// Each elapse is delayed by a part of this. The delay is fixed for a lodge and a schedule, so that a thousand
    /// lodges do not call a partner in the same second.
    public package(set) var spread: Duration
    package let reference: TaskReference

    /// Creates a schedule of a task that has a form. The run gets no input, so that no field of the form may be
    /// required.
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

/// What happens to elapses that came while the daemon was down, or that its clock jumped over.
public enum CatchUp: Sendable, Hashable {
    /// An elapse that is more than a minute late does not run.
    case skip
    /// The latest of the missed elapses runs, once.
    case latest
    /// All elapses that are not older than this run, one after the other, the oldest first; older ones do not run.
    case all(within: Duration)
}

/// What happens to an elapse while an earlier run of its schedule is unfinished.
public enum Overlap: String, Sendable, Hashable, CaseIterable {
    /// No run begins for it; the reason is recorded with the schedule.
    case skip
    /// Its run waits for the earlier one; at most a hundred runs wait.
    case queue
    /// Its run begins at the same time as the earlier one.
    case allow
}

/// How often, or at which moments of the calendar, a schedule triggers its task.
public enum Recurrence: Sendable, Hashable, CustomStringConvertible {
    /// At whole multiples of this interval since 1970, so that a restart does not shift it. The interval is at least a
    /// second.
    case every(Duration)
    /// Once a day at this time of the zone. If the day has no such time, at the first instant after the gap; if it has
    /// the time twice, at the first one.
    case daily(at: TimeOfDay, in: Zone)
    /// By a calendar expression in the language of systemd.time(7), CALENDAR EVENTS: `Mon..Fri 08:00`. Times are in the
    /// zone that the expression names, else in `in`, else in the lodge's. Where clocks change, an expression that names
    /// hours elapses as a daily time does; an expression that takes every hour (`*:0/15`) keeps its cadence, also
    /// through the hour that comes twice. It elapses on whole seconds: a time with a fraction is rounded up. An
    /// expression that cannot be read is a mistake of the provider and is found at start.
    case calendar(String, in: Zone? = nil)

    /// The first elapse after an instant; the last representable instant if it would come after that.
    package func next(after instant: Instant) -> Instant {
        switch self {
        case .every(let interval):
            let step = max(1000, interval.milliseconds)
            let (quotient, _) = instant.milliseconds.quotientAndRemainder(flooringBy: step)
            return Instant(milliseconds: (quotient + 1) * step)
        case .daily(let time, let zone):
            let date = zone.local(instant).date
            // At the latest it is the day after tomorrow: the zone's date may be a day behind where clocks change.
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
