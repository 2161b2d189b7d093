package import JSON

/// A value from the wire or from a file, before its type is known, and its path.
public struct Given: Sendable {
    package let json: JSON
    package let path: [PathStep]

    package init(_ json: JSON, at path: [PathStep] = []) {
        self.json = json
        self.path = path
    }

    func mismatch(_ reason: Mismatch.Reason) -> Mismatch { Mismatch(path, reason) }

    func inside(_ step: PathStep, _ json: JSON) -> Given { Given(json, at: path + [step]) }
}

/// A ``Field`` or ``Setting`` as reflection sees it.
protocol Declared: Sendable {
    func schema(named name: String) -> FieldSchema
    /// Whether it has limits.
    var isLimited: Bool { get }
    /// The written form of its value; nil if it has none.
    var json: JSON? { get }
}

/// One field of an input, or one setting, as derived from its declaration.
package struct FieldSchema: Sendable, Hashable {
    /// The name on the wire and in files: `override_reason`.
    package let name: String
    package let kind: FieldKind
    package let isRequired: Bool
    /// The title; of a setting, its description for operations, which is the same in both languages.
    package let title: Text
    package let limits: FieldLimits?
    /// The written form of its default; nil if it has none.
    package let initial: JSON?
    package let exampleValue: JSON?
    package var traits: FieldTraits = []
    /// The maximum length of its text, in bytes of UTF-8.
    package var byteLimit = TextLimits.line
    /// What the shipped configuration sets, if that is not the default.
    package var recommended: JSON?
    /// Why a setting that is present without a value is refused; nil if that means the default.
    package var blank: String?
    /// What is wrong with its limits, and what to write; nil if nothing is.
    var limitMistake: String?

    /// The default in the form in which it is typed; nil if there is none.
    package var `default`: String? {
        initial.flatMap { Scalar($0)?.text }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The example in the form in which it is typed.
    package var example: String? {
        guard let exampleValue else { return nil }
        if case .array(let elements) = exampleValue { return elements.first.flatMap { Scalar($0)?.text } }
        return Scalar(exampleValue)?.text
    }
}

/// The declarations of a struct whose stored properties are all ``Field``s or ``Setting``s.
package struct Declarations: Sendable {
    struct Slot: Sendable {
        /// The name in code: `overrideReason`.
        let label: String
        /// The name on the wire: `override_reason`.
        let name: String
        let declared: any Declared
        let isLimited: Bool
        /// Whether the property has a default.
        let hasDefault: Bool
    }

    let slots: [Slot]
    /// Stored properties that are neither fields nor settings: a mistake of the author.
    package let strays: [String]

    init(of empty: Any) {
        var slots: [Slot] = []
        var strays: [String] = []
        for child in Mirror(reflecting: empty).children {
            guard let label = child.label else { continue }
            if let declared = child.value as? any Declared {
                let label = label.first == "_" ? String(label.dropFirst()) : label
                slots.append(
                    Slot(
                        label: label, name: Naming.wire(label), declared: declared, isLimited: declared.isLimited,
                        hasDefault: declared.json != nil))
            } else {
                strays.append(label)
            }
        }
        self.slots = slots
        self.strays = strays
    }

    package var fields: [FieldSchema] { slots.map { $0.declared.schema(named: $0.name) } }

    /// The written form of a value, without the properties that have no value.
    static func json(of value: Any) -> JSONObject {
        JSONObject(Declarations(of: value).slots.compactMap { slot in slot.declared.json.map { (slot.name, $0) } })
    }
}

/// Thrown for a struct with a stored property that is not declared; found when the provider is registered.
struct NotDeclared: Error {}

/// Gives each property of a struct its value from an object: the compiler's `init(from:)` of the struct does the rest.
///
/// The struct decodes its properties in order, and each property its value at once, so one object can be the decoder of
/// the struct, its container, and the decoders of its properties.
final class DeclarationReader: DeclaredDecoder {
    private let object: JSONObject
    private let declarations: Declarations
    private let path: [PathStep]
    /// The index of the property that is being decoded.
    private var place = -1
    /// How many properties found a member with their name.
    private(set) var found = 0

    init(_ object: JSONObject, _ declarations: Declarations, at path: [PathStep]) {
        self.object = object
        self.declarations = declarations
        self.path = path
    }

    var slot: Declarations.Slot { declarations.slots[place] }
    var isLimited: Bool { declarations.slots[place].isLimited }
    var hasDefault: Bool { declarations.slots[place].hasDefault }
    var slotPath: [PathStep] { path + [.key(slot.name)] }

    func turn(toSlot index: Int) { place = index }

    fileprivate func turn(to label: String) -> Bool {
        if place + 1 < declarations.slots.count, declarations.slots[place + 1].label == label {
            place += 1
            return true
        }
        guard let index = declarations.slots.firstIndex(where: { $0.label == label }) else { return false }
        place = index
        return true
    }

    /// The value given for the property that is being decoded; nil for `null`.
    func given() -> JSON? {
        guard let json = object[declarations.slots[place].name] else { return nil }
        found += 1
        if case .null = json { return nil }
        return json
    }

    /// Whether the property is present without a value.
    var isBlank: Bool {
        if case .null? = object[slot.name] { true } else { false }
    }

    /// The first member that is not declared.
    var unknown: Mismatch? {
        let known = declarations.slots.map(\.name)
        guard let name = object.keys.first(where: { !known.contains($0) }) else { return nil }
        return Mismatch(path + [.key(name)], .unknown(among: known))
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Container(reader: self))
    }

    private struct Container<Key: CodingKey>: DeclaredMembers {
        let reader: DeclarationReader

        func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
            guard reader.turn(to: key.stringValue) else { throw NotDeclared() }
            return try T(from: reader)
        }

        func contains(_ key: Key) -> Bool { reader.turn(to: key.stringValue) }
    }
}

/// A decoder for the synthesized initializer of a type with named members.
protocol DeclaredDecoder: Decoder {}

extension DeclaredDecoder {
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }
    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw NotDeclared() }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw NotDeclared() }
}

/// The members of a declaration as a synthesized initializer asks for them: one after the other, by their names.
protocol DeclaredMembers: KeyedDecodingContainerProtocol {}

extension DeclaredMembers {
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }
    func decodeNil(forKey key: Key) throws -> Bool { throw NotDeclared() }
    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { throw NotDeclared() }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw NotDeclared() }
    func superDecoder() throws -> any Decoder { throw NotDeclared() }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw NotDeclared() }
}

/// Converts names in code to names on the wire and in the command line.
package enum Naming {
    /// `overrideReason` becomes `override_reason`.
    package static func wire(_ name: String) -> String { MemberName.snakeCase(name) }

    /// `HandOver` becomes `hand-over`.
    package static func action(_ name: String) -> String {
        let bytes = wire(name).utf8.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }
        return String(decoding: bytes, as: UTF8.self)
    }
}
