import Civil
import Wording

/// A recurrence in words: `tous les jours à 7 h`, `every day at 07:00`. It is the inverse of ``SpokenCalendar`` for the
/// usual expressions.
struct CalendarWords: Sendable {
    /// The zone in which times are said without naming it.
    let zone: Zone

    /// The words for a recurrence as the daemon writes it: `daily 07:30 Europe/Paris`, `every 15min`, or an expression. What
    /// there are no words for is returned as it is.
    func said(_ recurrence: String) -> Text {
        words(recurrence) ?? Text(verbatim: recurrence)
    }

    /// The words for a recurrence; nil if there are none.
    func words(_ recurrence: String) -> Text? {
        let parts = recurrence.split(separator: " ").map(String.init)
        if parts.count == 2, parts[0] == "every", let span = TimeSpan(parts[1]) {
            return Self.interval(seconds: span.duration.components.seconds)
        }
        if parts.first == "daily", parts.count == 3 {
            return (try? CalendarExpression(parts[1] + " " + parts[2])).flatMap(words)
        }
        return (try? CalendarExpression(recurrence)).flatMap(words)
    }

    /// The words for an expression; nil if there are none.
    func words(_ expression: CalendarExpression) -> Text? {
        // The normalised form has a date and a time always.
        var parts = expression.description.split(separator: " ").map(String.init)
        let weekdays = parts[0].first?.isLetter == true ? Self.weekdays(parts.removeFirst()) : []
        guard let weekdays, parts.count >= 2 else { return nil }
        let isAnyDay = parts[0] == "*-*-*"
        let place = expression.zone.flatMap { $0 == zone ? nil : $0 }
        let mark = place.map { Text(verbatim: " (\($0))") } ?? Text(verbatim: "")
        if isAnyDay, let cadence = Self.cadence(parts[1]) {
            guard !weekdays.isEmpty else { return Text(fr: "\(cadence)\(mark)", en: "\(cadence)\(mark)") }
            let days = Self.list(weekdays)
            return Text(fr: "\(cadence), \(days)\(mark)", en: "\(cadence), \(days)\(mark)")
        }
        let day =
            isAnyDay
            ? (weekdays.isEmpty ? Text(fr: "tous les jours", en: "every day") : Self.list(weekdays))
            : Self.day(parts[0], weekdays)
        guard let day, let time = Self.time(parts[1]) else { return nil }
        return Text(fr: "\(day) \(time)\(mark)", en: "\(day) \(time)\(mark)")
    }

    private static func interval(seconds: Int64) -> Text? {
        let units: [(length: Int64, one: Text, many: Text)] = [
            (86_400, Text(fr: "tous les jours", en: "every day"), Text(fr: "tous les # jours", en: "every # days")),
            (
                3600, Text(fr: "toutes les heures", en: "every hour"),
                Text(fr: "toutes les # heures", en: "every # hours")
            ),
            (
                60, Text(fr: "toutes les minutes", en: "every minute"),
                Text(fr: "toutes les # minutes", en: "every # minutes")
            ),
        ]
        guard seconds > 0, let unit = units.first(where: { seconds % $0.length == 0 }) else { return nil }
        let count = seconds / unit.length
        guard count > 1 else { return unit.one }
        return Text(
            saidInFrench: unit.many.fr.replacing("#", with: "\(count)"),
            english: unit.many.en.replacing("#", with: "\(count)"))
    }

    // MARK: Days

    /// A weekday, or from one to another.
    private struct Weekdays {
        var first: Weekday
        var last: Weekday

        var words: Text {
            first == last
                ? Text(fr: "le \(first.words)", en: "every \(first.words)")
                : Text(fr: "du \(first.words) au \(last.words)", en: "\(first.words) to \(last.words)")
        }
    }

    private static func weekdays(_ text: String) -> [Weekdays]? {
        var found: [Weekdays] = []
        for part in text.split(separator: ",") {
            let days = part.split(separator: ".").compactMap { name in
                Weekday.allCases.first { $0.abbreviation == name }
            }
            guard let first = days.first, let last = days.last else { return nil }
            found.append(Weekdays(first: first, last: last))
        }
        return found
    }

