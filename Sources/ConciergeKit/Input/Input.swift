package import JSON

/// What is given with an action or a task: a struct whose stored properties are all ``Field``s.
///
/// Its name in code is its name everywhere: the action of `HandOver` is `hand-over`, its field `overrideReason` is
/// `override_reason` on the wire.
public protocol Input: Decodable, Sendable {
    /// What it does, in a few words: a verb for an action.
    static var name: Text { get }
    /// Fields that are refused by name, with the reason: what must not be stored even by mistake.
    static var refused: [String: Text] { get }
    /// An empty one.
    init()
}

extension Input {
    /// None.
    public static var refused: [String: Text] { [:] }
}

/// The input of what needs none.
public struct NoInput: Input {
    /// Nothing.
    public static let name = Text(fr: "Rien à préciser", en: "Nothing to give")
    /// The only one there is.
    public init() {}
}

/// The fields of an input, as derived from its declaration.
package struct InputSchema: Sendable, Hashable {
    package let fields: [FieldSchema]
    fileprivate let declarations: Declarations

    package init(of input: (some Input).Type) {
        declarations = Declarations(of: input.init())
        fields = declarations.fields
    }

    /// Stored properties that are not fields: a mistake of the provider's author.
    package var strays: [String] { declarations.strays }

    /// Inputs are equal whose fields are declared in the same way.
    package static func == (left: InputSchema, right: InputSchema) -> Bool {
        left.fields == right.fields && left.strays == right.strays
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(fields)
        hasher.combine(strays)
    }
}

/// A field of an input that is unknown, missing or of the wrong kind. Nothing was changed.
package struct InvalidField: Error, Sendable, Hashable {
    /// As it stands on the wire.
    package let name: String
    package let reason: Text

    /// A place within the field is said with the reason, elements counted from 1.
    fileprivate init(_ name: String, _ mismatch: Mismatch) {
        self.name = name
        reason = mismatch.path.reversed().reduce(mismatch.words) { words, step in
            switch step {
            case .key(let key): Text(fr: "\(verbatim: key) : \(words)", en: "\(verbatim: key): \(words)")
            case .index(let index): Text(fr: "élément \(index + 1) : \(words)", en: "element \(index + 1): \(words)")
            }
        }
    }
}

extension Input {
    /// Reads an input as it came over the wire: every given field must be known and of its kind, every required one
    /// given.
    package init(_ object: JSONObject, schema: InputSchema) throws {
        let reader = DeclarationReader(object, schema.declarations, at: [])
        do {
            try self.init(from: reader)
            if reader.found == object.count { return }
        } catch let mismatch as Mismatch {
            try Self.refuseUnknown(reader)
            throw InvalidField(reader.slot.name, mismatch)
        }
        try Self.refuseUnknown(reader)
    }

    private static func refuseUnknown(_ reader: DeclarationReader) throws {
        guard let unknown = reader.unknown, case .key(let name)? = unknown.path.last else { return }
        if let reason = refused[name] { throw Refusal(reason) }
        throw InvalidField(name, Mismatch([], unknown.reason))
    }

    /// The input as it goes over the wire, without the fields that hold nothing.
    package var object: JSONObject { Declarations.json(of: self) }
}
