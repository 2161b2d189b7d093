import Civil
import Wording

/// A calendar expression in French words: `lundi 8h`, `du lundi au vendredi 8:00`, `tous les jours 7h30`, `le 25 décembre`.
enum SpokenCalendar {
    /// The expression in the form of systemd.time(7); nil if a word is not understood.
    static func expression(_ text: String) -> String? {
        var reader = Reader(words: words(of: text))
        return reader.read()
    }

    private static func words(of text: String) -> [String] {
        text.split(whereSeparator: { $0.isWhitespace }).flatMap { word -> [String] in
            // Dates, times and zones keep their marks.
            if word.first?.isNumber == true || word.contains("/") { return [String(word)] }
            return word.split(separator: ",").flatMap { String($0).foldedWords }
        }
    }

    private struct Reader {
        var words: [String]
        private var weekdays: [String] = []
        private var isRange = false
        private var date: String?
        private var time: String?
        private var zone: String?

        init(words: [String]) { self.words = words }

        mutating func read() -> String? {
            guard !words.isEmpty else { return nil }
            while !words.isEmpty {
                guard skipFiller() || readEvery() || readWeekday() || readDate() || readTime() || readZone() else {
                    return nil
                }
            }
            guard !weekdays.isEmpty || date != nil || time != nil else { return nil }
            let days = weekdays.isEmpty ? nil : weekdays.joined(separator: isRange ? ".." : ",")
            // A range has a first and a last day.
            guard !isRange || weekdays.count == 2 else { return nil }
            return [days, date, time, zone].compactMap(\.self).joined(separator: " ")
        }

        private mutating func take(_ expected: String...) -> Bool {
            guard words.starts(with: expected) else { return false }
            words.removeFirst(expected.count)
            return true
        }

        private mutating func skipFiller() -> Bool {
            if let word = words.first, ["au", "jusqu"].contains(word), weekdays.count == 1 {
                words.removeFirst()
                isRange = true
                return true
            }
            guard let word = words.first,
                ["le", "les", "du", "de", "a", "et", "chaque", "tous", "toutes"].contains(word),
                words.count > 1, !Reader.isEvery(words)
            else { return false }
            words.removeFirst()
            return true
        }

        private static func isEvery(_ words: [String]) -> Bool {
            ["chaque", "tous", "toutes"].contains(words[0])
                && words.contains {
                    ["jour", "jours", "heure", "heures", "minutes", "mois", "semaines", "semaine"].contains($0)
                }
        }

        /// `tous les jours`, `chaque heure`, `toutes les 15 minutes`.
        private mutating func readEvery() -> Bool {
            if take("tous", "les", "jours") || take("chaque", "jour") {
                date = "*-*-*"
            } else if take("tous", "les", "mois") || take("chaque", "mois") {
                date = date ?? "*-*-01"
            } else if take("toutes", "les", "heures") || take("chaque", "heure") {
                time = "*:00"
            } else if words.count >= 4, words.starts(with: ["toutes", "les"]), words[3].hasPrefix("min"),
                let count = Int(words[2]), (1...59).contains(count)
            {
                words.removeFirst(4)
                time = "*:0/\(count)"
            } else {
                return false
            }
            return true
        }

        private mutating func readWeekday() -> Bool {
            guard var word = words.first, word.count >= 3 else { return false }
            if word.count > 4, word.hasSuffix("s") { word.removeLast() }
            guard let index = Weekday.allCases.firstIndex(where: { $0.words.fr.hasPrefix(word) }) else { return false }
            words.removeFirst()
            weekdays.append(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][index])
            return true
        }

        /// `25 décembre`, `25/12/2026`, `1er`.
        private mutating func readDate() -> Bool {
            guard date == nil, let word = words.first else { return false }
            if let day = LocalDate(typed: word) {
                words.removeFirst()
                date = day.description
                return true
            }
            if let day = DayOfYear(word) {
                words.removeFirst()
                date = Self.yearly(day.month, day.day)
                return true
            }
            guard let number = Int(word.hasSuffix("er") ? String(word.dropLast(2)) : word), (1...31).contains(number)
            else {
                return false
            }
            if words.count > 1, let month = SpokenTimeReader.month(words[1]) {
                words.removeFirst(2)
                date = Self.yearly(month, number)
                if let year = words.first, year.utf8.count == 4, Int(year) != nil {
                    words.removeFirst()
                    date = year + "-" + Self.two(month) + "-" + Self.two(number)
                }
                return true
            }
            let isAlone = words.count == 1 || ["du", "a"].contains(words[1])
            guard word.hasSuffix("er") || isAlone, words.count < 2 || !words[1].hasPrefix("h") else { return false }
            words.removeFirst()
            _ = take("du", "mois") || take("de", "chaque", "mois")
            date = "*-*-" + Self.two(number)
            return true
        }

        private static func yearly(_ month: Int, _ day: Int) -> String { "*-" + two(month) + "-" + two(day) }
        private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

        private mutating func readTime() -> Bool {
            guard time == nil, let word = words.first else { return false }
            if take("midi") {
                time = "12:00"
                return true
            }
            if take("minuit") {
                time = "00:00"
                return true
            }
            var (written, taken) = (word.lowercased(), 1)
            if word.allSatisfy(\.isNumber), words.count > 1, words[1].first == "h" {
                (written, taken) = (word + words[1], 2)
                if written.hasSuffix("h"), words.count > 2, words[2].utf8.count == 2, Int(words[2]) != nil {
                    (written, taken) = (written + words[2], 3)
                }
            }
            guard let found = TimeOfDay(typed: written) else { return false }
            words.removeFirst(taken)
            time = found.description
            return true
        }

        private mutating func readZone() -> Bool {
            guard words.count == 1, zone == nil, let word = words.first, word == "utc" || word.contains("/") else {
                return false
            }
            words.removeFirst()
            zone = word == "utc" ? "UTC" : word
            return true
        }
    }
}
