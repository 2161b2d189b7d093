package import JSON

/// The type of an input's field or of a setting: a `String`, `Int`, `Double`, `Bool`, ``Instant``, ``LocalDate``,
/// ``TimeOfDay``, ``Hours``, `Duration`, ``Zone``, ``Language``, ``Weekday``, an enum of one's own, an optional of one
/// of these, or a list of them; a setting may also be a section (``Settings``) or a dictionary.
///
/// An enum with text raw values conforms by naming the protocol: `enum Carrier: String, CaseIterable, FieldValue`. A
/// type whose written form is a text of its own conforms by ``WrittenValue``.
public protocol FieldValue: Sendable {
    /// What `in:` limits: the value itself, the length of a text in characters, or the count of a list. `Never` if
    /// there is nothing to limit.
    associatedtype Bound: Comparable & Sendable = Never
    /// The written form of the value, for forms, help and the command line.
    static var kind: FieldKind { get }
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

/// A value as it came over the wire, before its type is known: a single value, or a list of values.
public enum Scalar: Sendable, Hashable {
    /// Text.
    case string(String)
    /// A whole number.
    case int(Int)
    /// A number.
    case double(Double)
    /// True or false.
    case bool(Bool)
    /// A list.
    case list([Scalar])

    /// The value in the form in which it is typed.
    var text: String {
        switch self {
        case .string(let text): text
        case .int(let number): "\(number)"
        case .double(let number): "\(number)"
        case .bool(let truth): "\(truth)"
        case .list(let elements): elements.map(\.text).joined(separator: ", ")
        }
    }
}

/// The written form of a field's value.
public indirect enum FieldKind: Sendable, Hashable {
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
    /// A text of its own form, with a description: `hours like 07:00-22:00`.
    case form(String)
    /// A list of values of this kind.
    case list(FieldKind)
    /// Values by keys.
    case map(key: FieldKind, value: FieldKind)
    /// A section of settings.
    case section(SectionSchema)

    /// The word for it on the wire.
    package var word: String {
        switch self {
        case .string, .form: "string"
        case .int: "int"
        case .float: "float"
        case .bool: "bool"
        case .time: "time"
        case .date: "date"
        case .choice: "choice"
        case .list(let element): "[]" + element.word
        case .map, .section: "object"
        }
    }

    /// The words to choose from; none if it is no choice.
    package var choices: [String] {
        switch self {
        case .choice(let words): words
        case .list(let element): element.choices
        default: []
        }
    }

    /// What the value is, in English, with its article: `a whole number`.
    package var noun: String {
        switch self {
        case .string: "a text"
        case .int: "a whole number"
        case .float: "a number"
        case .bool: "true or false"
        case .time: "a time like 2026-11-23T18:14:06Z"
        case .date: "a day like 2026-11-23"
        case .choice(let words): "one of " + words.joined(separator: ", ")
        case .form(let words): words
        case .list: "a list"
        case .map, .section: "a mapping"
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
        case .form(let words): Text(fr: "attendu : \(verbatim: words)", en: "\(verbatim: words) is expected")
        case .list: Text(fr: "une liste est attendue", en: "a list is expected")
        case .map, .section: Text(fr: "un objet est attendu", en: "an object is expected")
        }
    }
}

/// The settings of a section, in order.
public struct SectionSchema: Sendable, Hashable {
    package let settings: [FieldSchema]
}

extension FieldValue {
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

extension Weekday: FieldValue {}
extension Language: FieldValue {}

extension Optional: FieldValue where Wrapped: FieldValue {
    /// The kind of the wrapped value.
    public static var kind: FieldKind { Wrapped.kind }
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

extension Array: FieldValue where Element: FieldValue {
    /// A list.
    public static var kind: FieldKind { .list(Element.kind) }
    /// The list, if all its elements have the right kind.
    public init?(_ raw: Scalar) {
        guard case .list(let list) = raw else { return nil }
        self = []
        for raw in list {
            guard let element = Element(raw) else { return nil }
            append(element)
        }
    }
    /// The raw values of the elements.
    public var raw: Scalar? { .list(compactMap(\.raw)) }
    /// The number of elements.
    public var measure: Int? { count }
    /// Reads the list, element by element.
    public static func read(_ given: Given) throws(Mismatch) -> [Element] {
        guard case .array(let list) = given.json else { throw given.mismatch(.kind(kind)) }
        var elements: [Element] = []
        elements.reserveCapacity(list.count)
        for (index, json) in list.enumerated() {
            elements.append(try Element.read(given.inside(.index(index), json)))
        }
        return elements
    }
    /// The elements in their written form.
    public var written: Given? { Given(.array(compactMap { $0.written?.json })) }
}

/// Values by keys. A dictionary keeps its initial values for keys that are not given.
extension Dictionary: FieldValue where Key: FieldValue, Value: FieldValue {
    /// Values by keys.
    public static var kind: FieldKind { .map(key: Key.kind, value: Value.kind) }
    /// Nil: a dictionary cannot be read from a raw value.
    public init?(_ raw: Scalar) { nil }
    /// Nil: a dictionary has no raw value.
    public var raw: Scalar? { nil }
    /// The number of keys.
    public var measure: Int? { count }
    /// Reads the given members.
    public static func read(_ given: Given) throws(Mismatch) -> [Key: Value] { try read(given, over: [:]) }
    /// Reads the given members over the initial ones.
    public static func read(_ given: Given, over initial: [Key: Value]) throws(Mismatch) -> [Key: Value] {
        guard case .object(let object) = given.json else { throw given.mismatch(.kind(kind)) }
        var values = initial
        for (name, json) in object {
            let part = given.inside(.key(name), json)
            guard let key = Key(.string(name)) else { throw part.mismatch(Self.mistake(inKey: name)) }
            if let known = initial[key] {
                values.updateValue(try Value.read(part, over: known), forKey: key)
            } else {
                values.updateValue(try Value.read(part), forKey: key)
            }
        }
        return values
    }
    private static func mistake(inKey name: String) -> Mismatch.Reason {
        switch Key.kind {
        case .choice(let keys): .unknown(among: keys)
        case .string: .blank
        case let kind: .kind(kind)
        }
    }
    /// The values in their written form, sorted by their keys.
    public var written: Given? {
        let members = compactMap { key, value -> (String, JSON)? in
            guard let name = key.raw?.text, let json = value.written?.json else { return nil }
            return (name, json)
        }
        return Given(.object(JSONObject(members.sorted { $0.0 < $1.0 })))
    }
}

extension Scalar: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral
{
    /// Text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A whole number.
    public init(integerLiteral value: Int) { self = .int(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// True or false.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A list.
    public init(arrayLiteral elements: Scalar...) { self = .list(elements) }
}

extension JSON {
    package init(_ raw: Scalar) {
        self =
            switch raw {
            case .string(let text): .string(text)
            case .int(let number): .int(Int64(number))
            case .double(let number): .double(number)
            case .bool(let truth): .bool(truth)
            case .list(let elements): .array(elements.map { JSON($0) })
            }
    }
}

extension Scalar {
    package init?(_ json: JSON) {
        switch json {
        case .string(let text): self = .string(text)
        case .int(let number): self = .int(Int(number))
        case .double(let number): self = .double(number)
        case .bool(let truth): self = .bool(truth)
        case .array(let elements):
            let list = elements.compactMap { Scalar($0) }
            guard list.count == elements.count else { return nil }
            self = .list(list)
        case .null, .object: return nil
        }
    }
}
