public import Civil

/// Formats dates, times, spans and numbers in a language.
struct Saying {
    let language: Language

    /// `vendredi 25 décembre à 9 h`, `Friday 25 December, 09:00`.
    func instant(_ instant: Instant, _ style: Phrase.Style, zone: Zone?) -> String {
        let (date, time) = (zone ?? .utc).local(instant)
        let mark = zone == nil ? " UTC" : ""
        switch style {
        case .day: return self.date(date, withYear: false)
        case .dayAndYear: return self.date(date, withYear: true)
        case .month: return month(of: date)
        case .time: return self.time(time) + mark
        case .full:
            let joint = language == .fr ? " à " : ", "
            return self.date(date, withYear: false) + joint + self.time(time) + mark
        }
    }

    /// `vendredi 27 novembre, 18 h – 20 h 30`, `Friday 27 November, 18:00 – 20:30`; over midnight
    /// `vendredi 27 novembre, 22 h – samedi 28 novembre, 2 h`.
    func range(_ range: Range<Instant>, withYear: Bool, zone: Zone?) -> String {
        let begin = (zone ?? .utc).local(range.lowerBound)
        let end = (zone ?? .utc).local(range.upperBound)
        let mark = zone == nil ? " UTC" : ""
        let from = "\(date(begin.date, withYear: withYear)), \(time(begin.time))\(mark)\u{A0}– "
        if end.date == begin.date { return from + time(end.time) + mark }
        if end.time.minutes == 0, end.date == begin.date.adding(days: 1) {
            return from + (language == .fr ? "minuit" : "midnight") + mark
        }
        return from + "\(date(end.date, withYear: withYear)), \(time(end.time))\(mark)"
    }

    /// `vendredi 25 décembre`, `Friday 25 December`; in French the first of a month is `1er`.
    func date(_ date: LocalDate, withYear: Bool) -> String {
        "\(date.weekday.words[language]) \(dayOfYear(DayOfYear(date)))" + (withYear ? " \(date.year)" : "")
    }

    /// `décembre 2026`, `December 2026`.
    func month(of date: LocalDate) -> String {
        "\(Self.months[language == .fr ? 0 : 1][date.month - 1]) \(date.year)"
    }

    /// `25 décembre`, `25 December`; in French the first of a month is `1er`.
    func dayOfYear(_ day: DayOfYear) -> String {
        let number = day.day == 1 && language == .fr ? "1er" : "\(day.day)"
        return "\(number) \(Self.months[language == .fr ? 0 : 1][day.month - 1])"
    }

    /// `9 h`, `9 h 05`; `09:05`.
    func time(_ time: TimeOfDay) -> String {
        guard language == .fr else { return time.description }
        let (hour, minute) = time.minutes.quotientAndRemainder(dividingBy: 60)
        return "\(hour)\u{A0}h" + (minute == 0 ? "" : "\u{A0}\(minute.padded(2))")
    }

    /// The span in its two greatest units: `3 jours`, `1 jour 12 heures`, 90 seconds as `1 minute 30 seconds`.
    func span(_ span: Duration) -> String {
        let seconds = abs(span.components.seconds)
        var rest = seconds
        var parts: [String] = []
        for (length, fr, en) in Self.units {
            let (count, left) = rest.quotientAndRemainder(dividingBy: length)
            if count > 0 {
                parts.append(
                    self.count(Int(count), one: language == .fr ? fr.0 : en.0, many: language == .fr ? fr.1 : en.1))
            } else if !parts.isEmpty {
                break
            }
            rest = left
            if parts.count == 2 { break }
        }
        return parts.isEmpty
            ? count(0, one: language == .fr ? "seconde" : "second", many: "seconds") : parts.joined(separator: " ")
    }

    /// `12 345`, `12,345`: four digits stay together.
    func number(_ number: Int) -> String {
        let digits = String(number.magnitude)
        guard digits.utf8.count > 4 else { return String(number) }
        var grouped = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.utf8.count - index).isMultiple(of: 3) {
                grouped += language == .fr ? "\u{202F}" : ","
            }
            grouped.append(digit)
        }
        return (number < 0 ? "-" : "") + grouped
    }

    /// `1,5`, `1.5`.
    func number(_ number: Double) -> String {
        let text = number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number)
        return language == .fr ? String(text.map { $0 == "." ? "," : $0 }) : text
    }

    /// `12,50 €`, `€12.50`; a whole amount has no cents.
    func money(_ money: Money) -> String {
        let (euros, cents) = money.cents.magnitude.quotientAndRemainder(dividingBy: 100)
        let point = language == .fr ? "," : "."
        let amount = number(Int(euros)) + (cents == 0 ? "" : point + Int(cents).padded(2))
        let sign = money.cents < 0 ? "-" : ""
        return sign + (language == .fr ? amount + "\u{202F}€" : "€" + amount)
    }

    /// `1 colis`, `2 parcels`: in French 0 and 1 are singular, in English only 1.
    func count(_ count: Int, one: String, many: String) -> String {
        let isSingular = language == .fr ? abs(count) < 2 : abs(count) == 1
        return "\(number(count))\u{A0}\(isSingular ? one : many)"
    }

    /// `a, b et c`.
    func list(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + (language == .fr ? " et " : " and ") + last
    }

    private static let units: [(Int64, fr: (String, String), en: (String, String))] = [
        (86_400, ("jour", "jours"), ("day", "days")), (3600, ("heure", "heures"), ("hour", "hours")),
        (60, ("minute", "minutes"), ("minute", "minutes")), (1, ("seconde", "secondes"), ("second", "seconds")),
    ]

    private static let months = [
        [
            "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
            "novembre", "décembre",
        ],
        [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ],
    ]
}

extension Weekday {
    /// The name of the weekday.
    public var words: Text {
        switch self {
        case .monday: Text(fr: "lundi", en: "Monday")
        case .tuesday: Text(fr: "mardi", en: "Tuesday")
        case .wednesday: Text(fr: "mercredi", en: "Wednesday")
        case .thursday: Text(fr: "jeudi", en: "Thursday")
        case .friday: Text(fr: "vendredi", en: "Friday")
        case .saturday: Text(fr: "samedi", en: "Saturday")
        case .sunday: Text(fr: "dimanche", en: "Sunday")
        }
    }
}

extension Text {
    /// The distance of a moment that is `seconds` seconds ahead (or, if negative, past), in the nearest whole unit:
    /// `dans 3 h`, `2 min ago`.
    public static func distance(seconds: Int64) -> Text {
        let length = length(seconds: abs(seconds))
        if seconds == 0 { return Text(fr: "maintenant", en: "now") }
        return seconds > 0
            ? Text(fr: "dans \(length)", en: "in \(length)") : Text(fr: "il y a \(length)", en: "\(length) ago")
    }

    /// A length of time in the nearest whole unit: `3 h`, `2 j`.
    public static func length(seconds amount: Int64) -> Text {
        let minutes = (amount + 30) / 60
        let hours = (amount + 1800) / 3600
        if amount < 60 { return Text(verbatim: "\(amount) s") }
        if minutes < 60 { return Text(verbatim: "\(minutes) min") }
        if hours < 48 { return Text(verbatim: "\(hours) h") }
        return Text(fr: "\((amount + 43_200) / 86_400) j", en: "\((amount + 43_200) / 86_400) d")
    }
}

extension CalendarMistake {
    /// What is wrong with the expression, without a full stop.
    public var words: Text { Text(saidInFrench: fr, english: en) }
}
