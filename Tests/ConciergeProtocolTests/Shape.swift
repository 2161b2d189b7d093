import Civil
import ConciergeProtocol
import JSON
import Varlink

/// The shape of the values that a type decodes, found by letting it decode from a probe.
indirect enum Shape {
    case bool, int, float, string, object
    case array(Shape)
    case structure([String: (shape: Shape, isNullable: Bool)])

    init<Value: Decodable>(of type: Value.Type) throws { self = try Probe.read(type).shape }

    /// How the shape differs from a definition's type; empty if they agree.
    func mistakes(
        against type: InterfaceDefinition.ValueType, of interface: InterfaceDefinition, at path: String
    ) -> [String] {
        switch (self, type) {
        case (_, .named(let name)):
            guard let named = interface.types.first(where: { $0.name == name }) else { return ["\(path): no type"] }
            return mistakes(against: named.type, of: interface, at: path)
        case (.bool, .bool), (.int, .int), (.float, .float), (.string, .string), (.object, .object): return []
        case (.array(let element), .array(let type)):
            return element.mistakes(against: type, of: interface, at: path + "[]")
        case (.structure(let members), .structure(let fields)):
            return Self.mistakes(members, against: fields, of: interface, at: path)
        default: return ["\(path): \(self), and defined as \(type)"]
        }
    }

    static func mistakes(
        _ members: [String: (shape: Shape, isNullable: Bool)], against fields: [InterfaceDefinition.Field],
        of interface: InterfaceDefinition, at path: String
    ) -> [String] {
        var mistakes: [String] = []
        for name in Set(members.keys).subtracting(fields.map(\.name)).sorted() {
            mistakes.append("\(path).\(name): not defined")
        }
        for field in fields {
            guard let member = members[field.name] else {
                mistakes.append("\(path).\(field.name): not declared")
                continue
            }
            var type = field.type
            if case .nullable(let inner) = type { type = inner }
            if member.isNullable != field.isNullable { mistakes.append("\(path).\(field.name): nullable or not") }
            mistakes += member.shape.mistakes(against: type, of: interface, at: "\(path).\(field.name)")
        }
        return mistakes
    }
}

private protocol ListOfValues { static func element() throws -> Shape }
extension Array: ListOfValues where Element: Decodable {
    fileprivate static func element() throws -> Shape { try Shape(of: Element.self) }
}

/// A decoder that supplies any requested value and records what was requested.
private final class Probe: Decoder {
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }
    var members: [String: (shape: Shape, isNullable: Bool)] = [:]
    var single: Shape?

    static func read<Value: Decodable>(_ type: Value.Type) throws -> (value: Value, shape: Shape) {
        func plain(_ value: Any, _ shape: Shape) throws -> (value: Value, shape: Shape) {
            guard let value = value as? Value else { throw Unexpected(type: "\(type)") }
            return (value, shape)
        }
        if type == Bool.self { return try plain(false, .bool) }
        if type == Int.self { return try plain(0, .int) }
        if type == Int64.self { return try plain(Int64(0), .int) }
        if type == Double.self { return try plain(0.0, .float) }
        if type == String.self { return try plain("", .string) }
        if type == Instant.self { return try plain(Instant(milliseconds: 0), .string) }
        if type == Wire.RawObject.self { return try plain(Wire.RawObject(), .object) }
        if let list = type as? any ListOfValues.Type {
            guard let empty = [Never]() as? Value else { throw Unexpected(type: "\(type)") }
            return (empty, .array(try list.element()))
        }
        let probe = Probe()
        let value = try Value(from: probe)
        return (value, probe.single ?? .structure(probe.members))
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Members<Key>(probe: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw Unexpected(type: "a list") }
    func singleValueContainer() -> any SingleValueDecodingContainer { Single(probe: self) }

    struct Unexpected: Error { let type: String }

    private struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let probe: Probe
        var codingPath: [any CodingKey] { [] }
        var allKeys: [Key] { [] }

        /// Only a type that accepts a missing member asks whether the member exists.
        func contains(_ key: Key) -> Bool {
            probe.members[MemberName.of(key.stringValue)] = (.object, true)
            return true
        }

        func decodeNil(forKey key: Key) -> Bool { false }

        func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
            let name = MemberName.of(key.stringValue)
            let (value, shape) = try Probe.read(type)
            probe.members[name] = (shape, probe.members[name]?.isNullable ?? false)
            return value
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) throws -> KeyedDecodingContainer<Nested> { throw Unexpected(type: key.stringValue) }
        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
            throw Unexpected(type: key.stringValue)
        }
        func superDecoder() throws -> any Decoder { throw Unexpected(type: "super") }
        func superDecoder(forKey key: Key) throws -> any Decoder { throw Unexpected(type: key.stringValue) }
    }

    private struct Single: SingleValueDecodingContainer {
        let probe: Probe
        var codingPath: [any CodingKey] { [] }

        func decodeNil() -> Bool { false }

        func decode<T: Decodable>(_ type: T.Type) throws -> T {
            let (value, shape) = try Probe.read(type)
            probe.single = shape
            return value
        }
    }
}
