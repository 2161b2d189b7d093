import Civil
import Wording

/// Reads the words of a ``SpokenTime`` from left to right.
struct SpokenTimeReader {
    private var words: [String]
    private let now: Instant
    private let zone: Zone
    private let direction: SpokenTime.Direction
    private let today: LocalDate

    private var weekday: Weekday?
    /// `lundi prochain`: not today. `lundi dernier`: before today.
    private var isNext = false
    private var isLast = false
    private var date: LocalDate?
    private var time: TimeOfDay?
    private var instant: Instant?

    init(_ text: String, now: Instant, zone: Zone, direction: SpokenTime.Direction) {
        words = text.split(whereSeparator: \.isWhitespace).flatMap { word in
            // A date keeps its marks; of any other word they are left out.
            word.first?.isNumber == true ? [word.lowercased()] : String(word).foldedWords
        }
        (self.now, self.zone, self.direction) = (now, zone, direction)
        today = zone.local(now).date
    }

    mutating func read() throws(SpokenTime.Mistake) -> SpokenTime {
        guard !words.isEmpty else { throw .notUnderstood }
        while !words.isEmpty {
            guard skipFiller() || readRelative() || readDayWord() || readWeekday() || readDate() || readTime() else {
                throw .notUnderstood
            }
        }
        if let instant {
            guard date == nil, time == nil, weekday == nil else { throw .notUnderstood }
            return .instant(instant)
        }
        if let weekday {
            if let date, date.weekday != weekday { throw .otherWeekday(date) }
            date = date ?? day(of: weekday)
        }
        switch (date, time) {
        case (let date?, let time?): return .local(date, time)
        case (let date?, nil): return .day(date)
        case (nil, let time?): return .local(today, time)
        case (nil, nil): throw .notUnderstood
        }
    }

    /// Takes the next words if they are these.
    private mutating func take(_ expected: String...) -> Bool {
        guard words.starts(with: expected) else { return false }
        words.removeFirst(expected.count)
        return true
    }

    private mutating func takeOne(of expected: Set<String>) -> Bool {
        guard let word = words.first, expected.contains(word) else { return false }
        words.removeFirst()
        return true
    }

    private mutating func skipFiller() -> Bool {
        if take("il", "y", "a") {
            words.insert("ilya", at: 0)
            return true
        }
        return takeOne(of: [
            "le", "la", "l", "a", "at", "on", "the", "de", "du", "of", "ce", "cet", "this", "vers", "pour",
        ])
            && !words.isEmpty
    }

    // MARK: - From now

    /// `maintenant`, `dans 3 jours`, `il y a 2 heures`, `in 3 days`, `3 days ago`.
    private mutating func readRelative() -> Bool {
        if takeOne(of: ["maintenant", "now"]) {
            guard instant == nil else { return false }
            instant = now
            return true
        }
        let before = words
        let isAhead = takeOne(of: ["dans", "in"])
        let isBack = !isAhead && takeOne(of: ["ilya"])
        if let (count, unit) = takeLength(), isAhead || isBack || take("ago") {
            return move(isAhead ? count : -count, unit)
        }
        words = before
        return false
    }

    private enum Unit { case minutes, hours, days, weeks, months }

    private mutating func takeLength() -> (Int, Unit)? {
        guard let word = words.first else { return nil }
        let digits = word.prefix { $0.isASCII && $0.isNumber }
        let count: Int
        if let number = Int(digits), digits.count <= 4 {
            count = number
            words.removeFirst()
            if digits.count < word.count { words.insert(String(word.dropFirst(digits.count)), at: 0) }
        } else if let number = Self.numbers[word] {
            count = number
            words.removeFirst()
        } else {
            return nil
        }
        guard let name = words.first, let unit = Self.unit(name) else { return nil }
        words.removeFirst()
        return (count, unit)
    }

    private mutating func move(_ count: Int, _ unit: Unit) -> Bool {
        guard date == nil, instant == nil else { return false }
        switch unit {
        case .minutes: instant = now + .minutes(count)
        case .hours: instant = now + .hours(count)
        case .days: date = today.adding(days: count)
        case .weeks: date = today.adding(days: 7 * count)
        case .months: date = today.adding(months: count)
        }
        return true
    }

