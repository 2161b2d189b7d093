/// A value that is written as one text of its own form: `07:30`, `14 days`, `Europe/Paris`.
public protocol WrittenValue: FieldValue {
    /// A description in English, as it follows "expected": `hours like 07:00-22:00`.
    static var form: String { get }
    /// Reads the text; nil if it does not have this form.
    init?(written text: String)
    /// The text, from which ``init(written:)`` creates an equal value.
    var writtenText: String { get }
}

extension WrittenValue {
    /// A text of its own form.
    public static var kind: FieldKind { .form(form) }
    /// The value, if it is a text of this form.
    public init?(_ raw: Scalar) {
        guard case .string(let text) = raw else { return nil }
        self.init(written: text)
    }
    /// The text.
    public var raw: Scalar? { .string(writtenText) }
}

extension TimeOfDay: WrittenValue {
    /// A time on the wall clock.
    public static var form: String { "a time of day like 07:30" }
    /// Reads `07:30`.
    public init?(written text: String) { self.init(text) }
    /// `07:30`.
    public var writtenText: String { description }
    /// The time.
    public var measure: TimeOfDay? { self }
}

extension Hours: WrittenValue {
    /// Hours on the wall clock.
    public static var form: String { "hours like 09:00-12:00" }
    /// Reads `09:00-12:00`.
    public init?(written text: String) { self.init(text) }
    /// `09:00-12:00`.
    public var writtenText: String { description }
}

extension Zone: WrittenValue {
    /// A zone of the IANA database.
    public static var form: String { "a time zone like Europe/Paris" }
    /// The zone of this name, if the machine has it.
    public init?(written text: String) { self.init(text) }
    /// Its name.
    public var writtenText: String { description }
}

extension Duration: WrittenValue {
    /// A length of time, as ``TimeSpan`` reads it.
    public static var form: String { "a length of time like 30s, 4h or \"3 days\", 100 years at most" }
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
