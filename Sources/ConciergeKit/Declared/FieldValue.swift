import JSON

/// The type of an input's field or of a setting: a `String`, `Int`, `Double`, `Bool`, ``Instant``, ``LocalDate``,
/// ``TimeOfDay``, ``Hours``, `Duration`, ``Money``, ``Zone``, ``Language``, ``Weekday``, an enum of one's own, an
/// optional of one of these, or a list of them; a setting may also be a section (``Settings``) or a dictionary.
///
/// An enum conforms as a ``Choice``. A type whose written form is a text of its own conforms by ``WrittenValue``.
public protocol FieldValue: Sendable {
    /// What `in:` limits: the value itself, the length of a text in characters, or the count of a list. `Never` if
    /// there is nothing to limit.
    associatedtype Bound: Comparable & Sendable = Never
    /// The written form of the value, for forms, help and the command line.
    static var kind: FieldKind { get }
    /// Whether several values may be given, each with the same name on a command line.
    static var isList: Bool { get }
    /// The value of a field that is not given; nil if the field is required.
    static var absent: Self? { get }
    /// Reads the raw value; nil if it is of another kind.
    init?(_ raw: Scalar)
    /// The raw value, from which ``init(_:)`` creates an equal value; nil if there is no value, or if it does not fit
    /// into a raw value.
    var raw: Scalar? { get }
    /// What is compared with the limits; nil if they do not apply to this value.
    var measure: Bound? { get }
    /// Reads a value as it was given. The default implementation suits all types that ``init(_:)`` reads completely.
    static func read(_ given: Given) throws(Mismatch) -> Self
    /// Reads a value; the parts that are not given keep their initial values.
    static func read(_ given: Given, over initial: Self) throws(Mismatch) -> Self
    /// The written form of the value, from which ``read(_:)`` creates an equal value; nil if there is no value.
    var written: Given? { get }
}

extension FieldValue {
    /// False: most values are not lists.
    @inlinable public static var isList: Bool { false }
    /// Nil: most fields must be given.
    @inlinable public static var absent: Self? { nil }
    /// The value as it is read by ``init(_:)``.
    public static func read(_ given: Given) throws(Mismatch) -> Self {
        guard let raw = Scalar(given.json), let value = Self(raw) else { throw given.mismatch(.kind(kind)) }
        return value
    }
    /// Reads the value as it is given: it has no parts.
    public static func read(_ given: Given, over initial: Self) throws(Mismatch) -> Self { try read(given) }
    /// The raw value.
    public var written: Given? { raw.map { Given(JSON($0)) } }
}

extension FieldValue where Bound == Never {
    /// Nil: nothing can be limited.
    public var measure: Never? { nil }
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
    /// The number of characters.
    public var measure: Int? { count }
    /// The text, if it is one and not blank.
    public static func read(_ given: Given) throws(Mismatch) -> String {
        guard case .string(let text) = given.json else { throw given.mismatch(.kind(kind)) }
        guard !TextLimits.isBlank(text) else { throw given.mismatch(.blank) }
        return text
    }
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
    /// The number.
    public var measure: Int? { self }
}

extension Double: FieldValue {
    /// A number.
    public static var kind: FieldKind { .float }
    /// The number; a whole number is accepted too.
    public init?(_ raw: Scalar) {
        switch raw {
        case .int(let number): self = Double(number)
        case .double(let number): self = number
        default: return nil
        }
    }
    /// The number.
    public var raw: Scalar? { .double(self) }
    /// The number.
    public var measure: Double? { self }
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
    /// The instant.
    public var measure: Instant? { self }
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
    /// The day.
    public var measure: LocalDate? { self }
}

extension Money: FieldValue {
    /// An amount in euros.
    public static var kind: FieldKind { .money }
    /// The amount: a text as people type it, or a number of euros without parts of a cent.
    public init?(_ raw: Scalar) {
        switch raw {
        case .string(let text): self.init(text)
        case .int(let euros): self.init(euros: Double(euros))
        case .double(let euros): self.init(euros: euros)
        default: return nil
        }
    }
    /// The amount as a text, `12.50`: a number on the wire might lose cents.
    public var raw: Scalar? { .string(description) }
    /// The amount.
    public var measure: Money? { self }
}

extension Optional: FieldValue where Wrapped: FieldValue {
    /// The kind of the wrapped value.
    public static var kind: FieldKind { Wrapped.kind }
    /// Whether the wrapped value is a list.
    @inlinable public static var isList: Bool { Wrapped.isList }
    /// An optional need not be given.
    @inlinable public static var absent: Wrapped?? { .some(nil) }
    /// The wrapped value.
    public init?(_ raw: Scalar) {
        guard let value = Wrapped(raw) else { return nil }
        self = value
    }
    /// The value, if there is one.
    public var raw: Scalar? { self?.raw }
    /// The measure of the value; nil if there is none.
    public var measure: Wrapped.Bound? { self?.measure }
    /// Reads the wrapped value; nil for `null`.
    public static func read(_ given: Given) throws(Mismatch) -> Wrapped? {
        if case .null = given.json { return nil }
        return try Wrapped.read(given)
    }
    /// Reads the wrapped value over its initial value.
    public static func read(_ given: Given, over initial: Wrapped?) throws(Mismatch) -> Wrapped? {
        guard let initial else { return try read(given) }
        if case .null = given.json { return nil }
        return try Wrapped.read(given, over: initial)
    }
    /// The value, if there is one.
    public var written: Given? { self?.written }
}
