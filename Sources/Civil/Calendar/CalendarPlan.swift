/// An expression prepared for searching, in wall clock time: zones and changes of clocks are not part of it.
///
/// A search reads at most the months from 1970 to 2199, whatever the expression.
struct CalendarPlan {
    private let years: Values
    private let months: UInt64
    /// The matching days of months of 28, 29, 30 and 31 days, a bit each.
    private let days: [UInt64]
    /// The matching weekdays from Monday, a bit each, repeated six times: enough for any month.
    private let weekdays: UInt64
    private let hours: UInt64
    private let minutes: UInt64
    private let seconds: Values

    init(_ expression: CalendarExpression) {
        years = expression.years
        months = expression.months.mask(Unit.month.range)
        days = (28...31).map { length in
            guard expression.countsFromEnd, let spans = expression.days.spans else {
                return expression.days.mask(1...length)
            }
            return Values(spans: spans.map { $0.countedBack(in: length) }).mask(1...length)
        }
        let week = UInt64(expression.weekdays == 0 ? 0x7F : expression.weekdays)
        weekdays = (0..<6).reduce(0) { $0 | week << (7 * $1) }
        hours = expression.hours.mask(Unit.hour.range)
        minutes = expression.minutes.mask(Unit.minute.range)
        seconds = expression.seconds
    }

    /// Whether the expression matches every hour of the day.
    var isEveryHour: Bool { hours == 0xFF_FFFF }

    /// The first matching wall clock time at or after one, both in microseconds since the clock showed the beginning
    /// of 1970; nil if there is none until the end of 2199.
    func first(from moment: Int64) -> Int64? {
        let start = WallTime(microseconds: max(0, moment))
        var year = start.date.year
        while let next = years.first(from: year, through: Unit.year.range.upperBound) {
            let isFirstYear = next == start.date.year
            for month in (isFirstYear ? start.date.month : 1)...12 where months & 1 << month != 0 {
                if let found = first(inYear: next, month, from: isFirstYear && month == start.date.month ? start : nil)
                {
                    return found
                }
            }
            year = next + 1
        }
        return nil
    }

    private func first(inYear year: Int, _ month: Int, from start: WallTime?) -> Int64? {
        let before = LocalDate.days(year: year, month: month, day: 1) - 1
        // 1970-01-01 was a Thursday, the fourth day of the week.
        let weekdayOfFirst = (before + 4).quotientAndRemainder(flooringBy: 7).remainder
        var candidates = days[LocalDate.length(ofMonth: month, year: year) - 28]
        candidates &= (weekdays >> weekdayOfFirst) << 1
        if let start {
            candidates &= ~0 << start.date.day
            if candidates & 1 << start.date.day != 0 {
                if let time = firstTime(from: start.microsecond) {
                    return Int64(before + start.date.day) * WallTime.dayLength + time
                }
                candidates &= ~(1 << start.date.day)
            }
        }
        guard candidates != 0, let time = firstTime(from: 0) else { return nil }
        return Int64(before + candidates.trailingZeroBitCount) * WallTime.dayLength + time
    }

    private func firstTime(from time: Int64) -> Int64? {
        let (minuteOfDay, rest) = Int(time).quotientAndRemainder(dividingBy: 60_000_000)
        let (hour, minute) = minuteOfDay.quotientAndRemainder(dividingBy: 60)
        let firstSecond = seconds.first(from: 0, through: Unit.second.range.upperBound)
        if hours & 1 << hour != 0 {
            if minutes & 1 << minute != 0,
                let second = seconds.first(from: rest, through: Unit.second.range.upperBound)
            {
                return Int64(minuteOfDay * 60_000_000 + second)
            }
            let later = minutes & (~0 << (minute + 1))
            if later != 0, let firstSecond {
                return Int64((hour * 60 + later.trailingZeroBitCount) * 60_000_000 + firstSecond)
            }
        }
        let later = hours & (~0 << (hour + 1))
        guard later != 0, minutes != 0, let firstSecond else { return nil }
        return Int64(
            (later.trailingZeroBitCount * 60 + minutes.trailingZeroBitCount) * 60_000_000 + firstSecond)
    }
}

/// A local date and time of day, to the microsecond.
struct WallTime: Hashable {
    let date: LocalDate
    /// Microseconds since midnight.
    let microsecond: Int64

    static let dayLength: Int64 = 86_400_000_000

    /// The local time so many microseconds after the beginning of 1970.
    init(microseconds: Int64) {
        let (days, rest) = microseconds.quotientAndRemainder(flooringBy: Self.dayLength)
        date = LocalDate(daysSinceEpoch: Int(days))
        microsecond = rest
    }
}
