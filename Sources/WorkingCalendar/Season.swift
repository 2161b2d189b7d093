public import Civil
public import Wording

/// A part of every year, from one day to another, both included. It may contain New Year: `1/11..30/4`.
public struct Season: Sendable, Hashable, CustomStringConvertible {
    /// The first day that belongs to it.
    public let first: DayOfYear
    /// The last day that belongs to it; earlier in the year than ``first`` if New Year lies between them.
    public let last: DayOfYear

    /// A season between two days, which any two days make.
    public init(from first: DayOfYear, through last: DayOfYear) { (self.first, self.last) = (first, last) }

    /// Reads `1/11..30/4`, each day before its month.
    ///
    /// - Throws: ``SeasonalTerm/Mistake`` if it has another form, or if a day is none.
    public init(_ text: some StringProtocol) throws(SeasonalTerm.Mistake) {
        let whole = Substring(text)
        guard let dots = whole.firstRange(of: "..") else { throw .unreadable(String(text)) }
        func day(_ text: Substring) throws(SeasonalTerm.Mistake) -> DayOfYear {
            let words = text.split(whereSeparator: \.isWhitespace).joined()
            guard let day = DayOfYear(words) else { throw .noSuchDay(words) }
            return day
        }
        self.init(from: try day(whole[..<dots.lowerBound]), through: try day(whole[dots.upperBound...]))
    }

    /// Whether a day belongs to it.
    public func contains(_ day: DayOfYear) -> Bool {
        first <= last ? first <= day && day <= last : first <= day || day <= last
    }

    /// Whether a day belongs to both.
    public func overlaps(_ other: Season) -> Bool { contains(other.first) || other.contains(first) }

    /// `1/11..30/4`.
    public var description: String { "\(first)..\(last)" }

    /// `du 1er novembre au 30 avril`, `from 1 November to 30 April`.
    public var words: Text { Text(fr: "du \(first) au \(last)", en: "from \(first) to \(last)") }
}

extension Season: Codable {
    /// Reads a text like `1/11..30/4`.
    public init(from decoder: any Decoder) throws {
        self = try decoder.value("a season like 1/11..30/4") { try? Season($0) }
    }

    /// Writes a text like `1/11..30/4`.
    public func encode(to encoder: any Encoder) throws { try encoder.write(description) }
}

/// A season and the term of what begins in it: `1/11..30/4=1 working day`.
public struct SeasonTerm: Sendable, Hashable, CustomStringConvertible {
    /// When a promise of this term begins.
    public let season: Season
    /// How long somebody has then.
    public let term: Term

    /// A term for a season.
    public init(_ season: Season, _ term: Term) { (self.season, self.term) = (season, term) }

    /// Reads `1/11..30/4=1 working day`, with any spaces; the term is in English or in French.
    ///
    /// - Throws: ``SeasonalTerm/Mistake`` for anything else, with the part that is wrong.
    public init(_ text: String) throws(SeasonalTerm.Mistake) {
        guard let equals = text.firstIndex(of: "=") else { throw .unreadable(text) }
        let season = try Season(text[..<equals])
        do throws(Term.Mistake) {
            self.init(season, try Term(String(text[text.index(after: equals)...])))
        } catch {
            throw .term(error)
        }
    }

    /// `1/11..30/4=1 working day`.
    public var description: String { "\(season)=\(term)" }
}

/// A term that depends on the season in which a promise begins: 1 working day from 1 November to 30 April, 3 otherwise.
///
/// Its mistakes are found when it is made. A provider makes it while it is created, not in a rule: then the daemon says
/// at its start what is wrong.
public struct SeasonalTerm: Sendable, Hashable {
    /// The term outside all seasons.
    public let otherwise: Term
    /// The seasons with other terms; none of them share a day.
    public let seasons: [SeasonTerm]

    /// The same term all the year round.
    public init(_ term: Term) { (otherwise, seasons) = (term, []) }

    /// A term, and other terms in some seasons.
    ///
    /// - Throws: ``Mistake`` if there is no season, or if two of them share a day.
    public init(_ otherwise: Term, in seasons: [SeasonTerm]) throws(Mistake) {
        guard !seasons.isEmpty else { throw .noSeason }
        for (index, one) in seasons.enumerated() {
            for other in seasons[..<index] where other.season.overlaps(one.season) {
                throw .overlap(other.season, one.season)
            }
        }
        (self.otherwise, self.seasons) = (otherwise, seasons)
    }

    /// The term that a day gives to what begins on it, and why it is this one.
    public func choice(on day: DayOfYear) -> Choice {
        guard !seasons.isEmpty else { return Choice(term: otherwise, season: nil) }
        if let chosen = seasons.first(where: { $0.season.contains(day) }) {
            return Choice(term: chosen.term, season: .during(season: chosen.season))
        }
        return Choice(term: otherwise, season: .outside(seasons: seasons.map(\.season)))
    }

    /// A term that a day has given.
    public struct Choice: Sendable, Hashable {
        /// How long somebody has.
        public let term: Term
        /// The season for which it is; nil where the term depends on none.
        public let season: ChosenSeason?
    }

    /// Why seasons or a seasonal term are none.
    public enum Mistake: Error, Hashable, Sendable {
        /// It has not the form of a season and its term.
        case unreadable(String)
        /// No year has this day, such as 30/2.
        case noSuchDay(String)
        /// The term of the season cannot be read.
        case term(Term.Mistake)
        /// A day belongs to two seasons, so that it has two terms.
        case overlap(Season, Season)
        /// There is a list of seasons, and nothing is in it.
        case noSeason

        /// What is wrong and what is right, without a full stop.
        public var words: Text {
            switch self {
            case .unreadable(let text):
                Text(
                    fr: "« \(text) » n'est pas le délai d'une saison, comme 1/11..30/4=1 jour ouvré",
                    en: "\"\(text)\" is not the term of a season like 1/11..30/4=1 working day")
            case .noSuchDay(let text):
                Text(
                    fr: "« \(text) » n'est pas un jour de l'année, comme 30/4 pour le 30 avril",
                    en: "\"\(text)\" is not a day of the year like 30/4 for 30 April")
            case .term(let mistake): mistake.words
            case .overlap(let one, let other):
                Text(
                    fr: "les saisons \(one.description) et \(other.description) ont des jours en commun",
                    en: "the seasons \(one.description) and \(other.description) have days in common")
            case .noSeason:
                Text(
                    fr: "il n'y a aucune saison : donnez-en une comme 1/11..30/4=1 jour ouvré",
                    en: "there is no season: give one like 1/11..30/4=1 working day")
            }
        }
    }
}

/// The season for which a promise has its term: what is stored of a ``SeasonalTerm``, so that the choice can be explained
/// without it.
public enum ChosenSeason: Sendable, Hashable, Codable {
    /// The promise began in this season.
    case during(season: Season)
    /// It began in none of these.
    case outside(seasons: [Season])
}

extension WorkingCalendar {
    /// The term of a promise that begins at an instant, by the day that the calendar's clocks show then.
    public func choice(of term: SeasonalTerm, from start: Instant) -> SeasonalTerm.Choice {
        // Terms without seasons are most of them, and need no day.
        guard !term.seasons.isEmpty else { return SeasonalTerm.Choice(term: term.otherwise, season: nil) }
        return term.choice(on: DayOfYear(zone.local(start).date))
    }
}
