public import Civil

/// When a lodge or a partner works: opening hours by the wall clock of a zone, without public holidays and closures.
///
/// An instant is open if the wall clock shows a time in an opening of that weekday, and the day is neither a closure nor
/// a public holiday. So an hour that the clocks show twice in autumn is open twice, and one that they skip in spring is
/// not open.
public struct WorkingCalendar: Sendable, Hashable {
    /// The zone whose wall clock the openings follow.
    public let zone: Zone
    /// When it is open in an ordinary week.
    public let hours: WeeklyHours
    /// Whose public holidays it keeps.
    public let region: HolidayRegion
    /// Whether Good Friday is one of them.
    public let goodFriday: Bool
    /// Whether it is open on public holidays as on any other day.
    public let worksOnHolidays: Bool
    /// Days on which it is closed, public holidays or not.
    public let closures: Set<LocalDate>

    /// Days after 1970-01-01.
    let closedDays: Set<Int>

    /// A calendar with these hours, without further conditions: every combination is one, also a week without openings.
    public init(
        zone: Zone, hours: WeeklyHours, region: HolidayRegion = .france, goodFriday: Bool = false,
        worksOnHolidays: Bool = false, closures: Set<LocalDate> = []
    ) {
        self.zone = zone
        self.hours = hours
        self.region = region
        self.goodFriday = goodFriday
        self.worksOnHolidays = worksOnHolidays
        self.closures = closures
        closedDays = Set(closures.lazy.map(\.daysSinceEpoch))
    }

    /// The calendar as it is kept at a place that has a zone or public holidays of its own. A region other than the
    /// calendar's has Good Friday where it usually is one.
    public func kept(zone: Zone? = nil, region: HolidayRegion? = nil) -> WorkingCalendar {
        let changed = region.flatMap { $0 == self.region ? nil : $0 }
        return WorkingCalendar(
            zone: zone ?? self.zone, hours: hours, region: changed ?? self.region,
            goodFriday: changed?.hasGoodFriday ?? goodFriday, worksOnHolidays: worksOnHolidays, closures: closures)
    }

    /// Whether it is open at an instant.
    public func isOpen(at instant: Instant) -> Bool {
        var days = WorkingDays(self)
        guard case .open(let stretches) = days.state(of: zone.local(instant).date.daysSinceEpoch) else { return false }
        return stretches.contains { $0.contains(instant) }
    }
}

/// What the days of a calendar are. It keeps the holidays of the year that was asked for last, so it is made once for a
/// walk along the days.
struct WorkingDays {
    enum State {
        /// The stretches in which it is open, in order; at least one. Where the clocks change within an opening, two of
        /// them touch.
        case open([Range<Instant>])
        /// The weekday has no opening, or the clocks skip all of them.
        case withoutHours
        case holiday(PublicHoliday)
        case closure
    }

    let calendar: WorkingCalendar
    private var year: (days: Range<Int>, holidays: [(day: Int, holiday: PublicHoliday)]) = (0..<0, [])

    init(_ calendar: WorkingCalendar) { self.calendar = calendar }

    /// The state of a day, given in days after 1970-01-01.
    mutating func state(of day: Int) -> State {
        let openings = calendar.hours.days[(day + 3).quotientAndRemainder(flooringBy: 7).remainder]
        guard !openings.isEmpty else { return .withoutHours }
        if !calendar.worksOnHolidays, let holiday = holiday(on: day) { return .holiday(holiday) }
        if !calendar.closedDays.isEmpty, calendar.closedDays.contains(day) { return .closure }
        let stretches = stretches(of: day, openings)
        return stretches.isEmpty ? .withoutHours : .open(stretches)
    }

    private mutating func holiday(on day: Int) -> PublicHoliday? {
        if !year.days.contains(day) {
            let number = LocalDate(daysSinceEpoch: day).year
            guard let first = LocalDate(year: number, month: 1, day: 1)?.daysSinceEpoch else { return nil }
            let next = LocalDate(year: number + 1, month: 1, day: 1)?.daysSinceEpoch ?? day + 1
            year = (
                min(first, day)..<max(next, day + 1),
                PublicHoliday.days(of: number, in: calendar.region, goodFriday: calendar.goodFriday)
            )
        }
        return year.holidays.first { $0.day == day }?.holiday
    }

    /// The instants at which the wall clock shows this day and a time in one of the openings.
    private func stretches(of day: Int, _ openings: [Opening]) -> [Range<Instant>] {
        let midnight = Int64(day) * 86_400_000
        // No zone is further than 26 hours from UTC.
        let reach: Int64 = 26 * 3_600_000
        let around =
            Instant(milliseconds: midnight - reach)..<Instant(milliseconds: midnight + 86_400_000 + reach)
        var stretches: [Range<Instant>] = []
        calendar.zone.forEachSteadyPart(of: around) { part, offset in
            let zero = midnight - Int64(offset) * 1000
            for opening in openings {
                let start = max(Instant(milliseconds: zero + Int64(opening.start) * 60_000), part.lowerBound)
                let end = min(Instant(milliseconds: zero + Int64(opening.end) * 60_000), part.upperBound)
                guard start < end else { continue }
                stretches.append(start..<end)
            }
        }
        return stretches
    }
}
