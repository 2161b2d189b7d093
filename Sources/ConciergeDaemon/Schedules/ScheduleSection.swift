import ConciergeEngine
import ConciergeKit

extension DaemonConfiguration {
    /// The settings of one schedule. A setting that is left out has the provider's value.
    struct ScheduleSection: Settings {
        @Setting("An expression of systemd's language: conciergectl calendar 'Mon..Fri 08:00' explains it.")
        var calendar: String?
        @Setting("The zone of its times, where it names none; else the lodge's.")
        var timeZone: Zone?
        @Setting("Elapses missed while the daemon was down.")
        var catchUp: CatchUpWord?
        // The limit exists because each elapse that is caught up is a separate run.
        @Setting("With catch_up: all, how far back.", in: ...(.days(31)))
        var catchUpWithin: Duration?
        @Setting("While the run before is unfinished; 100 queue at most.")
        var overlap: OverlapWord?
        @Setting("Put off by a part of this that stays the same, so that not all lodges call at once.")
        var spread: Duration?

        enum CatchUpWord: String, SettingWord { case skip, latest, all }
        enum OverlapWord: String, SettingWord { case skip, queue, allow }

        static var example: Self {
            Self {
                $0.calendar = "Mon..Fri 08:00"
                $0.timeZone = Zone("Europe/Paris")
                $0.catchUp = .all
                $0.catchUpWithin = .days(1)
                $0.overlap = .queue
                $0.spread = .minutes(10)
            }
        }

        func check() throws(Mismatch) {
            if let calendar, let mistake = Recurrence.calendar(calendar, in: timeZone).mistake {
                throw $calendar.wrong(mistake)
            }
            if timeZone != nil, calendar == nil { throw $timeZone.wrong("it stands beside a calendar expression") }
            if catchUpWithin != nil, catchUp != .all {
                throw $catchUpWithin.wrong("it stands beside catch_up: all")
            }
        }

        /// The provider's schedule with these settings applied.
        func applied(to schedule: Schedule, lodge: Zone) -> Schedule {
            var schedule = schedule
            if let calendar { schedule.recurrence = .calendar(calendar, in: timeZone ?? lodge) }
            switch catchUp {
            case .skip: schedule.catchUp = .skip
            case .latest: schedule.catchUp = .latest
            case .all: schedule.catchUp = .all(within: catchUpWithin ?? .days(1))
            case nil: break
            }
            if let overlap { schedule.overlap = Overlap(rawValue: overlap.rawValue) ?? schedule.overlap }
            if let spread { schedule.spread = spread }
            return schedule
        }
    }
}
