import Civil
public import Wording

/// How long somebody has for what is promised.
///
/// As a text it is `24 hours`, `10 working hours`, `5 working days`, or in French `24 heures`, `10 heures ouvrées`,
/// `5 jours ouvrés`.
public enum Term: Sendable, Hashable {
    /// So many hours, by day and by night, whatever the calendar says.
    case hours(Int)
    /// So many hours in which the calendar is open.
    case workingHours(Int)
    /// Until the calendar closes on the last of so many working days. The first one is the first working day after the
    /// day on which the promise begins, whatever the hour of that day.
    case workingDays(Int)

    /// The counts that are read: what is longer is no promise to a resident.
    public static let counts = 1...10_000

    /// How many hours or days it is.
    public var count: Int {
        switch self {
        case .hours(let count), .workingHours(let count), .workingDays(let count): count
        }
    }

    /// Whether opening hours matter to it.
    public var needsCalendar: Bool { if case .hours = self { false } else { true } }

    /// The term for people: `5 jours ouvrés`, `5 working days`.
    public var words: Text {
        switch self {
        case .hours(let count): Text(fr: "\(count, "heure", "heures")", en: "\(count, "hour", "hours")")
        case .workingHours(let count):
            Text(
                fr: "\(count, "heure ouvrée", "heures ouvrées")", en: "\(count, "working hour", "working hours")")
        case .workingDays(let count):
            Text(fr: "\(count, "jour ouvré", "jours ouvrés")", en: "\(count, "working day", "working days")")
        }
    }
}

extension Term: CustomStringConvertible {
    /// The term in English with ordinary spaces, as ``init(_:)`` reads it: `5 working days`.
    public var description: String {
        let unit =
            switch self {
            case .hours: "hour"
            case .workingHours: "working hour"
            case .workingDays: "working day"
            }
        return "\(count) \(unit)\(count == 1 ? "" : "s")"
    }
}

extension Term {
    /// Why a text is no term.
    public enum Mistake: Error, Hashable, Sendable {
        /// It has none of the forms; perhaps one of them was meant.
        case unreadable(String, suggestion: String?)
        /// The number is not in ``Term/counts``.
        case count(String)
        /// It counts *jours ouvrables*, which are all days but Sundays and holidays, whatever the opening hours.
        case ouvrable(String)

        /// What is wrong and what is right, without a full stop.
        public var words: Text {
            switch self {
            case .unreadable(let text, let suggestion):
                if let suggestion {
                    return Text(
                        fr: "« \(text) » n'est pas un délai ; vouliez-vous dire « \(suggestion) » ?",
                        en: "\"\(text)\" is not a term; did you mean \"\(suggestion)\"?")
                }
                return Text(
                    fr: "« \(text) » n'est pas un délai comme 24 heures, 10 heures ouvrées ou 5 jours ouvrés",
                    en: "\"\(text)\" is not a term like 24 hours, 10 working hours or 5 working days")
            case .count(let text):
                return Text(
                    fr: "« \(text) » : un délai compte de \(Term.counts.lowerBound) à \(Term.counts.upperBound) heures "
                        + "ou jours",
                    en: "\"\(text)\": a term has \(Term.counts.lowerBound) to \(Term.counts.upperBound) hours or days")
            case .ouvrable(let text):
                return Text(
                    fr: "« \(text) » : les jours ouvrables ne suivent pas les horaires ; écrivez « jours ouvrés »",
                    en: "\"\(text)\": jours ouvrables do not follow opening hours; write jours ouvrés or working days")
            }
        }
    }

    private enum Unit {
        case hours, workingHours, workingDays

        func term(_ count: Int) -> Term {
            switch self {
            case .hours: .hours(count)
            case .workingHours: .workingHours(count)
            case .workingDays: .workingDays(count)
            }
        }
    }

    private static let units: [(words: String, unit: Unit)] = [
        ("hours", .hours), ("hour", .hours), ("h", .hours), ("heures", .hours), ("heure", .hours),
        ("working hours", .workingHours), ("working hour", .workingHours),
        ("heures ouvrées", .workingHours), ("heure ouvrée", .workingHours),
        ("working days", .workingDays), ("working day", .workingDays),
        ("working days from next", .workingDays), ("working day from next", .workingDays),
        ("jours ouvrés", .workingDays), ("jour ouvré", .workingDays),
        ("jours ouvrés dès le prochain", .workingDays), ("jour ouvré dès le prochain", .workingDays),
    ]

    private static func folded(_ words: String) -> String {
        String(words.map { "éè".contains($0) ? "e" : $0 })
    }

    /// Reads a term in English or French, in any case, with any spaces and with or without accents. `5 working days from
    /// next` is the same as `5 working days`.
    public init(_ text: String) throws(Mistake) {
        let shown = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let lower = shown.lowercased()
        let digits = lower.prefix { $0.isASCII && $0.isNumber }
        let words = String(lower[digits.endIndex...].drop { $0 == " " })
        if words.hasPrefix("jour"), words.contains("ouvrable") { throw .ouvrable(shown) }
        guard !digits.isEmpty else { throw .unreadable(shown, suggestion: nil) }
        guard let unit = Self.units.first(where: { Self.folded($0.words) == Self.folded(words) })?.unit else {
            // Days alone are near to hours as a word, and are not meant so.
            let (jours, days) = digits == "1" ? ("jour ouvré", "working day") : ("jours ouvrés", "working days")
            let meant = ["jour": jours, "jours": jours, "day": days, "days": days]
            let near = meant[words] ?? NearestName.nearest(to: words, among: Self.units.lazy.map(\.words))
            throw .unreadable(shown, suggestion: near.map { "\(digits) \($0)" })
        }
        guard let count = Int(digits), Self.counts.contains(count) else { throw .count(shown) }
        self = unit.term(count)
    }
}

extension Term: Codable {
    /// Reads a text like `5 working days`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do throws(Mistake) {
            try self.init(text)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.words.en)
        }
    }

    /// Writes a text like `5 working days`.
    public func encode(to encoder: any Encoder) throws { try encoder.write(description) }
}
