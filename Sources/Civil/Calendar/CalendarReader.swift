/// Reads a calendar expression without its zone, from left to right.
struct CalendarReader {
    private let text: [Character]
    private var position = 0

    private(set) var weekdays: UInt8 = 0
    private(set) var years = Values.any
    private(set) var months = Values.any
    private(set) var days = Values.any
    private(set) var countsFromEnd = false
    private(set) var hours = Values(0)
    private(set) var minutes = Values(0)
    private(set) var seconds = Values(0)
    /// Whether the text is a count of seconds since 1970, which is always in UTC.
    private(set) var isTimestamp = false

    /// The maximum number of elements of a list.
    private static let longestList = 241

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

    private var peek: Character? { position < text.count ? text[position] : nil }
    private var isAtEnd: Bool { position == text.count }

    private mutating func take(_ character: Character) -> Bool {
        guard peek == character else { return false }
        position += 1
        return true
    }

    /// Reads two full stops.
    private mutating func takeRange() -> Bool {
        guard peek == ".", position + 1 < text.count, text[position + 1] == "." else { return false }
        position += 2
        return true
    }

    private mutating func skipSpaces() { while take(" ") {} }

    /// The next letters, without consuming them.
    private var letters: String { String(text[position...].prefix { $0.isASCII && $0.isLetter }) }

