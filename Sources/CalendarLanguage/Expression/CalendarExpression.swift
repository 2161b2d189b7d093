/// When something recurs, in the language that systemd's timers have for it: `Mon..Fri 08:00`, `*-*~01`, `hourly`.
///
/// The language is that of systemd.time(7), section CALENDAR EVENTS, read and normalised as systemd 252 does. Numbers
/// are digits only, and a zone is one of the IANA database or `UTC`: the abbreviations of the machine's own zone,
/// which mean something else elsewhere, are refused, and so are the zones under `right/`, which count leap seconds.
/// At the changes of a clock the rules differ, see ``next(after:in:)``.
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

    /// The zone that was written; nil where it is that of whoever asks.
    public let zone: CalendarZone?

    /// Reads an expression.
    ///
    /// - Throws: What is wrong, and where.
    public init(_ text: String) throws(CalendarMistake) {
        let characters = Array(text)
        var rest = characters[...]
        var zone: CalendarZone?
        if let space = characters.lastIndex(of: " "), space > 0, characters.dropFirst(space + 1).first?.isLetter == true
        {
            let name = String(characters[(space + 1)...])
            zone = name.lowercased() == "utc" ? .utc : CalendarZone(name)
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

    /// Three days or more that follow each other are a range.
    private var weekdayText: String {
        let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
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
