/// When something recurs, in the language of systemd's timers: `Mon..Fri 08:00`, `*-*~01`, `hourly`.
///
/// The language is that of systemd.time(7), section CALENDAR EVENTS, read and normalised like systemd 252. Numbers are
/// digits only, and a zone is one of the IANA database or `UTC`. Abbreviations of the machine's own zone are refused,
/// because they mean something else elsewhere, and so are the zones under `right/`, which count leap seconds. The rules
/// for changes of clocks differ from systemd's, see ``next(after:in:)``.
public struct CalendarExpression: Sendable, Hashable {
    /// A bit for each weekday from Monday; 0 for any.
    let weekdays: UInt8
    let years: Values
    let months: Values
    let days: Values
    /// Whether days count from the end of the month.
    let countsFromEnd: Bool
    let hours: Values
    let minutes: Values
    let seconds: Values

    /// The zone of the expression; nil if it has none and the caller's applies.
    public let zone: Zone?

    /// Reads an expression.
    ///
    /// - Throws: The first mistake.
    public init(_ text: String) throws(CalendarMistake) {
        let characters = Array(text)
        var rest = characters[...]
        var zone: Zone?
        if let space = characters.lastIndex(of: " "), space > 0, characters.dropFirst(space + 1).first?.isLetter == true
        {
            let name = String(characters[(space + 1)...])
            zone = name.lowercased() == "utc" ? .utc : Zone(name)
            guard zone != nil else {
                throw CalendarMistake(
                    at: space + 1, fr: "le fuseau horaire « \(name) » n'est pas connu de cette machine",
                    en: "this machine knows no time zone \"\(name)\"")
            }
            rest = characters[..<space]
        }
        let reader = try CalendarReader(rest)
        weekdays = reader.weekdays == 0x7F ? 0 : reader.weekdays
        (years, months, days, countsFromEnd) = (reader.years, reader.months, reader.days, reader.countsFromEnd)
        (hours, minutes, seconds) = (reader.hours, reader.minutes, reader.seconds)
        self.zone = reader.isTimestamp ? .utc : zone
    }
}

extension CalendarExpression: CustomStringConvertible {
    /// The normalised form, as `systemd-analyze calendar` prints it. Reading it gives the same expression.
    public var description: String {
        let week = weekdays == 0 ? "" : weekdayText + " "
        let date = "\(years.text(.year))-\(months.text(.month))\(countsFromEnd ? "~" : "-")\(days.text(.day))"
        let time = "\(hours.text(.hour)):\(minutes.text(.minute)):\(seconds.text(.second))"
        return "\(week)\(date) \(time)" + (zone.map { " \($0)" } ?? "")
    }

    /// The weekdays as text; three or more consecutive days are written as a range.
    private var weekdayText: String {
        let names = Weekday.allCases.map(\.abbreviation)
        var parts: [String] = []
        var day = 0
        while day < 7 {
            let first = day
            while day < 7, weekdays & 1 << UInt8(day) != 0 { day += 1 }
            if day - first > 2 {
                parts.append("\(names[first])..\(names[day - 1])")
            } else {
                parts += names[first..<day]
            }
            if day == first { day += 1 }
        }
        return parts.joined(separator: ",")
    }
}

extension CalendarExpression {
    /// The first elapse strictly after a moment, both in microseconds since 1970-01-01T00:00:00Z; nil if there is none
    /// until the end of the year 2199. `zone` applies to expressions without a zone.
    ///
    /// What happens at a change of clocks depends on the hours of the expression:
    ///
    /// - An expression **that names hours** (`02:30`, `8..18:00`, `0/2:00`) elapses once for each matching time of each
    ///   day. If clocks skip the time, it elapses at the first instant after the gap, once for all times that fell into
    ///   the gap; if the time comes twice, it elapses the first time.
    /// - An expression **that takes every hour** (`*:00`, `*:0/15`, `hourly`, `0..23:30`) keeps its cadence: it elapses
    ///   whenever clocks show a matching time, both times in an hour that comes twice, and nothing is added for a gap.
    ///
    /// The amount of work is bounded, whatever the expression.
    public func next(after moment: Int64, in zone: Zone) -> Int64? {
        // In the year 2201 no zone's clock shows 2199.
        guard moment < 7_290_000_000_000_000 else { return nil }
        let plan = CalendarPlan(self)
        let repeats = plan.isEveryHour
        let periods = (self.zone ?? zone).periods
        let start = max(moment, -1) + 1
        // A gap that ends at the start itself counts too.
        var index = periods.index(at: start - 1)
        var lower = start + periods[index].offset
        if !repeats { lower = max(lower, periods[index].shown) }
        var found = plan.first(from: lower)
        while true {
            let period = periods[index]
            guard index + 1 < periods.count else { return found.map { $0 - period.offset } }
            let next = periods[index + 1]
            if let found, found < next.start + period.offset { return found - period.offset }
            if repeats {
                // After a step back, times that were passed match again.
                let begin = next.start + next.offset
                if begin < lower || found.map({ $0 < begin }) == true { found = plan.first(from: begin) }
                lower = begin
            } else {
                guard let passed = found else { return nil }
                if passed < next.shown { found = plan.first(from: next.shown) }
                if let local = found, local < next.start + next.offset { return next.start }
            }
            index += 1
        }
    }

    /// The elapses strictly after a moment, at most that many; see ``next(after:in:)``.
    public func elapses(after moment: Int64, in zone: Zone, limit: Int) -> [Int64] {
        var elapses: [Int64] = []
        var last = moment
        while elapses.count < limit, let next = next(after: last, in: zone) {
            elapses.append(next)
            last = next
        }
        return elapses
    }
}
