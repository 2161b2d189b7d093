public import Civil

/// A working calendar as plain values, which can be stored and read back years later. The zone is only named, because
/// its data are the machine's.
public struct CalendarRules: Sendable, Hashable, Codable {
    /// The name of the zone that its clocks follow.
    public let zone: String
    /// When it is open in an ordinary week.
    public let hours: WeeklyHours
    /// Whose public holidays it keeps.
    public let region: HolidayRegion
    /// Whether Good Friday is one of them.
    public let goodFriday: Bool
    /// Whether it is open on public holidays as on any other day.
    public let worksOnHolidays: Bool
    /// The days on which it is closed, in order.
    public let closures: [LocalDate]

    /// The rules of a calendar.
    public init(_ calendar: WorkingCalendar) {
        zone = calendar.zone.description
        hours = calendar.hours
        region = calendar.region
        goodFriday = calendar.goodFriday
        worksOnHolidays = calendar.worksOnHolidays
        closures = calendar.closures.sorted()
    }

    /// The calendar of these rules on the clocks of a zone, which is the one that they name wherever the machine has it.
    public func calendar(in zone: Zone) -> WorkingCalendar {
        WorkingCalendar(
            zone: zone, hours: hours, region: region, goodFriday: goodFriday, worksOnHolidays: worksOnHolidays,
            closures: Set(closures))
    }
}
