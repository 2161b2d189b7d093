public import Civil
public import Wording

/// How a promise came to its date: plain values, from which the sentences are made. What is stored of it is enough to
/// make the same sentences years later, without the calendar and the zone of that time.
public struct Explanation: Sendable, Hashable, Codable {
    /// The term that decides.
    public let term: Term
    /// The term that was promised first; ``term`` unless a change of the urgency decides.
    public let promised: Term
    /// The season for which it was promised so; nil where the term depends on none.
    public let season: ChosenSeason?
    /// When the promise began to run.
    public let start: ClockReading
    /// The calendar as it was then.
    public let calendar: CalendarSummary
    /// Whether pauses count; false where safety is at stake.
    public let isPausable: Bool
    /// What was counted and what was not, from the first to the last.
    public let steps: [Step]
    /// What the changes of the urgency came to, from the first to the last.
    public let changes: [Change]
    /// The date that comes out, or why there is none.
    public let end: End

    /// What an explanation says of a calendar. Its closures are not here: a step names those that mattered.
    public struct CalendarSummary: Sendable, Hashable, Codable {
        /// The name in the configuration, where the calendar has one.
        public let name: String?
        /// The name of the zone that its clocks follow.
        public let zone: String
        /// Its openings in an ordinary week.
        public let hours: WeeklyHours
        /// Whose public holidays it keeps.
        public let region: HolidayRegion
        /// Whether it is open on public holidays as on other days.
        public let worksOnHolidays: Bool
    }

    /// One thing that was counted, or was not and why.
    public enum Step: Sendable, Hashable, Codable {
        /// Working days that followed one another, and their numbers.
        case days(first: LocalDate, last: LocalDate, from: Int, through: Int)
        /// Open time, in milliseconds, on days that followed one another.
        case time(first: LocalDate, last: LocalDate, milliseconds: Int64)
        /// A public holiday on a weekday with opening hours.
        case holiday(date: LocalDate, holiday: PublicHoliday)
        /// Closures, all on weekdays with opening hours, so many days in all.
        case closure(first: LocalDate, last: LocalDate, days: Int)
        /// A pause and what it took.
        case pause(from: ClockReading, to: ClockReading?, reasons: [Text], effect: Effect)
        /// Working days at whose close the promise was paused, so that it was not due there, the last of them given.
        case pausedAtClose(first: LocalDate, last: LocalDate)
    }

    /// What a pause took from the count.
    public enum Effect: Sendable, Hashable, Codable {
        /// It took nothing: the promise did not run at that time anyhow, or a day counts as soon as a part of it does.
        case nothing
        /// So much of the time that would have counted, in milliseconds.
        case time(milliseconds: Int64)
        /// So many working days, that would have counted, from the first to the last.
        case days(first: LocalDate, last: LocalDate, count: Int)
        /// It moved the due moment, and no day was lost otherwise.
        case close
        /// It is refused, because safety is at stake.
        case refused
        /// It begins when the promise is due, or later.
        case tooLate
        /// The promise stands still until the pause ends.
        case standsStill
    }

    /// A change of the urgency and what it came to.
    public struct Change: Sendable, Hashable, Codable {
        /// When the urgency was changed.
        public let moment: ClockReading
        /// The term of the new urgency, counted from the start of the promise.
        public let term: Term
        /// The season for which the new urgency has it; nil where the term depends on none.
        public let season: ChosenSeason?
        /// Why the urgency was lowered, if it was.
        public let reasonToLower: Text?
        /// What the new term alone comes to.
        public let gives: End
        /// Whether the promise follows it from then on.
        public let isFollowed: Bool
        /// Whether it came after the moment at which the promise was due, so that it changes nothing.
        public let isTooLate: Bool
    }

    /// The date that comes out, or why there is none.
    public enum End: Sendable, Hashable, Codable {
        /// It must be kept by then.
        case due(by: ClockReading)
        /// It is not over, and has stood still since.
        case paused(since: ClockReading)
        /// The calendar is not open within 20 years.
        case never
    }

    /// When it is due, without the words.
    public var deadline: Deadline {
        switch end {
        case .due(let reading): .due(reading.instant)
        case .paused(let since): .paused(since: since.instant)
        case .never: .never
        }
    }
}
