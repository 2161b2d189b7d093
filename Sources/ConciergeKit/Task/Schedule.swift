/// A recurrence that triggers a task.
public struct Schedule: Sendable {
    /// Its name, unique in the daemon; the task's own where a task has one schedule.
    public let id: String
    /// The task.
    public let task: String
    /// When.
    public let recurrence: Recurrence

    /// A schedule of a task.
    public init(_ task: String, _ recurrence: Recurrence, id: String? = nil) {
        self.id = id ?? task
        self.task = task
        self.recurrence = recurrence
    }
}

/// When a schedule elapses.
public enum Recurrence: Sendable, Hashable, CustomStringConvertible {
    /// At whole multiples of this interval since 1970, so that a restart does not shift it. At least a second.
    case every(Duration)
    /// Once a day at this time of the zone. Where the day has no such time, at the first instant after the gap;
    /// where it has it twice, the first time.
    case daily(at: TimeOfDay, in: Zone)

    /// The first elapse after an instant.
    package func next(after instant: Instant) -> Instant {
        switch self {
        case .every(let interval):
            let step = max(1000, interval.milliseconds)
            let (quotient, _) = instant.milliseconds.quotientAndRemainder(flooringBy: step)
            return Instant(milliseconds: (quotient + 1) * step)
        case .daily(let time, let zone):
            var date = zone.local(instant).date
            while true {
                let elapse = zone.instant(of: date, at: time)
                if elapse > instant { return elapse }
                date = date.adding(days: 1)
            }
        }
    }

    /// `every 15min`, `daily 07:30 Europe/Paris`.
    public var description: String {
        switch self {
        case .every(let interval): "every \(TimeSpan(interval))"
        case .daily(let time, let zone): "daily \(time) \(zone)"
        }
    }
}
