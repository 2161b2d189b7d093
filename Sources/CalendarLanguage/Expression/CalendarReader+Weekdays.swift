extension CalendarReader {
    private static let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

    /// Reads weekdays, where there are any, and the spaces after them.
    mutating func readWeekdays() throws(CalendarMistake) {
        if text.isEmpty || text.first == " " {
            throw unexpected(fr: "un jour, une date ou une heure", en: "a weekday, a date or a time")
        }
        guard !letters.isEmpty else { return }
        /// The first day of a range whose last one comes next.
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