    private static func unit(_ word: String) -> Unit? {
        switch word {
        case "min", "mn", "minute", "minutes": .minutes
        case "h", "heure", "heures", "hour", "hours": .hours
        case "j", "jour", "jours", "d", "day", "days": .days
        case "semaine", "semaines", "week", "weeks": .weeks
        case "mois", "month", "months": .months
        default: nil
        }
    }

    private static let numbers = [
        "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
        "dix": 10, "one": 1, "an": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "eight": 8, "nine": 9,
        "ten": 10,
    ]

    // MARK: - Days

    private mutating func readDayWord() -> Bool {
        let days: Int
        if take("aujourd", "hui") || takeOne(of: ["aujourdhui", "today"]) {
            days = 0
        } else if take("apres", "demain") || take("day", "after", "tomorrow") {
            days = 2
        } else if takeOne(of: ["demain", "tomorrow"]) {
            days = 1
        } else if take("avant", "hier") || take("day", "before", "yesterday") {
            days = -2
        } else if takeOne(of: ["hier", "yesterday"]) {
            days = -1
        } else if let monday = takeWeek() {
            guard date == nil else { return false }
            date = monday
            return true
        } else {
            return false
        }
        guard date == nil else { return false }
        date = today.adding(days: days)
        return true
    }

    /// `la semaine dernière`, `cette semaine`, `next week`: its Monday. Nil if there is no such word.
    private mutating func takeWeek() -> LocalDate? {
        let weekday = Weekday.allCases.firstIndex(of: today.weekday) ?? 0
        let monday = today.adding(days: -weekday)
        if take("semaine", "derniere") || take("semaine", "passee") || take("last", "week") {
            return monday.adding(days: -7)
        }
        if take("cette", "semaine") || take("this", "week") { return monday }
        if take("semaine", "prochaine") || take("next", "week") { return monday.adding(days: 7) }
        return nil
    }

    private mutating func readWeekday() -> Bool {
        if takeOne(of: ["prochain", "prochaine", "next"]) {
            isNext = true
            return true
        }
        if takeOne(of: ["dernier", "derniere", "last"]) {
            isLast = true
            return true
        }
        guard let word = words.first, weekday == nil, let found = Weekday(spoken: word) else { return false }
        words.removeFirst()
        weekday = found
        return true
    }

    /// The next such day, or the last one; today counts if a time of today is still to come, or looking back.
    private func day(of weekday: Weekday) -> LocalDate {
        let all = Weekday.allCases
        let ahead = ((all.firstIndex(of: weekday) ?? 0) - (all.firstIndex(of: today.weekday) ?? 0) + 7) % 7
        if isLast || (direction == .back && !isNext) {
            return today.adding(days: ahead == 0 ? (isLast ? -7 : 0) : ahead - 7)
        }
        let isToCome = time.map { $0 > zone.local(now).time } ?? false
        return today.adding(days: ahead == 0 && (isNext || !isToCome) ? 7 : ahead)
    }

    /// `21/12`, `21/12/2026`, `2026-12-21`, `21 décembre 2026`, `December 21`.
    private mutating func readDate() -> Bool {
        guard date == nil, let word = words.first else { return false }
        if let day = LocalDate(typed: word) {
            words.removeFirst()
            date = day
            return true
        }
        let parts = word.split(omittingEmptySubsequences: false) { "/.-".contains($0) }.map(String.init)
        if parts.count == 2 || parts.count == 3, word.allSatisfy({ $0.isNumber || "/.-".contains($0) }),
            let day = DayOfYear("\(parts[0])/\(parts[1])")
        {
            // 21/12/26
            let year = parts.count == 3 && parts[2].utf8.count == 2 ? Int(parts[2]).map { 2000 + $0 } : nil
            guard parts.count == 2 || year != nil else { return false }
            guard let found = nearest(day, year: year) else { return false }
            words.removeFirst()
            date = found
            return true
        }
        return readNamedMonth()
    }

    private mutating func readNamedMonth() -> Bool {
        guard words.count >= 2 else { return false }
        let (day, month): (Int, Int)
        if let number = Self.dayNumber(words[0]), let named = Self.month(words[1]) {
            (day, month) = (number, named)
        } else if let named = Self.month(words[0]), let number = Self.dayNumber(words[1]) {
            (day, month) = (number, named)
        } else {
            return false
        }
        guard let dayOfYear = DayOfYear(month: month, day: day) else { return false }
        var taken = 2
        var year: Int?
        if words.count > 2, words[2].utf8.count == 4, let number = Int(words[2]) {
            (year, taken) = (number, 3)
        }
        guard let found = nearest(dayOfYear, year: year) else { return false }
        words.removeFirst(taken)
        date = found
        return true
    }