    private static func list(_ weekdays: [Weekdays]) -> Text {
        let words = weekdays.map(\.words)
        return Text(fr: "\(words)", en: "\(words)")
    }

    /// The days of a date that is not any day: `le 1er du mois`, `le premier lundi du mois`, `le 25 décembre`.
    private static func day(_ date: String, _ weekdays: [Weekdays]) -> Text? {
        if let only = weekdays.first {
            guard weekdays.count == 1, only.first == only.last else { return nil }
            return ordinals[date].map { ordinal in
                Text(
                    fr: "le \(ordinal) \(only.first.words) du mois",
                    en: "on the \(ordinal) \(only.first.words) of the month")
            }
        }
        if date == "*-*~01" { return Text(fr: "le dernier jour du mois", en: "on the last day of the month") }
        if let day = LocalDate(date) { return Text(fr: "le \(day, .dayAndYear)", en: "on \(day, .dayAndYear)") }
        let parts = date.split(separator: "-").map(String.init)
        guard parts.count == 3, parts[0] == "*" else { return nil }
        let days = parts[2].split(separator: ",").map { Int($0) }
        guard parts[1] != "*" else {
            let words = days.map { day in day.map { Self.ofMonth($0) } }
            let known = words.compactMap(\.self)
            guard known.count == words.count else { return nil }
            return Text(fr: "\(known) du mois", en: "on \(known) of the month")
        }
        guard days.count == 1, let day = days[0] else { return nil }
        let months = parts[1].split(separator: ",")
        let known = months.compactMap { Int($0).flatMap { DayOfYear(month: $0, day: day) } }
        guard known.count == months.count else { return nil }
        let words = known.map { Text(fr: "le \($0)", en: "\($0)") }
        return Text(fr: "\(words)", en: "on \(words)")
    }

    /// By the days of a month that have the first of each weekday, the second and so on.
    static let ordinals: [String: Text] = [
        "*-*-01..07": Text(fr: "premier", en: "first"), "*-*-08..14": Text(fr: "deuxième", en: "second"),
        "*-*-15..21": Text(fr: "troisième", en: "third"), "*-*-22..28": Text(fr: "quatrième", en: "fourth"),
        "*-*~07/1": Text(fr: "dernier", en: "last"),
    ]

    private static func ofMonth(_ day: Int) -> Text {
        let suffix =
            switch day {
            case 1, 21, 31: "st"
            case 2, 22: "nd"
            case 3, 23: "rd"
            default: "th"
            }
        return Text(fr: "le \(verbatim: day == 1 ? "1er" : "\(day)")", en: "the \(verbatim: "\(day)\(suffix)")")
    }

    // MARK: Times

    /// `à 8 h`, `at 08:00`: one time or several, on the whole minute.
    private static func time(_ text: String) -> Text? {
        let parts = text.split(separator: ":").map(String.init)
        guard parts.count == 3, parts[2] == "00", let minute = Int(parts[1]) else { return nil }
        let hours = parts[0].split(separator: ",").map { hour in
            Int(hour).flatMap { TimeOfDay(hour: $0, minute: minute) }
        }
        let words = hours.compactMap(\.self).map { time in
            time.minutes == 0 ? Text(fr: "minuit", en: "midnight") : Text(fr: "\(time)", en: "\(time)")
        }
        guard words.count == hours.count else { return nil }
        return Text(fr: "à \(words)", en: "at \(words)")
    }

    /// `toutes les heures`, `toutes les 15 minutes`.
    private static func cadence(_ text: String) -> Text? {
        let parts = text.split(separator: ":").map(String.init)
        guard parts.count == 3, parts[0] == "*", parts[2] == "00" else { return nil }
        if parts[1] == "*" { return Text(fr: "toutes les minutes", en: "every minute") }
        if parts[1] == "00" { return Text(fr: "toutes les heures", en: "every hour") }
        guard parts[1].hasPrefix("00/"), let step = Int(parts[1].dropFirst(3)), 60 % step == 0 else { return nil }
        return Text(fr: "toutes les \(step) minutes", en: "every \(step) minutes")
    }
}
