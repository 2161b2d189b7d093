public import Civil

/// A text for people, in every language of the lodge.
///
/// Interpolated values keep their type until the text is formatted: dates, instants, spans, numbers and other texts are
/// formatted in the reader's language, and instants in the reader's zone.
///
/// ```swift
/// Text(fr: "Un colis vous attend jusqu'au \(until, .day).", en: "A parcel waits for you until \(until, .day).")
/// ```
///
/// There is no initializer with one language only: the compiler refuses a text that lacks a translation. French
/// typography is applied to the literals in the source (no-break spaces before : ; ! ? and inside « », typographic
/// apostrophes), and never to an interpolated `String`, which may be what a person typed.
public struct Text: Sendable, Hashable {
    private let french: Phrase
    private let english: Phrase

    /// A text with its French and its English version.
    public init(fr: Phrase, en: Phrase) {
        french = fr.inFrenchTypography.settled(in: .fr)
        english = en.settled(in: .en)
    }

    /// A text that is the same in every language: a name, an id, a number on a label.
    public init(verbatim words: String) { self.init(saidInFrench: words, english: words) }

    /// Joins texts, with the same separator between them.
    public init(verbatim separator: String, joining texts: [Text]) {
        func phrase(_ words: (Text) -> Phrase) -> Phrase {
            texts.enumerated().reduce(Phrase(settled: "")) { joined, text in
                text.offset == 0 ? words(text.element) : joined + Phrase(settled: separator) + words(text.element)
            }
        }
        french = phrase(\.french).settled(in: .fr)
        english = phrase(\.english).settled(in: .en)
    }

    /// A text that was formatted before, such as those of the ledger. It is used unchanged.
    public init(saidInFrench french: String, english: String) {
        self.french = Phrase(settled: french)
        self.english = Phrase(settled: english)
    }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable,
        message: "write Text(fr: \"…\", en: \"…\"), or Text(verbatim: …) for a name that is the same in each language"
    )
    public init(_ words: String) { self.init(verbatim: "") }

    /// The text in one language. Instants are written in the zone; without a zone they are in UTC, and the text says
    /// so.
    public func said(in language: Language, zone: Zone? = nil) -> String {
        switch language {
        case .fr: french.said(in: .fr, zone: zone)
        case .en: english.said(in: .en, zone: zone)
        }
    }

    /// The text with its instants written in a zone, so that it no longer depends on a zone.
    public func said(in zone: Zone) -> Text {
        if isSaid { return self }
        return Text(saidInFrench: said(in: .fr, zone: zone), english: said(in: .en, zone: zone))
    }

    /// Texts with the same content are equal, however they were created.
    public static func == (left: Text, right: Text) -> Bool {
        guard left.isSaid, right.isSaid else { return left.french == right.french && left.english == right.english }
        return left.en == right.en && left.fr == right.fr
    }

    /// Hashes the content.
    public func hash(into hasher: inout Hasher) {
        guard isSaid else {
            hasher.combine(french)
            hasher.combine(english)
            return
        }
        hasher.combine(en)
        hasher.combine(fr)
    }

    /// Whether nothing in it depends on the reader's zone.
    fileprivate var isSaid: Bool { french.isSaid && english.isSaid }

    /// The text in one language, with instants in UTC.
    public subscript(language: Language) -> String { said(in: language) }

    /// The text in French, with instants in UTC.
    public var fr: String { said(in: .fr) }
    /// The text in English, with instants in UTC.
    public var en: String { said(in: .en) }
}

/// Unavailable, so that the compiler reports what to write instead of a text in one language.
@available(
    *, unavailable,
    message: "write Text(fr: \"…\", en: \"…\"), or Text(verbatim: …) for a name that is the same in each language"
)
extension Text: ExpressibleByStringInterpolation {
    /// Unavailable, so that the compiler reports what to write instead.
    public init(stringLiteral words: String) { self.init(verbatim: words) }
}

extension Text: Codable {
    private enum CodingKeys: String, CodingKey {
        case fr, en
    }

    /// Reads what ``encode(to:)`` wrote.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            saidInFrench: try container.decode(String.self, forKey: .fr),
            english: try container.decode(String.self, forKey: .en))
    }

    /// Writes the text in each language.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(fr, forKey: .fr)
        try container.encode(en, forKey: .en)
    }
}