    /// The day of that year, or the nearest in the direction, today included. A day of the last month, or looking back of the
    /// next one, is meant as it stands: who types yesterday's date does not mean next year.
    private func nearest(_ day: DayOfYear, year: Int?) -> LocalDate? {
        if let year { return LocalDate(year: year, month: day.month, day: day.day) }
        let (first, last) = (today.adding(days: -Self.close), today.adding(days: Self.close))
        // 29 February may be eight years away.
        let years =
            direction == .ahead ? Array(today.year - 1...today.year + 8) : (today.year - 8...today.year + 1).reversed()
        let days = years.compactMap { LocalDate(year: $0, month: day.month, day: day.day) }
        return days.first { (first...last).contains($0) }
            ?? days.first { direction == .ahead ? $0 >= today : $0 <= today }
    }

    /// In days.
    private static let close = 31

    private static func dayNumber(_ word: String) -> Int? {
        let digits = word.prefix { $0.isASCII && $0.isNumber }
        let ending = word.dropFirst(digits.count)
        guard (1...2).contains(digits.count), ["", "er", "st", "nd", "rd", "th", ","].contains(ending) else {
            return nil
        }
        return Int(digits)
    }

    /// By at least three letters; `juin` and `juillet` by four.
    static func month(_ word: String) -> Int? {
        guard word.count >= 3, word != "jui" else { return nil }
        for names in months {
            if let index = names.firstIndex(where: { $0.hasPrefix(word) }) { return index + 1 }
        }
        return nil
    }

    private static let months = [
        [
            "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre",
            "decembre",
        ],
        [
            "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
            "november",
            "december",
        ],
    ]

    // MARK: - Times

    /// `9h`, `9 h 40`, `09:40`, `9:20 pm`, `midi`, `minuit`.
    private mutating func readTime() -> Bool {
        guard time == nil, let word = words.first else { return false }
        if takeOne(of: ["midi", "noon"]) {
            time = TimeOfDay(minutes: 720)
            return true
        }
        if takeOne(of: ["minuit", "midnight"]) {
            time = TimeOfDay(minutes: 0)
            return true
        }
        var (written, taken) = (word, 1)
        if word.allSatisfy(\.isNumber), words.count > 1 {
            if words[1].first == "h", words[1].dropFirst().allSatisfy(\.isNumber) {
                (written, taken) = (word + words[1], 2)
            } else if ["am", "pm"].contains(words[1]) {
                written += "h"
            }
        }
        if written.hasSuffix("h"), words.count > taken, words[taken].utf8.count == 2,
            words[taken].allSatisfy(\.isNumber)
        {
            written += words[taken]
            taken += 1
        }
        guard var found = TimeOfDay(typed: written) else { return false }
        words.removeFirst(taken)
        if take("pm") {
            if found.minutes < 720 { found = TimeOfDay(minutes: found.minutes + 720) }
        } else if take("am"), found.minutes >= 720 {
            found = TimeOfDay(minutes: found.minutes - 720)
        }
        time = found
        return true
    }
}

extension Weekday {
    /// A day of the week by its name in French or English, or by at least three letters of it.
    init?(spoken word: String) {
        guard word.count >= 3 else { return nil }
        let found = Weekday.allCases.first { day in
            [day.words.fr, day.words.en.lowercased()].contains { $0.hasPrefix(word) }
        }
        guard let found else { return nil }
        self = found
    }
}

extension LocalDate {
    /// The same day so many months later, or the last day of a month that is too short.
    fileprivate func adding(months count: Int) -> LocalDate {
        let total = year * 12 + month - 1 + count
        let (year, month) = total.quotientAndRemainder(dividingBy: 12)
        for day in stride(from: day, through: 28, by: -1) {
            if let date = LocalDate(year: year, month: month + 1, day: day) { return date }
        }
        return LocalDate(year: year, month: month + 1, day: min(day, 28)) ?? self
    }
}
