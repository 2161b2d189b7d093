import JSON

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

/// One field, as derived from its declaration.
package struct FieldSchema: Sendable, Hashable {
    /// On the wire: `override_reason`.
    package let name: String
    package let kind: FieldKind
    package let isRequired: Bool
    package let title: Text
    package let example: String?
    package let traits: FieldTraits
    /// How many bytes of UTF-8 its text may have.
    package let limit: Int
}

/// The fields of an input, as derived from its declaration.
package struct InputSchema: Sendable, Hashable {
    package let fields: [FieldSchema]
    /// Stored properties that are not fields: a mistake of the provider's author.
    package let strays: [String]

    package init(of input: (some Input).Type) {
        var fields: [FieldSchema] = []
        var strays: [String] = []
        for child in Mirror(reflecting: input.init()).children {
            guard let label = child.label else { continue }
            if let field = child.value as? any DeclaredField {
                fields.append(field.schema(named: Naming.wire(label.first == "_" ? String(label.dropFirst()) : label)))
            } else {
                strays.append(label)
            }
        }
        self.fields = fields
        self.strays = strays
    }
}

/// How names in code become names on the wire and in the command line.
package enum Naming {
    /// `overrideReason` becomes `override_reason`.
    package static func wire(_ name: String) -> String { MemberName.snakeCase(name) }

    /// `HandOver` becomes `hand-over`.
    package static func action(_ name: String) -> String { String(wire(name).map { $0 == "_" ? "-" : $0 }) }
}
