import JSON

/// A field of an ``Input``, declared once: its type, its words, its limits and an example feed the check of what comes in,
/// the forms, the help of the command line and the schema.
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
/// What `in:` limits is the value, the length of a text in characters, or the count of a list. A text that is given is
/// never blank and has no control characters; where nothing limits it, it has 500 bytes of UTF-8 at most, or 8,000 where it
/// may have several lines.
@propertyWrapper
public struct Field<Value: FieldValue>: Sendable {
    // Inlinable, so that a field of a certain type is made without asking for the types of its parts at run time.
    // Closures: an input is made, with all of its fields, far more often than somebody reads what they are called.
    @usableFromInline let french: (@Sendable () -> Phrase)?
    @usableFromInline let english: (@Sendable () -> Phrase)?
    @usableFromInline let example: (@Sendable () -> Value?)?
    @usableFromInline let limits: (@Sendable () -> Limits<Value>)?
    @usableFromInline let traits: FieldTraits
    /// Of a field as it is declared, its default.
    @usableFromInline var value: Value?

    /// A field; one that is not optional must be given.
    @inlinable public init(
        fr: @autoclosure @escaping @Sendable () -> Phrase, en: @autoclosure @escaping @Sendable () -> Phrase,
        example: @autoclosure @escaping @Sendable () -> Value? = nil, _ traits: FieldTraits = []
    ) {
        (french, english, self.example, limits, self.traits) = (fr, en, example, nil, traits)
        value = Value.absent
    }

    /// A field with limits.
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
    /// An input that reaches a rule has passed the check of its fields, so a required one is always there. In a
    /// test that builds an input by hand, set every required field before the rule reads it.
    public var wrappedValue: Value {
        get {
            guard let value else {
                // Only code that makes an input by hand and forgets a field gets here: decoding refuses it first.
                preconditionFailure("the field \"\(title?.en ?? "")\" was read before it was given a value")
            }
            return value
        }
        set { value = newValue }
    }

    private var title: Text? {
        guard let french, let english else { return nil }
        return Text(fr: french(), en: english())
    }
}

extension Field: Decodable {
    /// Reads the value, within the decoding of its input alone.
    public init(from decoder: any Decoder) throws {
        guard let reader = decoder as? DeclarationReader else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "an input is decoded by the lodge alone"))
        }
        (french, english, example, limits, traits) = (nil, nil, nil, nil, [])
        // What is rare has a function of its own: this one is called for every field of every input.
        if let json = reader.given() {
            value = try Value.read(Given(json))
            if reader.isLimited { try check(json, reader) }
        } else if reader.hasDefault {
            value = (reader.slot.declared as? Self)?.value
        } else {
            value = Value.absent
            if case .none = value { throw Mismatch([], .missing(Value.kind)) }
        }
    }

    @inline(never)
    private func check(_ json: JSON, _ reader: DeclarationReader) throws(Mismatch) {
        guard let value, let field = reader.slot.declared as? Self else { return }
        try field.limits?().check(value, Given(json))
    }
}

extension Field: Declared {
    func schema(named name: String) -> FieldSchema {
        let limits = limits?().words
        var byteLimit = traits.contains(.lines) ? TextLimits.lines : TextLimits.line
        // A character has four bytes at most, but for marks that are piled on it.
        if limits?.unit == .characters, let characters = limits?.greatest.flatMap({ Int($0) }) {
            byteLimit = characters.multipliedReportingOverflow(by: 4).overflow ? .max : characters * 4
        }
        return FieldSchema(
            name: name, kind: Value.kind, isRequired: value == nil, title: title ?? Text(verbatim: name),
            limits: limits, initial: json, exampleValue: example?()?.written?.json, traits: traits,
            byteLimit: byteLimit)
    }

    var isLimited: Bool { limits != nil }

    var json: JSON? { value?.written?.json }
}
