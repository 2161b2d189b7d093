package import JSON

/// The input of an action or a task: a struct whose stored properties are all ``Field``s.
///
/// Names everywhere are derived from the names in code: the action of `HandOver` is `hand-over`, its field
/// `overrideReason` is `override_reason` on the wire.
public protocol Input: Decodable, Sendable {
    /// What the action or task does, in a few words: a verb for an action.
    static var name: Text { get }
    /// Fields that are refused by name, with the reason: data that must not be stored even by mistake.
    static var refused: [String: Text] { get }
    /// Creates an input in which no field has been given; those with a default have it.
    init()
}

extension Input {
    /// No refused fields.
    public static var refused: [String: Text] { [:] }
}

/// The input of an action or a task that needs none.
public struct NoInput: Input {
    /// The name of the empty form.
    public static let name = Text(fr: "Rien à préciser", en: "Nothing to give")
    /// The only value.
    public init() {}
}

/// The fields of an input, as derived from its declaration.
package struct InputSchema: Sendable, Hashable {
    package let fields: [FieldSchema]
    let declarations: Declarations

    package init(of input: (some Input).Type) {
        declarations = Declarations(of: input.init())
        fields = declarations.fields
    }

    /// The names of the fields whose values only staff see.
    package var secrets: Set<String> { Set(fields.filter { $0.traits.contains(.secret) }.map(\.name)) }

    /// The members of an object that are fields.
    package func known(of object: JSONObject) -> JSONObject {
        let names = Set(fields.map(\.name))
        return JSONObject(object.filter { names.contains($0.0) }.map { ($0.0, $0.1) })
    }

    /// Reads the value of one field, which is checked as if the whole input were given.
    func read<Value>(_ json: JSON, at index: Int) throws -> Field<Value> {
        let name = fields[index].name
        if let mistake = mistake(in: [name: json]) { throw Refusal(mistake) }
        let reader = DeclarationReader([name: json], declarations, at: [])
        reader.turn(toSlot: index)
        do {
            return try Field(from: reader)
        } catch let mismatch as Mismatch {
            throw InvalidField(name, mismatch)
        }
    }

    /// Inputs whose fields are declared in the same way are equal.
    package static func == (left: InputSchema, right: InputSchema) -> Bool {
        left.fields == right.fields && left.declarations.strays == right.declarations.strays
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(fields)
        hasher.combine(declarations.strays)
    }
}

/// A field of an input that is unknown, missing or of the wrong kind. Nothing was changed.
package struct InvalidField: Error, Sendable, Hashable {
    /// The name of the field on the wire.
    package let name: String
    package let reason: Text

    /// A path within the field becomes part of the reason, with elements counted from 1.
    init(_ name: String, _ mismatch: Mismatch) {
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
    /// Reads an input as it came over the wire: every given field must be known and have the right kind, and every
    /// required field must be given.
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

    /// The input as it is sent over the wire, without the fields that have no value.
    package var object: JSONObject { Declarations.json(of: self) }
}
