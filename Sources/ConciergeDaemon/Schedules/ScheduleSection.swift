import ConciergeEngine
import ConciergeKit

extension DaemonConfiguration {
    /// What operations say of one schedule; what they leave out is as its provider has it.
    struct ScheduleSection: Decodable, Sendable {
        /// A calendar expression of systemd.time(7).
        var calendar: String?
        /// The zone of the expression's times, where it names none; else the lodge's.
        var timeZone: Zone?
        var catchUp: CatchUpWord?
        /// With `all`: how far back.
        var catchUpWithin: TimeSpan?
        var overlap: OverlapWord?
        var spread: TimeSpan?

        enum CodingKeys: String, CodingKey {
            case calendar
            case timeZone = "time_zone"
            case catchUp = "catch_up"
            case catchUpWithin = "catch_up_within"
            case overlap, spread
        }

        enum CatchUpWord: String, Decodable, Sendable { case skip, latest, all }
        enum OverlapWord: String, Decodable, Sendable { case skip, queue, allow }

        /// The schedule as operations want it.
        func applied(to schedule: Schedule, lodge: Zone) -> Schedule {
            var schedule = schedule
            if let calendar { schedule.recurrence = .calendar(calendar, in: timeZone ?? lodge) }
            switch catchUp {
            case .skip: schedule.catchUp = .skip
            case .latest: schedule.catchUp = .latest
            case .all: schedule.catchUp = .all(within: catchUpWithin?.duration ?? .days(1))
            case nil: break
            }
            if let overlap { schedule.overlap = Overlap(rawValue: overlap.rawValue) ?? schedule.overlap }
            if let spread { schedule.spread = spread.duration }
            return schedule
        }
    }

    /// The longest that elapses are caught up with: each is a run of its own.
    private static let longestCatchUp = Duration.days(31)

    /// Reads the section `schedules` and refuses what could not elapse.
    static func schedules(_ tree: ConfigurationTree) throws(ConfigurationError) -> [String: ScheduleSection] {
        let sections: [String: ScheduleSection] = try tree.decode(at: ["schedules"])
        for (id, section) in sections.sorted(by: { $0.key < $1.key }) {
            if let calendar = section.calendar,
                let mistake = Recurrence.calendar(calendar, in: section.timeZone).mistake
            {
                throw tree.error(at: ["schedules", id, "calendar"], reason: mistake)
            }
            if section.timeZone != nil, section.calendar == nil {
                throw tree.error(at: ["schedules", id, "time_zone"], reason: "it stands beside a calendar expression")
            }
            if section.catchUpWithin != nil, section.catchUp != .all {
                throw tree.error(at: ["schedules", id, "catch_up_within"], reason: "it stands beside catch_up: all")
            }
            if let within = section.catchUpWithin, within.duration > longestCatchUp {
                throw tree.error(at: ["schedules", id, "catch_up_within"], reason: "expected 31 days at most")
            }
        }
        return sections
    }
}
