/// Reads a calendar expression without its zone, from left to right.
struct CalendarReader {
    let text: [Character]
    var position = 0

    var weekdays: UInt8 = 0
    var years = Values.any
    var months = Values.any
    var days = Values.any
    var countsFromEnd = false
    var hours = Values(0)
    var minutes = Values(0)
    var seconds = Values(0)
    /// Whether it was a count of seconds since 1970, which is always in UTC.
    var isTimestamp = false

    /// Longest list that is read.
    static let longestList = 241

    init(_ text: some Sequence<Character>) throws(CalendarMistake) {
        self.text = Array(text)
        if takeWord() { return }
        try readWeekdays()
        if peek == "@" {
            try readTimestamp()
        } else {
            try readDate()
            try readTime()
        }
    }

    var peek: Character? { position < text.count ? text[position] : nil }
    var isAtEnd: Bool { position == text.count }

    mutating func take(_ character: Character) -> Bool {
        guard peek == character else { return false }
        position += 1
        return true
    }

    /// Takes two full stops.
    mutating func takeRange() -> Bool {
        guard peek == ".", position + 1 < text.count, text[position + 1] == "." else { return false }
        position += 2
        return true
    }

    mutating func skipSpaces() { while take(" ") {} }

    /// The letters from here on, not taken.
    var letters: String { String(text[position...].prefix { $0.isASCII && $0.isLetter }) }

    func unexpected(fr: String, en: String) -> CalendarMistake {
        guard let found = peek else {
            return CalendarMistake(at: position, fr: "il manque \(fr)", en: "\(en) is missing")
        }
        return CalendarMistake(
            at: position, fr: "« \(found) » au lieu de \(fr)", en: "\"\(found)\" in place of \(en)")
    }

    // MARK: Words

    private mutating func takeWord() -> Bool {
        let first = Values(1)
        switch String(text).lowercased() {
        case "minutely": (hours, minutes) = (.any, .any)
        case "hourly": hours = .any
        case "daily": break
        case "weekly": weekdays = 1
        case "monthly": days = first
        case "quarterly": (months, days) = (Values(1, 4, 7, 10), first)
        case "semiannually", "semi-annually", "biannually", "bi-annually": (months, days) = (Values(1, 7), first)
        case "yearly", "annually", "anually": (months, days) = (first, first)
        default: return false
        }
        position = text.count
        return true
    }

    // MARK: Date

    private mutating func readDate() throws(CalendarMistake) {
        guard !isAtEnd else { return }
        let start = position
        let first = try readList()
        if isAtEnd || peek == ":" {
            position = start
            return
        }
        try takeDateSeparator(orTime: true)
        let second = try readList()
        if isAtEnd || peek == " " {
            months = try first.values(.month)
            try take(days: second)
        } else {
            if countsFromEnd { throw unexpected(fr: "la fin de la date", en: "the end of the date") }
            try takeDateSeparator(orTime: false)
            let third = try readList()
            guard isAtEnd || peek == " " else {
                throw unexpected(fr: "la fin de la date", en: "the end of the date")
            }
            years = try first.values(.year)
            months = try second.values(.month)
            try take(days: third)
        }
        skipSpaces()
    }

    private mutating func takeDateSeparator(orTime: Bool) throws(CalendarMistake) {
        if take("~") {
            countsFromEnd = true
        } else if !take("-") {
            throw orTime
                ? unexpected(fr: "« - », « ~ » ou « : »", en: "\"-\", \"~\" or \":\"")
                : unexpected(fr: "« - », « ~ » ou une espace", en: "\"-\", \"~\" or a space")
        }
    }

    private mutating func take(days list: WrittenList) throws(CalendarMistake) {
        if list.spans == nil { countsFromEnd = false }
        days = try list.values(countsFromEnd ? .dayFromEnd : .day)
    }

    /// Seconds since 1970.
    private mutating func readTimestamp() throws(CalendarMistake) {
        let start = position
        position += 1
        let value = try readNumber(scale: 1)
        guard isAtEnd else { throw unexpected(fr: "la fin de l'expression", en: "the end of the expression") }
        let moment = LocalMoment(microseconds: Int64(value) * 1_000_000)
        guard Unit.year.range.contains(moment.year) else {
            throw CalendarMistake(
                at: start, fr: "ce moment est après l'année 2199", en: "this moment is after the year 2199")
        }
        isTimestamp = true
        (years, months, days) = (Values(moment.year), Values(moment.month), Values(moment.day))
        let time = Int(moment.microsecondOfDay / 1_000_000)
        (hours, minutes) = (Values(time / 3600), Values(time / 60 % 60))
        seconds = Values(time % 60 * 1_000_000)
    }

    // MARK: Time of day

    private mutating func readTime() throws(CalendarMistake) {
        guard !isAtEnd else { return }
        let hour = try readList()
        guard take(":") else { throw unexpected(fr: "« : »", en: "\":\"") }
        let minute = try readList()
        hours = try hour.values(.hour)
        guard !isAtEnd else {
            minutes = try minute.values(.minute)
            return
        }
        guard take(":") else {
            throw unexpected(fr: "« : » ou la fin de l'heure", en: "\":\" or the end of the time")
        }
        minutes = try minute.values(.minute)
        let second = try readList(scale: Unit.second.scale)
        seconds = second.spans == nil ? .everySecond : try second.values(.second)
        guard isAtEnd else { throw unexpected(fr: "la fin de l'expression", en: "the end of the expression") }
    }
}