/// A text in one language, with typed values in it. It is written as a literal; see ``Text``.
public struct Phrase: Sendable, Hashable, ExpressibleByStringInterpolation {
    /// How much of an instant or a date is shown.
    public enum Style: Sendable, Hashable {
        /// `vendredi 25 décembre à 9 h`, `Friday 25 December, 09:00`; for a date `vendredi 25 décembre`.
        case full
        /// The day alone, without the year: `vendredi 25 décembre`.
        case day
        /// `vendredi 25 décembre 2026`.
        case dayAndYear
        /// `décembre 2026`, `December 2026`.
        case month
        /// `9 h`, `09:00`.
        case time
    }

    fileprivate enum Part: Sendable, Hashable {
        /// A literal of the source.
        case literal(String)
        /// Text that is used unchanged.
        case words(String)
        case text(Text)
        case instant(Instant, Style)
        case range(Range<Instant>, Style)
        case date(LocalDate, Style)
        case dayOfYear(DayOfYear)
        case time(TimeOfDay)
        case span(Duration)
        case number(Int)
        case decimal(Double)
        case money(Money)
        case count(Int, one: String, many: String)
        case list([Text])

        var needsZone: Bool {
            switch self {
            case .instant, .range: true
            case .text(let text): !text.isSaid
            case .list(let texts): !texts.allSatisfy(\.isSaid)
            default: false
            }
        }
    }

    fileprivate enum Content: Sendable, Hashable {
        case said(String)
        /// A literal of the source without values. Its typography is applied when it is formatted, because a field's
        /// text is created far more often than it is read.
        case literal(String)
        case parts([Part])
    }

    private let content: Content

    /// A phrase without values in it.
    public init(stringLiteral words: String) { content = .literal(words) }

    /// A phrase with values in it.
    public init(stringInterpolation: StringInterpolation) { content = .parts(stringInterpolation.parts) }

    fileprivate init(settled words: String) { content = .said(words) }

    private init(_ parts: [Part]) { content = .parts(parts) }

    /// Joins two phrases without anything between them.
    public static func + (left: Phrase, right: Phrase) -> Phrase { Phrase(left.parts + right.parts) }

    private var parts: [Part] {
        switch content {
        case .said(let words): [.words(words)]
        case .literal(let words): [.literal(words)]
        case .parts(let parts): parts
        }
    }

    fileprivate var isSaid: Bool { if case .parts = content { false } else { true } }

    /// Formats the phrase now if nothing in it depends on the reader's zone.
    fileprivate func settled(in language: Language) -> Phrase {
        guard case .parts(let parts) = content, !parts.contains(where: \.needsZone) else { return self }
        return Phrase(settled: said(in: language, zone: nil))
    }

    fileprivate var inFrenchTypography: Phrase {
        guard case .parts(let parts) = content else { return self }
        return Phrase(
            parts.enumerated().map { index, part in
                guard case .literal(let words) = part else { return part }
                return .words(FrenchTypography.applied(to: words, isFollowed: index + 1 < parts.count))
            })
    }

    fileprivate func said(in language: Language, zone: Zone?) -> String {
        switch content {
        case .said(let words): words
        case .literal(let words): Self.said(.literal(words), in: language, zone: zone)
        case .parts(let parts): parts.map { Self.said($0, in: language, zone: zone) }.joined()
        }
    }

    private static func said(_ part: Part, in language: Language, zone: Zone?) -> String {
        let saying = Saying(language: language)
        switch part {
        case .literal(let words):
            return language == .fr ? FrenchTypography.applied(to: words, isFollowed: false) : words
        case .words(let words): return words
        case .text(let text): return text.said(in: language, zone: zone)
        case .instant(let instant, let style): return saying.instant(instant, style, zone: zone)
        case .range(let range, let style):
            return saying.range(range, withYear: style == .dayAndYear, zone: zone)
        case .date(let date, .month): return saying.month(of: date)
        case .date(let date, let style): return saying.date(date, withYear: style == .dayAndYear)
        case .dayOfYear(let day): return saying.dayOfYear(day)
        case .time(let time): return saying.time(time)
        case .span(let span): return saying.span(span)
        case .number(let number): return saying.number(number)
        case .decimal(let number): return saying.number(number)
        case .money(let money): return saying.money(money)
        case .count(let count, let one, let many): return saying.count(count, one: one, many: many)
        case .list(let texts): return saying.list(texts.map { $0.said(in: language, zone: zone) })
        }
    }