    private func unexpected(fr: String, en: String) -> CalendarMistake {
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

    /// Reads a count of seconds since 1970.
    private mutating func readTimestamp() throws(CalendarMistake) {
        let start = position
        position += 1
        let value = try readNumber(scale: 1)
        guard isAtEnd else { throw unexpected(fr: "la fin de l'expression", en: "the end of the expression") }
        let moment = WallTime(microseconds: Int64(value) * 1_000_000)
        guard Unit.year.range.contains(moment.date.year) else {
            throw CalendarMistake(
                at: start, fr: "ce moment est après l'année 2199", en: "this moment is after the year 2199")
        }
        isTimestamp = true
        (years, months, days) = (Values(moment.date.year), Values(moment.date.month), Values(moment.date.day))
        let time = Int(moment.microsecond / 1_000_000)
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

// MARK: - Lists of numbers

/// A list as it was written, before its unit is known.
private struct WrittenList {
    struct Element {
        var span: Span
        let position: Int
    }

    /// Nil for `*`.
    let spans: [Element]?

    /// The list as values of a unit: checked, sorted, each once.
    func values(_ unit: Unit) throws(CalendarMistake) -> Values {
        guard let elements = spans else { return .any }
        var spans: [Span] = []
        for element in elements { spans.append(try element.span(unit)) }
        spans.sort()
        return Values(
            spans: spans.enumerated().filter { $0.offset == 0 || spans[$0.offset - 1] != $0.element }.map(\.element))
    }
}

extension WrittenList.Element {
    /// The span, checked for a unit. The end of a range becomes the last value that its step reaches; a range of one
    /// value becomes that value.
    func span(_ unit: Unit) throws(CalendarMistake) -> Span {
        var span = span
        if unit == .year {
            span.start = Self.year(span.start)
            span.stop = span.stop.map(Self.year)
        }
        let range = unit.range
        guard range.contains(span.start), range.contains(span.stop ?? span.start) else {
            throw outOfRange(unit)
        }
        if let stop = span.stop {
            guard stop >= span.start else {
                throw CalendarMistake(
                    at: position, fr: "la plage finit avant son début", en: "the range ends before its start")
            }
            span.stop = stop - (stop - span.start) % span.step
            return span.stop == span.start ? Span(start: span.start) : span
        }
        // A step that reaches no second value is refused, because the mistake would go unnoticed.
        let room = unit == .dayFromEnd ? span.start - range.lowerBound : range.upperBound - span.start
        guard span.step <= room else {
            throw CalendarMistake(
                at: position, fr: "le pas est trop grand : il ne mène à aucune autre valeur",
                en: "the step is too large: it leads to no other value")
        }
        return span
    }

    private func outOfRange(_ unit: Unit) -> CalendarMistake {
        let (low, high) = (unit.range.lowerBound, unit.range.upperBound / unit.scale)
        return CalendarMistake(
            at: position, fr: "\(unit.words.fr) va de \(low) à \(high)", en: "\(unit.words.en) is \(low) to \(high)")
    }

    /// Two digits are a year from 1970 to 2069.
    private static func year(_ number: Int) -> Int {
        switch number {
        case 0..<70: number + 2000
        case 70..<100: number + 1900
        default: number
        }
    }
}

extension CalendarReader {
    /// Reads `*`, or a list of numbers, ranges and steps.
    private mutating func readList(scale: Int = 1) throws(CalendarMistake) -> WrittenList {
        if take("*") { return WrittenList(spans: nil) }
        var elements: [WrittenList.Element] = []
        repeat {
            guard elements.count < Self.longestList else {
                throw CalendarMistake(
                    at: position, fr: "une liste a au plus \(Self.longestList) valeurs",
                    en: "a list has \(Self.longestList) values at most")
            }
            elements.append(try readElement(scale))
        } while take(",")
        return WrittenList(spans: elements)
    }

    private mutating func readElement(_ scale: Int) throws(CalendarMistake) -> WrittenList.Element {
        let start = position
        var span = Span(start: try readNumber(scale: scale))
        if takeRange() {
            let stop = try readNumber(scale: scale)
            (span.stop, span.step) = (stop, scale)
            // With a smaller end only the first value would ever match, which is not what the author meant.
            if scale > 1, peek != "/", (span.start..<span.start + scale).contains(stop) {
                throw CalendarMistake(
                    at: start, fr: "une plage de secondes sans pas dure au moins une seconde",
                    en: "a range of seconds without a step is a second long at least")
            }
        }
        if take("/") {
            let place = position
            span.step = try readNumber(scale: scale)
            guard span.step > 0 else {
                throw CalendarMistake(at: place, fr: "le pas est nul", en: "the step is zero")
            }
        }
        switch peek {
        case nil, " ", ",", "-", "~", ":": return WrittenList.Element(span: span, position: start)
        default:
            throw unexpected(
                fr: "un nombre, « .. », « / » ou un séparateur", en: "a number, \"..\", \"/\" or a separator")
        }
    }

    /// Reads digits, and with a scale of a million a fraction, rounded to the sixth place.
    private mutating func readNumber(scale: Int) throws(CalendarMistake) -> Int {
        let start = position
        let digits = takeDigits()
        guard !digits.isEmpty else { throw unexpected(fr: "un nombre", en: "a number") }
        guard let whole = Int(digits), whole <= Int(Int32.max) * 8 else {
            throw CalendarMistake(at: start, fr: "le nombre est trop grand", en: "the number is too large")
        }
        var value = whole * scale
        if scale > 1, peek == ".", !(position + 1 < text.count && text[position + 1] == ".") {
            position += 1
            let fraction = takeDigits()
            guard !fraction.isEmpty else { throw unexpected(fr: "des décimales", en: "decimals") }
            let kept = fraction.prefix(6)
            value += (Int(kept) ?? 0) * [100_000, 10_000, 1_000, 100, 10, 1][kept.count - 1]
            if let next = fraction.dropFirst(6).first, next >= "5" { value += 1 }
        }
        return value
    }

    private mutating func takeDigits() -> String {
        let digits = String(text[position...].prefix { $0.isASCII && $0.isNumber })
        position += digits.count
        return digits
    }
}

// MARK: - Weekdays

extension CalendarReader {
    private static let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

    /// Reads weekdays, if there are any, and the spaces after them.
    private mutating func readWeekdays() throws(CalendarMistake) {
        if text.isEmpty || text.first == " " {
            throw unexpected(fr: "un jour, une date ou une heure", en: "a weekday, a date or a time")
        }
        guard !letters.isEmpty else { return }
        /// The first day of a range of which the last day is read next.
        var open: (day: Int, position: Int)?
        while true {
            let start = position
            let day = try readWeekday()
            weekdays |= 1 << UInt8(day)
            if let open {
                guard open.day <= day else {
                    throw CalendarMistake(
                        at: start, fr: "ce jour est avant le premier jour de la plage (la semaine commence le lundi)",
                        en: "this day is before the range's first one (the week begins on Monday)")
                }
                for between in open.day...day { weekdays |= 1 << UInt8(between) }
            }
            if isAtEnd { return }
            if peek == " " { return skipSpaces() }
            if open == nil, takeRange() || take("-") {
                open = (day, start)
            } else if take(",") {
                open = nil
                // A comma may end the list.
                if isAtEnd || peek == " " { return skipSpaces() }
            } else {
                throw unexpected(fr: "« , », « .. » ou une espace", en: "\",\", \"..\" or a space")
            }
        }
    }

    private mutating func readWeekday() throws(CalendarMistake) -> Int {
        let word = letters
        guard !word.isEmpty else { throw unexpected(fr: "un jour comme Mon", en: "a weekday like Mon") }
        let lower = word.lowercased()
        guard let day = Self.names.firstIndex(where: { $0 == lower || $0.prefix(3) == lower }) else {
            throw CalendarMistake(
                at: position, fr: "« \(word) » n'est ni un jour comme Mon, ni un mot comme daily",
                en: "\"\(word)\" is neither a weekday like Mon nor a word like daily")
        }
        position += word.count
        return day
    }
}
