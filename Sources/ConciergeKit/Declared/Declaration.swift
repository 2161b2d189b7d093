package import JSON

/// A value as it came in, from the wire or from a file, before its type is known, and where it stands.
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

/// The limits of a ``Field`` or ``Setting``.
@usableFromInline
struct Limits<Value: FieldValue>: Sendable {
    let least: Value.Bound?
    let greatest: Value.Bound?

    @usableFromInline
    init(_ range: some ValueRange<Value.Bound>) {
        least = range.least
        greatest = range.greatest
    }

    func check(_ value: Value, _ given: Given) throws(Mismatch) {
        guard let measure = value.measure else { return }
        if let least, measure < least { throw given.mismatch(.limits(words)) }
        if let greatest, measure > greatest { throw given.mismatch(.limits(words)) }
    }

    var words: FieldLimits {
        func said(_ bound: Value.Bound?) -> String? {
            bound.map { ($0 as? any FieldValue)?.raw?.text ?? "\($0)" }
        }
        let unit: FieldLimits.Unit =
            switch Value.kind {
            case .string: .characters
            case .list, .map: .elements
            default: .value
            }
        return FieldLimits(least: said(least), greatest: said(greatest), unit: unit)
    }
}

/// `1...500`, `1...` or `...500`.
public protocol ValueRange<Bound> {
    /// What is limited.
    associatedtype Bound: Comparable
    /// The least value, nil for no limit.
    var least: Bound? { get }
    /// The greatest value, nil for no limit.
    var greatest: Bound? { get }
}

extension ClosedRange: ValueRange {
    /// Where it begins.
    public var least: Bound? { lowerBound }
    /// Where it ends.
    public var greatest: Bound? { upperBound }
}

extension PartialRangeFrom: ValueRange {
    /// Where it begins.
    public var least: Bound? { lowerBound }
    /// It has no end.
    public var greatest: Bound? { nil }
}

extension PartialRangeThrough: ValueRange {
    /// It has no beginning.
    public var least: Bound? { nil }
    /// Where it ends.
    public var greatest: Bound? { upperBound }
}

/// A ``Field`` or ``Setting`` as reflection sees it.
protocol Declared: Sendable {
    func schema(named name: String) -> FieldSchema
    /// Whether it has limits.
    var isLimited: Bool { get }
    /// What it holds, as it is written; nil where that is nothing.
    var json: JSON? { get }
}

/// One field of an input, or one setting, as derived from its declaration.
package struct FieldSchema: Sendable, Hashable {
    /// On the wire and in files: `override_reason`.
    package let name: String
    package let kind: FieldKind
    package let isRequired: Bool
    /// Of a setting, words for operations, which are the same in each language.
    package let title: Text
    package let limits: FieldLimits?
    /// What it holds where nothing is given, as it is written; nil for nothing.
    package let initial: JSON?
    package let exampleValue: JSON?
    package var traits: FieldTraits = []
    /// How many bytes of UTF-8 its text may have.
    package var byteLimit = TextLimits.line
    /// What the shipped configuration says, where that is not the default.
    package var recommended: JSON?
    /// Why a setting that stands there with nothing after it is refused; nil where that means the default.
    package var blank: String?

    /// The example as it can be typed.
    package var example: String? {
        guard let exampleValue else { return nil }
        if case .array(let elements) = exampleValue { return elements.first.flatMap { Scalar($0)?.text } }
        return Scalar(exampleValue)?.text
    }
}

/// The declarations of a struct of which all stored properties are ``Field``s or ``Setting``s.
package struct Declarations: Sendable {
    struct Slot: Sendable {
        /// In code: `overrideReason`.
        let label: String
        /// On the wire: `override_reason`.
        let name: String
        let declared: any Declared
        let isLimited: Bool
        /// Whether something holds where nothing is given.
        let hasDefault: Bool
    }

    let slots: [Slot]
    /// Stored properties that are no declarations: a mistake of the author.
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

    /// What a value holds, as it is written, without what holds nothing.
    static func json(of value: Any) -> JSONObject {
        JSONObject(Declarations(of: value).slots.compactMap { slot in slot.declared.json.map { (slot.name, $0) } })
    }
}

/// A struct with a stored property that is not declared; found when the provider is registered.
struct NotDeclared: Error {}

/// Hands each property of a struct what was given for it: the compiler's `init(from:)` of the struct does the rest.
///
/// The struct asks for its properties in their order, and each property for its value at once, so one object stands for
/// the decoder of the struct, its container, and the decoders of its properties.
final class DeclarationReader: Decoder {
    private let object: JSONObject
    private let declarations: Declarations
    private let path: [PathStep]
    /// The property whose turn it is.
    private var place = -1
    /// How many properties found a member of theirs.
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

    fileprivate func turn(to label: String) -> Bool {
        if place + 1 < declarations.slots.count, declarations.slots[place + 1].label == label {
            place += 1
            return true
        }
        guard let index = declarations.slots.firstIndex(where: { $0.label == label }) else { return false }
        place = index
        return true
    }

    /// What was given for the property whose turn it is; `null` is nothing.
    func given() -> JSON? {
        guard let json = object[declarations.slots[place].name] else { return nil }
        found += 1
        if case .null = json { return nil }
        return json
    }

    /// Whether it stands there with nothing after it.
    var isBlank: Bool {
        if case .null? = object[slot.name] { true } else { false }
    }

    /// The first member that nobody asked for.
    var unknown: Mismatch? {
        let known = declarations.slots.map(\.name)
        guard let name = object.keys.first(where: { !known.contains($0) }) else { return nil }
        return Mismatch(path + [.key(name)], .unknown(among: known))
    }

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Container(reader: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw NotDeclared() }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw NotDeclared() }

    private struct Container<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let reader: DeclarationReader
        var codingPath: [any CodingKey] { [] }
        var allKeys: [Key] { [] }

        func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
            guard reader.turn(to: key.stringValue) else { throw NotDeclared() }
            return try T(from: reader)
        }

        func contains(_ key: Key) -> Bool { reader.turn(to: key.stringValue) }
        func decodeNil(forKey key: Key) throws -> Bool { throw NotDeclared() }
        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) throws -> KeyedDecodingContainer<Nested> { throw NotDeclared() }
        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw NotDeclared() }
        func superDecoder() throws -> any Decoder { throw NotDeclared() }
        func superDecoder(forKey key: Key) throws -> any Decoder { throw NotDeclared() }
    }
}

/// How names in code become names on the wire and in the command line.
package enum Naming {
    /// `overrideReason` becomes `override_reason`.
    package static func wire(_ name: String) -> String { MemberName.snakeCase(name) }

    /// `HandOver` becomes `hand-over`.
    package static func action(_ name: String) -> String { String(wire(name).map { $0 == "_" ? "-" : $0 }) }
}
