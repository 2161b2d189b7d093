import JSON

/// A field of an ``Input``, declared once: its type, its name, its limits and an example are used for checking input,
/// for forms, for the help of the command line and for the schema.
///
/// ```swift
/// struct Arrival: Input {
///     static let name = Text(fr: "Réception", en: "Arrival")
///     @Field(fr: "Numéro sur l'étiquette", en: "Number on the label", example: "RB123456785GB") var tracking: String
///     @Field(fr: "Étagère", en: "Shelf place", in: 1...20) var shelf: String?
///     @Field(fr: "Colis", en: "Parcels", in: 1...50) var parcels = 1
///     @Field(fr: "Remarque", en: "Note", in: ...2000, .lines) var note: String?
/// }
/// ```
///
/// `in:` limits the value, the length of a text in characters, or the count of a list. A text that is given is never
/// blank and has no control characters; without limits it has at most 500 bytes of UTF-8, or 8,000 if it may have
/// several lines. A list without limits has at most 100 values.
@propertyWrapper
public struct Field<Value: FieldValue>: Sendable {
    // These are inlinable, so that a field of a concrete type is created without looking up the types of its parts at
    // run time. They are closures, because an input is created, with all of its fields, far more often than their names
    // are read.
    @usableFromInline let french: (@Sendable () -> Phrase)?
    @usableFromInline let english: (@Sendable () -> Phrase)?
    @usableFromInline let example: (@Sendable () -> Value?)?
    @usableFromInline let limits: (@Sendable () -> Limits<Value>)?
    @usableFromInline let traits: FieldTraits
    /// Of a field as it is declared, its default value.
    @usableFromInline var value: Value?

    /// A field; one that is not optional must be given.
    @inlinable public init(
        fr: @autoclosure @escaping @Sendable () -> Phrase, en: @autoclosure @escaping @Sendable () -> Phrase,
        example: @autoclosure @escaping @Sendable () -> Value? = nil, _ traits: FieldTraits = []
    ) {
        (french, english, self.example, limits, self.traits) = (fr, en, example, nil, traits)
        value = Value.absent
    }

    /// A field with limits: of a number, an instant or a span, the characters of a text, the elements of a list. One
    /// that is not optional must be given.
    @inlinable public init<Range: ValueRange<Value.Bound> & Sendable>(
        fr: @autoclosure @escaping @Sendable () -> Phrase, en: @autoclosure @escaping @Sendable () -> Phrase,
        example: @autoclosure @escaping @Sendable () -> Value? = nil,
        in range: @autoclosure @escaping @Sendable () -> Range, _ traits: FieldTraits = []
    ) {
        (french, english, self.example, self.traits) = (fr, en, example, traits)
        limits = { Limits(range()) }
        value = Value.absent
    }

    /// A field with a default: `@Field(fr: "Personnes", en: "People") var people = 1`.
    @inlinable public init(
        wrappedValue: Value, fr: @autoclosure @escaping @Sendable () -> Phrase,
        en: @autoclosure @escaping @Sendable () -> Phrase,
        example: @autoclosure @escaping @Sendable () -> Value? = nil, _ traits: FieldTraits = []
    ) {
        (french, english, self.example, limits, self.traits) = (fr, en, example, nil, traits)
        value = wrappedValue
    }

    /// A field with a default and limits.
    @inlinable public init<Range: ValueRange<Value.Bound> & Sendable>(
        wrappedValue: Value, fr: @autoclosure @escaping @Sendable () -> Phrase,
        en: @autoclosure @escaping @Sendable () -> Phrase,
        example: @autoclosure @escaping @Sendable () -> Value? = nil,
        in range: @autoclosure @escaping @Sendable () -> Range, _ traits: FieldTraits = []
    ) {
        (french, english, self.example, self.traits) = (fr, en, example, traits)
        limits = { Limits(range()) }
        value = wrappedValue
    }

