package import JSON

/// A field of an input that is unknown, missing or of the wrong kind. Nothing was changed.
package struct InvalidField: Error, Sendable, Hashable {
    /// As it stands on the wire.
    package let name: String
    package let reason: Text
}

extension Input {
    /// Reads an input as it came over the wire: every given field must be known and of its kind, every required one
    /// given.
    package init(_ object: JSONObject, schema: InputSchema) throws {
        for (name, _) in object where !schema.fields.contains(where: { $0.name == name }) {
            if let reason = Self.refused[name] { throw Refusal(reason) }
            throw InvalidField(
                name: name,
                reason: Text(fr: "ce champ n'existe pas ici", en: "there is no such field here"))
        }
        try self.init(from: InputDecoder(object: object))
    }

    /// The input as it goes over the wire, without the fields that hold nothing.
    package var object: JSONObject {
        var object = JSONObject()
        for child in Mirror(reflecting: self).children {
            guard let label = child.label, let raw = (child.value as? any DeclaredField)?.raw else { continue }
            object[Naming.wire(label.first == "_" ? String(label.dropFirst()) : label)] = JSON(raw)
        }
        return object
    }
}

extension JSON {
    package init(_ raw: Scalar) {
        self =
            switch raw {
            case .string(let text): .string(text)
            case .int(let number): .int(Int64(number))
            case .double(let number): .double(number)
            case .bool(let truth): .bool(truth)
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
        case .null, .array, .object: return nil
        }
    }
}

/// Reads one field's value.
struct FieldDecoder: Decoder {
    let name: String
    let json: JSON?
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func value<Value: FieldValue>(of type: Value.Type) throws -> Value {
        guard let json, json != .null else {
            if let absent = Value.absent { return absent }
            throw InvalidField(
                name: name,
                reason: Text(fr: "ce champ est obligatoire", en: "this field is required"))
        }
        guard let raw = Scalar(json), let value = Value(raw) else {
            throw InvalidField(name: name, reason: Value.kind.expected)
        }
        return value
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> { throw NotAField() }
    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw NotAField() }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw NotAField() }
}

/// An input with a stored property that is not a field; found when the provider is registered.
struct NotAField: Error {}

/// Hands each property of an input its field: the compiler's `init(from:)` of the input does the rest.
private struct InputDecoder: Decoder {
    let object: JSONObject
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Fields(object: object))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw NotAField() }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw NotAField() }

    private struct Fields<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let object: JSONObject
        var codingPath: [any CodingKey] { [] }
        var allKeys: [Key] { [] }

        func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
            let name = Naming.wire(key.stringValue)
            return try T(from: FieldDecoder(name: name, json: object[name]))
        }

        func contains(_ key: Key) -> Bool { object[Naming.wire(key.stringValue)] != nil }
        func decodeNil(forKey key: Key) throws -> Bool { throw NotAField() }
        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) throws -> KeyedDecodingContainer<Nested> { throw NotAField() }
        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw NotAField() }
        func superDecoder() throws -> any Decoder { throw NotAField() }
        func superDecoder(forKey key: Key) throws -> any Decoder { throw NotAField() }
    }
}
