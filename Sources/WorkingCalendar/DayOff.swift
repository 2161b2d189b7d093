public import Civil
public import Wording

/// Why a working calendar is closed for a whole day, whatever hours the weekday has.
public enum DayOff: Sendable, Hashable {
    /// A public holiday of the calendar's region.
    case holiday(PublicHoliday)
    /// A closure of the calendar.
    case closure

    /// The reason in a few words: `jour férié (Lundi de Pâques)`.
    public var words: Text {
        switch self {
        case .holiday(let holiday): Text(fr: "jour férié (\(holiday.words))", en: "public holiday (\(holiday.words))")
        case .closure: Text(fr: "jour de fermeture", en: "closing day")
        }
    }
}

extension WorkingCalendar {
    /// The days among these on which the calendar is closed for the whole day, with the reason. A weekday without opening
    /// hours is no reason.
    public func daysOff(_ days: ClosedRange<LocalDate>) -> [LocalDate: DayOff] {
        var found: [LocalDate: DayOff] = [:]
        if !worksOnHolidays {
            for year in days.lowerBound.year...days.upperBound.year {
                for (date, holiday) in PublicHoliday.holidays(of: year, in: region, goodFriday: goodFriday)
                where days.contains(date) {
                    found[date] = .holiday(holiday)
                }
            }
        }
        for date in closures where days.contains(date) && found[date] == nil { found[date] = .closure }
        return found
    }
}