    /// The value that was given.
    ///
    /// An input that reaches a rule has passed the check of its fields, so a required field always has a value. A test
    /// that creates an input by hand must set every required field before the rule reads it.
    public var wrappedValue: Value {
        get {
            guard let value else {
                // Only code that creates an input by hand and forgets a field gets here: decoding refuses a missing
                // field first.
                preconditionFailure("the field \"\(title?.en ?? "")\" was read before it was given a value")
            }
            return value
        }
        set { value = newValue }
    }

    /// The field itself, for ``Service/correctable(_:as:rule:)``.
    public var projectedValue: Self { self }

    /// The name of the property, of a field that ``FieldNamer`` made.
    var label: String? { title?.en }

    private var title: Text? {
        guard let french, let english else { return nil }
        return Text(fr: french(), en: english())
    }
}

extension Field: Decodable {
    /// Reads the value; works only within the decoding of its input.
    public init(from decoder: any Decoder) throws {
        guard let reader = decoder as? DeclarationReader else {
            self = try Self(namedBy: decoder)
            return
        }
        (french, english, example, limits, traits) = (nil, nil, nil, nil, [])
        value = try Self.value(reader)
    }

    /// The value that is given, or that of a field that is not given. This is called for every field of every input, so
    /// rare cases have functions of their own, and no variable has a type that must be looked up at run time.
    private static func value(_ reader: DeclarationReader) throws -> Value? {
        guard let json = reader.given() else { return try absentValue(reader) }
        if case .array(let elements) = json, Value.isList { try checkCount(elements.count, reader) }
        let value = try Value.read(Given(json))
        if reader.isLimited { try check(value, reader) }
        return value
    }

    @inline(never)
    private init(namedBy decoder: any Decoder) throws {
        guard let namer = decoder as? FieldNamer else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "an input is decoded by the lodge alone"))
        }
        let name: @Sendable () -> Phrase = { Phrase(stringLiteral: namer.label) }
        (french, english, example, limits, traits) = (name, name, nil, nil, [])
        value = nil
    }

    @inline(never)
    private static func absentValue(_ reader: DeclarationReader) throws -> Value? {
        if reader.hasDefault { return (reader.slot.declared as? Self)?.value }
        guard let absent = Value.absent else { throw Mismatch([], .missing(Value.kind)) }
        return absent
    }

    /// Refuses a list that is too long before its values are read.
    @inline(never)
    private static func checkCount(_ count: Int, _ reader: DeclarationReader) throws(Mismatch) {
        guard let field = reader.slot.declared as? Self else { return }
        let most = (field.limits?().greatest as? Int) ?? TextLimits.elements
        if count > most { throw Mismatch([], .limits(field.limitWords ?? FieldLimits(most: most))) }
    }

    @inline(never)
    private static func check(_ value: Value, _ reader: DeclarationReader) throws(Mismatch) {
        guard let field = reader.slot.declared as? Self, let limits = field.limits?() else { return }
        guard limits.allow(value) else { throw Mismatch([], .limits(field.limitWords ?? limits.words)) }
    }
}

extension Field: Declared {
    func schema(named name: String) -> FieldSchema {
        let limits = limitWords
        var byteLimit = traits.contains(.lines) ? TextLimits.lines : TextLimits.line
        // A character has at most four bytes, except for marks that are stacked on it.
        if limits?.unit == .characters, let characters = limits?.greatest.flatMap({ Int($0.typed) }) {
            byteLimit = characters.multipliedReportingOverflow(by: 4).overflow ? .max : characters * 4
        }
        return FieldSchema(
            name: name, kind: Value.kind, isRequired: value == nil, title: title ?? Text(verbatim: name),
            limits: limits, initial: json, exampleValue: example?()?.written?.json, traits: traits,
            byteLimit: byteLimit, limitMistake: self.limits?().mistake(default: value, example: example?()))
    }

    /// The limits of the declaration; a list always has a greatest count.
    private var limitWords: FieldLimits? {
        let words = limits?().words
        guard Value.isList, words?.greatest == nil else { return words }
        return FieldLimits(least: words?.least, most: TextLimits.elements)
    }

    var isLimited: Bool { limits != nil }

    var json: JSON? { value?.written?.json }
}
