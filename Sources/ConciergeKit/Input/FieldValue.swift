/// What a field of an input may hold: a `String`, `Int`, `Double`, `Bool`, ``Instant``, ``LocalDate``, an optional
/// of one, or an enum of one's own.
///
/// An enum with text raw values conforms by naming the protocol: `enum Carrier: String, CaseIterable, FieldValue`.
public protocol FieldValue: Sendable {
    /// How the value is written, for forms, help and the command line.
    static var kind: FieldKind { get }
    /// What the field holds where nothing was given; nil where something must be.
    static var absent: Self? { get }
    /// Reads the raw value; nil where it is of another kind.
    init?(_ raw: Scalar)
    /// The raw value, from which ``init(_:)`` makes an equal one; nil where nothing was given.
    var raw: Scalar? { get }
}

/// A value as it came over the wire, before its type is known.
public enum Scalar: Sendable, Hashable {
    /// Text.
    case string(String)
    /// A whole number.
    case int(Int)
    /// A number.
    case double(Double)
    /// True or false.
    case bool(Bool)
}

/// How a field's value is written.
public enum FieldKind: Sendable, Hashable {
    /// Any text.
    case string
    /// A whole number.
    case int
    /// A number.
    case float
    /// True or false.
    case bool
    /// RFC 3339 with an offset.
    case time
    /// A calendar day, `2026-11-23`.
    case date
    /// One of these.
    case choice([String])

    /// The word for it on the wire.
    package var word: String {
        switch self {
        case .string: "string"
        case .int: "int"
        case .float: "float"
        case .bool: "bool"
        case .time: "time"
        case .date: "date"
        case .choice: "choice"
        }
    }

    /// What is expected, for a message.
    package var expected: Text {
        switch self {
        case .string: Text(fr: "un texte est attendu", en: "a text is expected")
        case .int: Text(fr: "un nombre entier est attendu", en: "a whole number is expected")
        case .float: Text(fr: "un nombre est attendu", en: "a number is expected")
        case .bool: Text(fr: "true ou false est attendu", en: "true or false is expected")
        case .time:
            Text(
                fr: "une date et heure comme 2026-11-23T18:14:06Z est attendue",
                en: "a time like 2026-11-23T18:14:06Z is expected")
        case .date: Text(fr: "un jour comme 2026-11-23 est attendu", en: "a day like 2026-11-23 is expected")
        case .choice(let words):
            Text(
                fr: "une de ces valeurs est attendue : \(words.joined(separator: ", "))",
                en: "one of these is expected: \(words.joined(separator: ", "))")
        }
    }
}

extension FieldValue {
    /// Nothing: most fields must be given.
    public static var absent: Self? { nil }
}

extension String: FieldValue {
    /// Text.
    public static var kind: FieldKind { .string }
    /// The text, if it is one and not blank.
    public init?(_ raw: Scalar) {
        guard case .string(let text) = raw, !TextLimits.isBlank(text) else { return nil }
        self = text
    }
    /// The text.
    public var raw: Scalar? { .string(self) }
}

extension Int: FieldValue {
    /// A whole number.
    public static var kind: FieldKind { .int }
    /// The number, if it is a whole one.
    public init?(_ raw: Scalar) {
        guard case .int(let number) = raw else { return nil }
        self = number
    }
    /// The number.
    public var raw: Scalar? { .int(self) }
}

extension Double: FieldValue {
    /// A number.
    public static var kind: FieldKind { .float }
    /// The number; a whole one will do.
    public init?(_ raw: Scalar) {
        switch raw {
        case .int(let number): self = Double(number)
        case .double(let number): self = number
        default: return nil
        }
    }
    /// The number.
    public var raw: Scalar? { .double(self) }
}

extension Bool: FieldValue {
    /// True or false.
    public static var kind: FieldKind { .bool }
    /// The truth value, if it is one.
    public init?(_ raw: Scalar) {
        guard case .bool(let truth) = raw else { return nil }
        self = truth
    }
    /// The truth value.
    public var raw: Scalar? { .bool(self) }
}

extension Instant: FieldValue {
    /// A point in time.
    public static var kind: FieldKind { .time }
    /// The instant, if it is RFC 3339 text.
    public init?(_ raw: Scalar) {
        guard case .string(let text) = raw else { return nil }
        self.init(text)
    }
    /// The RFC 3339 text.
    public var raw: Scalar? { .string(description) }
}

extension LocalDate: FieldValue {
    /// A calendar day.
    public static var kind: FieldKind { .date }
    /// The day, if it is one.
    public init?(_ raw: Scalar) {
        guard case .string(let text) = raw else { return nil }
        self.init(text)
    }
    /// The day's text.
    public var raw: Scalar? { .string(description) }
}

extension FieldValue where Self: RawRepresentable<String> & CaseIterable {
    /// One of the cases.
    public static var kind: FieldKind { .choice(allCases.map(\.rawValue)) }
    /// The case of this name.
    public init?(_ raw: Scalar) {
        guard case .string(let word) = raw else { return nil }
        self.init(rawValue: word)
    }
    /// The case's name.
    public var raw: Scalar? { .string(rawValue) }
}

extension Optional: FieldValue where Wrapped: FieldValue {
    /// As what it may hold.
    public static var kind: FieldKind { Wrapped.kind }
    /// Nothing, and that is fine.
    public static var absent: Wrapped?? { .some(nil) }
    /// What it holds.
    public init?(_ raw: Scalar) {
        guard let value = Wrapped(raw) else { return nil }
        self = value
    }
    /// The value, if there is one.
    public var raw: Scalar? { self?.raw }
}

extension Scalar: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral
{
    /// Text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A whole number.
    public init(integerLiteral value: Int) { self = .int(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// True or false.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}
