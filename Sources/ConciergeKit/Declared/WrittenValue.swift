import JSON

/// A value that is written as one text of its own form: `07:30`, `14 days`, `Europe/Paris`; also a type of one's own as
/// a field or a setting.
///
/// What it expects is said in the form, in the help and in the error. In a record it is its text. <doc:InputsAndFields>
/// has an example.
public protocol WrittenValue: FieldValue {
    /// What is expected, with its article: `hours like 07:00-22:00`.
    static var form: Text { get }
    /// Why a text is not read, if that can be said more exactly than by ``form``: "the check digit is wrong". It is
    /// asked only for a text that ``init(written:)`` does not read, and does not contain the text if the field is
    /// secret.
    static func mistake(in text: String) -> Text?
    /// Reads the text as people type it; nil if it does not have this form.
    init?(written text: String)
    /// The text, from which ``init(written:)`` creates an equal value.
    var writtenText: String { get }
}

extension WrittenValue {
    /// A text of its own form.
    public static var kind: FieldKind { .form(form) }
    /// Nil: the form says enough.
    public static func mistake(in text: String) -> Text? { nil }
    /// The value, if it is a text of this form.
    public static func read(_ given: Given) throws(Mismatch) -> Self {
        if let raw = Scalar(given.json), let value = Self(raw) { return value }
        if case .string(let text) = given.json, let mistake = Self.mistake(in: text) {
            throw given.mismatch(.said(mistake))
        }
        throw given.mismatch(.kind(kind))
    }
    /// The value, if it is a text of this form.
    public init?(_ raw: Scalar) {
        guard case .string(let text) = raw else { return nil }
        self.init(written: text)
    }
    /// The text.
    public var raw: Scalar? { .string(writtenText) }
}

extension WrittenValue where Self: Decodable {
    /// Reads the text from a record.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Self(written: text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\"\(text)\" is not \(Self.form.en)"))
        }
        self = value
    }
}

extension WrittenValue where Self: Encodable {
    /// Writes the text into a record.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(writtenText)
    }
}

extension TimeOfDay: WrittenValue {
    /// A time on the wall clock.
    public static var form: Text { Text(fr: "une heure comme 07:30 ou 7h30", en: "a time of day like 07:30") }
    /// Reads `07:30` and `7h30`.
    public init?(written text: String) { self.init(typed: text) }
    /// `07:30`.
    public var writtenText: String { description }
    /// The time.
    public var measure: TimeOfDay? { self }
}

extension Hours: WrittenValue {
    /// Hours on the wall clock.
    public static var form: Text { Text(fr: "un horaire comme 09:00-12:00 ou 9h-12h", en: "hours like 09:00-12:00") }
    /// Reads `09:00-12:00` and `9h-12h`.
    public init?(written text: String) { self.init(typed: text) }
    /// `09:00-12:00`.
    public var writtenText: String { description }
}

extension Zone: WrittenValue {
    /// A zone of the IANA database.
    public static var form: Text {
        guard Zone("Europe/Paris") == nil else {
            return Text(fr: "un fuseau horaire comme Europe/Paris", en: "a time zone like Europe/Paris")
        }
        return Text(
            fr: "UTC (cette machine n'a pas de fuseaux horaires : il manque le paquet tzdata)",
            en: "UTC (this machine has no time zones: the package tzdata is missing)")
    }
    /// The zone of this name, if the machine has it.
    public init?(written text: String) { self.init(text) }
    /// Its name.
    public var writtenText: String { description }
}

extension Duration: WrittenValue {
    /// A length of time, as ``TimeSpan`` reads it.
    public static var form: Text {
        Text(
            fr: "une durée comme 30s, 4h ou « 3 days », de 100 ans au plus",
            en: "a length of time like 30s, 4h or \"3 days\", 100 years at most")
    }
    /// Reads `4h`, `3 days`, `1d 12h`; a bare number counts seconds.
    public init?(written text: String) {
        guard let span = TimeSpan(text) else { return nil }
        self = span.duration
    }
    /// The length, if it is a text of this form or a whole number of seconds.
    public init?(_ raw: Scalar) {
        switch raw {
        case .string(let text): self.init(written: text)
        case .int(let seconds):
            guard seconds >= 0, seconds <= TimeSpan.longest.duration.components.seconds else { return nil }
            self = .seconds(seconds)
        default: return nil
        }
    }
    /// `14 days`, `36h`, `20min`; other lengths are written by ``TimeSpan``.
    public var writtenText: String {
        let seconds = components.seconds
        guard seconds > 0 else { return "0" }
        for (unit, size, least) in [(" days", 86_400, 2), ("h", 3600, 1), ("min", 60, 1)] as [(String, Int64, Int64)]
        where seconds >= size * least && seconds.isMultiple(of: size) { return "\(seconds / size)\(unit)" }
        return TimeSpan(self).description
    }
    /// The length.
    public var measure: Duration? { self }
}