    /// Collects the parts of a phrase.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var parts: [Part] = []

        /// Creates an empty interpolation.
        public init(literalCapacity: Int, interpolationCount: Int) {
            parts.reserveCapacity(2 * interpolationCount + 1)
        }

        /// A literal of the source.
        public mutating func appendLiteral(_ words: String) {
            if !words.isEmpty { parts.append(.literal(words)) }
        }

        /// A name, an id, or what a person typed: used unchanged.
        public mutating func appendInterpolation(_ words: some StringProtocol) { parts.append(.words(String(words))) }

        /// Any other value that has one form for all languages: its description is used.
        public mutating func appendInterpolation(verbatim value: some CustomStringConvertible) {
            parts.append(.words(value.description))
        }

        /// Another text, in the same language.
        public mutating func appendInterpolation(_ text: Text) { parts.append(.text(text)) }

        /// Several texts: `a, b et c`.
        public mutating func appendInterpolation(_ texts: [Text]) { parts.append(.list(texts)) }

        /// An instant, written in the reader's zone.
        public mutating func appendInterpolation(_ instant: Instant, _ style: Style = .full) {
            parts.append(.instant(instant, style))
        }

        /// `vendredi 27 novembre, 18 h – 20 h 30`; with both days if it ends on another day than it begins, except at
        /// midnight. The style says whether the year is written.
        public mutating func appendInterpolation(_ range: Range<Instant>, _ style: Style = .day) {
            parts.append(.range(range, style))
        }

        /// A day, with its weekday: `vendredi 25 décembre`, `Friday 25 December`.
        public mutating func appendInterpolation(_ date: LocalDate, _ style: Style = .day) {
            parts.append(.date(date, style))
        }

        /// A day of every year: `25 décembre`, `25 December`.
        public mutating func appendInterpolation(_ day: DayOfYear) { parts.append(.dayOfYear(day)) }

        /// A time on the wall clock: `9 h 05`, `09:05`.
        public mutating func appendInterpolation(_ time: TimeOfDay) { parts.append(.time(time)) }

        /// Hours of a day: `9 h – 12 h`, `09:00 – 12:00`.
        public mutating func appendInterpolation(_ hours: Hours) {
            parts += [.time(hours.start), .words("\u{A0}– "), .time(hours.end)]
        }

        /// A length of time: `3 jours`, `3 days`.
        public mutating func appendInterpolation(_ span: Duration) { parts.append(.span(span)) }

        /// A length of time as a configuration has it: `3 jours`, `3 days`.
        public mutating func appendInterpolation(_ span: TimeSpan) { parts.append(.span(span.duration)) }

        /// A whole number, grouped by thousands: `12 345`, `12,345`.
        public mutating func appendInterpolation(_ number: some BinaryInteger) {
            parts.append(.number(Int(clamping: number)))
        }

        /// A number with the language's decimal sign: `1,5`, `1.5`.
        public mutating func appendInterpolation(_ number: Double) { parts.append(.decimal(number)) }

        /// An amount: `12,50 €`, `€12.50`.
        public mutating func appendInterpolation(_ money: Money) { parts.append(.money(money)) }

        /// A number with the word that agrees with it: `\(count, "parcel", "parcels")`.
        public mutating func appendInterpolation(_ count: Int, _ one: String, _ many: String) {
            parts.append(.count(count, one: one, many: many))
        }

        /// Unavailable: the sentence must also state what applies if there is no value.
        @available(*, unavailable, message: "an optional in a sentence: say what is said where there is nothing")
        public mutating func appendInterpolation<Value>(_ value: Value?) {}

        /// Unavailable: the language decides how a value is said, and this type has no form for people.
        @available(
            *, unavailable,
            message: "a value that has no form for people: write \\(verbatim: …), or the part of it that is said"
        )
        public mutating func appendInterpolation<Value>(_ value: Value) {}
    }
}
