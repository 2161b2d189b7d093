import Civil
import Wording

/// A calendar expression in French words: `lundi 8h`, `du lundi au vendredi 8:00`, `tous les jours 7h30`, `le 25 décembre`,
/// `le premier lundi du mois à 8h`.
enum SpokenCalendar {
    /// The expression in the form of systemd.time(7); nil if a word is not understood.
    static func expression(_ text: String) -> String? {
        var reader = Reader(words: words(of: text))
        return reader.read()
    }

    /// The first word of a text that is not understood, as it is typed, with its position; nil if something is missing at
    /// the end, and in a text of the language of systemd.time(7).
    static func unknownWord(_ text: String) -> (word: String, position: Int)? {
        var reader = Reader(words: words(of: text))
        guard reader.read() == nil, let unknown = reader.words.first else { return nil }
        guard !text.foldedWords.contains(where: { Self.english.contains(String($0.prefix(3))) }) else { return nil }
        var position = 0
        // The last one of several: those before it were understood.
        var found: (String, Int)?
        let following = reader.words.count
        for part in text.split(separator: " ", omittingEmptySubsequences: false) {
            let word = String(part)
            let isLateEnough = words(of: String(text.dropFirst(position))).count >= following
            if isLateEnough, words(of: word).contains(unknown) { found = (word, position) }
            position += word.count + 1
        }
        return found
    }

    /// Whether all words are understood, and something is missing after them.
    static func isIncomplete(_ text: String) -> Bool {
        var reader = Reader(words: words(of: text))
        return reader.read() == nil && reader.words.isEmpty
    }

    private static let english = Set(Weekday.allCases.map { $0.abbreviation.lowercased() })

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
                guard
                    readOrdinal() || skipFiller() || readEvery() || readWeekday() || readDate() || readTime()
                        || readZone()
                else {
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
            guard let word = words.first, let day = Self.weekday(word) else { return false }
            words.removeFirst()
            weekdays.append(day)
            return true
        }

        private static func weekday(_ word: String) -> String? {
            var word = word
            guard word.count >= 3 else { return nil }
            if word.count > 4, word.hasSuffix("s") { word.removeLast() }
            return Weekday.allCases.first { $0.words.fr.hasPrefix(word) }?.abbreviation
        }

        /// `le premier lundi du mois`, `le dernier jour du mois`: the first of a weekday is within the first seven days.
        private mutating func readOrdinal() -> Bool {
            guard date == nil, weekdays.isEmpty else { return false }
            var rest = words
            for filler in [["le"], ["tous", "les"], ["chaque"]] where rest.starts(with: filler) {
                rest.removeFirst(filler.count)
            }
            guard rest.count >= 2 else { return false }
            var ordinal = rest.removeFirst()
            if ordinal.hasSuffix("s") { ordinal.removeLast() }
            let named = rest.removeFirst()
            let ends = [["du", "mois"], ["de", "chaque", "mois"], ["des", "mois"]]
            guard let days = Self.ordinals[ordinal], let end = ends.first(where: { rest.starts(with: $0) }) else {
                return false
            }
            switch (named, ordinal) {
            case ("jour", "premier"), ("jour", "1er"): date = "*-*-01"
            case ("jour", "dernier"): date = "*-*~01"
            default:
                guard let day = Self.weekday(named) else { return false }
                weekdays = [day]
                date = days
            }
            words = Array(rest.dropFirst(end.count))
            return true
        }

        /// By the folded words, the days of a month that have the first of each weekday, the second and so on.
        private static let ordinals: [String: String] = [
            "premier": "*-*-1..7", "1er": "*-*-1..7", "deuxieme": "*-*-8..14", "second": "*-*-8..14",
            "2e": "*-*-8..14", "troisieme": "*-*-15..21", "3e": "*-*-15..21", "quatrieme": "*-*-22..28",
            "4e": "*-*-22..28", "dernier": "*-*~7/1",
        ]

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
