/// When clocks change every year, in the form of the last line of a TZif file and of the variable `TZ`:
/// `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX.1-2024, 8.3; RFC 9636, 3.3).
struct ZoneRule: Sendable, Hashable {
    /// Seconds ahead of UTC.
    let standard: Int
    let summer: Summer?

    struct Summer: Sendable, Hashable {
        /// Seconds ahead of UTC.
        let offset: Int
        let begins: Day
        let ends: Day
    }

    /// A day of the year and a second of that day, by the clock before the change.
    struct Day: Sendable, Hashable {
        enum Date: Sendable, Hashable {
            /// 1 to 365, 29 February never counted.
            case dayWithoutLeap(Int)
            /// 0 to 365, 29 February counted.
            case day(Int)
            /// The weekday (0 is Sunday) of a week of the month, 5 for the last.
            case weekday(month: Int, week: Int, weekday: Int)
        }
        let date: Date
        /// The second; it may be negative, or later than the end of the day.
        let second: Int
    }

    /// Reads a rule; nil if the text is no such rule.
    init?(_ text: String) {
        var reader = ZoneRuleReader(text)
        guard reader.name(), let standard = reader.time() else { return nil }
        self.standard = -standard
        guard !reader.isAtEnd else {
            summer = nil
            return
        }
        guard reader.name() else { return nil }
        var offset = 3600 - standard
        if !reader.isAtEnd, reader.peek != UInt8(ascii: ",") {
            guard let written = reader.time() else { return nil }
            offset = -written
        }
        // If no days are written, the C library uses those of the United States.
        if reader.isAtEnd { reader = ZoneRuleReader(",M3.2.0,M11.1.0") }
        guard let begins = reader.day(), let ends = reader.day(), reader.isAtEnd else { return nil }
        summer = Summer(offset: offset, begins: begins, ends: ends)
    }

    /// The changes of these years, from the earliest to the latest.
    func changes(years: ClosedRange<Int>) -> [ZonePeriods.Change] {
        guard let summer else { return [ZonePeriods.Change(moment: .min / 2_000_000, offset: standard)] }
        return years.flatMap { year in
            [
                ZonePeriods.Change(moment: Int64(summer.begins.second(of: year) - standard), offset: summer.offset),
                ZonePeriods.Change(moment: Int64(summer.ends.second(of: year) - summer.offset), offset: standard),
            ]
        }
        .sorted { $0.moment < $1.moment }
    }
}

extension ZoneRule.Day {
    /// Seconds from the beginning of 1970 on the clock of the zone.
    fileprivate func second(of year: Int) -> Int {
        let newYear = LocalDate.days(year: year, month: 1, day: 1)
        let day: Int
        switch date {
        case .day(let number): day = newYear + number
        case .dayWithoutLeap(let number): day = newYear + number - (LocalDate.isLeap(year) && number > 59 ? 0 : 1)
        case .weekday(let month, let week, let weekday):
            let first = LocalDate.days(year: year, month: month, day: 1)
            let offset = (weekday - (first + 4)).quotientAndRemainder(flooringBy: 7).remainder
            let length = LocalDate.length(ofMonth: month, year: year)
            let ordinal = offset + (week - 1) * 7
            day = first + (ordinal < length ? ordinal : ordinal - 7)
        }
        return day * 86_400 + second
    }
}

/// Reads the parts of a rule.
private struct ZoneRuleReader {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text[...].utf8 }

    var isAtEnd: Bool { rest.isEmpty }
    var peek: UInt8? { rest.first }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    /// Reads three letters or more, or a name quoted by `<` and `>`.
    mutating func name() -> Bool {
        if take("<") {
            let name = rest.prefix { $0 != UInt8(ascii: ">") }
            rest.removeFirst(name.count)
            return name.count >= 3 && take(">")
        }
        let name = rest.prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) }
        rest.removeFirst(name.count)
        return name.count >= 3
    }

    private mutating func number() -> Int? {
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard !digits.isEmpty, digits.count <= 4, let text = String(digits) else { return nil }
        rest.removeFirst(digits.count)
        return Int(text)
    }

    /// Seconds of `[+-]hh[:mm[:ss]]`.
    mutating func time() -> Int? {
        let sign = take("-") ? -1 : 1
        if sign == 1 { _ = take("+") }
        guard let hours = number(), hours <= 167 else { return nil }
        var seconds = hours * 3600
        for scale in [60, 1] where take(":") {
            guard let part = number(), part < 60 else { return nil }
            seconds += part * scale
        }
        return sign * seconds
    }

    mutating func day() -> ZoneRule.Day? {
        guard take(",") else { return nil }
        let date: ZoneRule.Day.Date
        if take("M") {
            guard let month = number(), (1...12).contains(month), take("."), let week = number(),
                (1...5).contains(week), take("."), let weekday = number(), (0...6).contains(weekday)
            else { return nil }
            date = .weekday(month: month, week: week, weekday: weekday)
        } else if take("J") {
            guard let day = number(), (1...365).contains(day) else { return nil }
            date = .dayWithoutLeap(day)
        } else {
            guard let day = number(), day <= 365 else { return nil }
            date = .day(day)
        }
        guard take("/") else { return ZoneRule.Day(date: date, second: 7200) }
        return time().map { ZoneRule.Day(date: date, second: $0) }
    }
}
