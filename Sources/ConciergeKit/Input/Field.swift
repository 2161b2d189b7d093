/// A field of an ``Input``, declared once: its type, its words and an example feed the check of what comes in, the
/// forms, the help of the command line and the schema.
///
/// ```swift
/// struct Arrival: Input {
///     static let name = Text(fr: "Réception", en: "Arrival")
///     @Field(Text(fr: "Numéro sur l'étiquette", en: "Number on the label"), example: "RB123456785GB")
///     var tracking: String
///     @Field(Text(fr: "Étagère", en: "Shelf place")) var shelf: String?
///     @Field(Text(fr: "Remarque", en: "Note"), .lines, limit: 2000) var note: String?
/// }
/// ```
///
/// A text that is given is never blank and has no control characters; it is as long as its limit at most, in bytes of
/// UTF-8: 500, or 8,000 where it may have several lines.
@propertyWrapper
public struct Field<Value: FieldValue>: Sendable {
    private let title: Text?
    private let example: String?
    private let traits: FieldTraits
    private let limit: Int?
    private var value: Value?

    /// A field with its words; of one that holds text, what it takes and how many bytes of UTF-8 at most.
    public init(_ title: Text, example: String? = nil, _ traits: FieldTraits = [], limit: Int? = nil) {
        self.title = title
        self.example = example
        self.traits = traits
        self.limit = limit
        value = Value.absent
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

    /// Takes the field's value from an input as it came in.
    init(value: Value) {
        title = nil
        example = nil
        traits = []
        limit = nil
        self.value = value
    }
}

extension Field: Decodable {
    /// Reads the value, within the decoding of its input alone.
    public init(from decoder: any Decoder) throws {
        guard let decoder = decoder as? FieldDecoder else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "an input is decoded by the lodge alone"))
        }
        self.init(value: try decoder.value(of: Value.self))
    }
}

/// A field as the reflection of an empty input sees it.
protocol DeclaredField {
    func schema(named name: String) -> FieldSchema
    var raw: Scalar? { get }
}

extension Field: DeclaredField {
    func schema(named name: String) -> FieldSchema {
        FieldSchema(
            name: name, kind: Value.kind, isRequired: Value.absent == nil,
            title: title ?? Text(verbatim: name), example: example, traits: traits,
            limit: limit ?? (traits.contains(.lines) ? TextLimits.lines : TextLimits.line))
    }

    var raw: Scalar? { value?.raw }
}
