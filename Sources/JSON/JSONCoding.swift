/// Writes Swift values as JSON and reads back what it wrote.
///
/// - The name of a member is its coding key, with `overrideReason` written as `override_reason`. A key for which that
///   cannot be undone (`URLName`, `override_reason`) is written unchanged. The keys of a dictionary are data and stay
///   unchanged.
/// - Members are in the order in which the type writes them, those of a dictionary sorted by name, so that equal values
///   give equal bytes.
/// - Whole numbers beyond 64 signed bits are written as text (RFC 7493, section 2.2). A number that is not finite, or a
///   value nested deeper than 64 levels, is refused when it is written, because it could not be read.
///
/// Foundation's coders lose the order of members and take several times as long, and every change of a request needs
/// both directions.
public enum JSONCoding {
    /// How deep values may be nested: what ``JSON/parse(_:maximumDepth:)`` reads.
    fileprivate static let maximumDepth = 64

    /// The value as compact JSON in UTF-8.
    ///
    /// - Throws: `EncodingError`, or what the value itself throws.
    public static func encode(_ value: some Encodable) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(usualSize)
        try json(of: value).write(into: &bytes)
        return bytes
    }

    /// The value as JSON.
    public static func json(of value: some Encodable) throws -> JSON {
        try ValueEncoder.node(of: value, at: []).json
    }

    /// Reads what ``encode(_:)`` wrote, and ignores members that the type does not know.
    ///
    /// - Throws: `DecodingError`, or what the type itself throws.
    public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        let json: JSON
        do {
            json = try JSON.parse(bytes, maximumDepth: maximumDepth)
        } catch {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "\(error)"))
        }
        return try decode(type, from: json)
    }

    /// Reads a value from JSON.
    public static func decode<Value: Decodable>(_ type: Value.Type, from json: JSON) throws -> Value {
        try ValueDecoder.value(type, from: json, at: [])
    }

    /// The JSON that a value's `init(from:)` receives, for a value that is passed on unchanged.
    ///
    /// - Throws: `DecodingError` if the decoder is not one of `JSONCoding`.
    package static func json(in decoder: any Decoder) throws -> JSON {
        if let decoder = decoder as? ValueDecoder { return decoder.json }
        throw DecodingError.dataCorrupted(
            .init(codingPath: decoder.codingPath, debugDescription: "it can be read from JSON alone"))
    }

    /// Writes JSON unchanged, in a value's `encode(to:)`.
    ///
    /// - Throws: `EncodingError` if the encoder is not one of `JSONCoding`.
    package static func pass(_ json: JSON, to encoder: any Encoder) throws {
        guard let encoder = encoder as? ValueEncoder else {
            throw EncodingError.invalidValue(
                json, .init(codingPath: encoder.codingPath, debugDescription: "it can be written as JSON alone"))
        }
        encoder.node.content = .value(json)
    }
}

/// The names of coding keys in JSON.
package enum MemberName {
    /// The name of a key: `override_reason` for `overrideReason`, if that can be undone.
    package static func of(_ key: String) -> String {
        let name = snakeCase(key)
        return camelCase(name) == key ? name : key
    }

    /// The key that a type writes under this name.
    fileprivate static func key<Key: CodingKey>(_ type: Key.Type, of name: String) -> Key? {
        let camel = camelCase(name)
        if camel != name, of(camel) == name, let key = Key(stringValue: camel) { return key }
        return Key(stringValue: name)
    }

    // Both work on bytes, because every member of every record passes here. Letters outside ASCII stay as they are.

    /// `overrideReason` becomes `override_reason`.
    package static func snakeCase(_ name: String) -> String {
        guard name.utf8.contains(where: isCapital) else { return name }
        var words: [UInt8] = []
        words.reserveCapacity(name.utf8.count + 8)
        for byte in name.utf8 {
            if isCapital(byte), !words.isEmpty { words.append(underscore) }
            words.append(isCapital(byte) ? byte | caseBit : byte)
        }
        return String(decoding: words, as: UTF8.self)
    }

    private static func camelCase(_ name: String) -> String {
        guard name.utf8.contains(underscore) else { return name }
        var words: [UInt8] = []
        words.reserveCapacity(name.utf8.count)
        var isFirstOfWord = false
        for byte in name.utf8 {
            if byte == underscore {
                // Two underscores in a row, or one at an end, cannot be undone.
                if isFirstOfWord || words.isEmpty { return name }
                isFirstOfWord = true
            } else {
                words.append(isFirstOfWord && isCapital(byte & ~caseBit) ? byte & ~caseBit : byte)
                isFirstOfWord = false
            }
        }
        return isFirstOfWord ? name : String(decoding: words, as: UTF8.self)
    }

    private static let underscore = UInt8(ascii: "_")
    /// The bit by which a capital of ASCII differs from its small letter.
    private static let caseBit: UInt8 = 0x20

    private static func isCapital(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") }
}

/// A dictionary: its keys are data.
private protocol KeyedByData {}
extension Dictionary: KeyedByData {}

/// The position of an element in an array.
private struct Index: CodingKey {
    let value: Int

    init(_ value: Int) { self.value = value }
    init?(stringValue: String) { nil }
    init?(intValue: Int) { value = intValue }

    var stringValue: String { "\(value)" }
    var intValue: Int? { value }
}

/// The key under which a class encodes its superclass, as in Foundation.
private struct SuperKey: CodingKey {
    init() {}
    init?(stringValue: String) { nil }
    init?(intValue: Int) { nil }

    var stringValue: String { "super" }
    var intValue: Int? { nil }
}

// MARK: - Writing

/// A value that is being written. Nested containers write into nodes of their own, which the parent refers to.
private final class Node {
    enum Content {
        case value(JSON)
        case members([(String, Node)])
        case elements([Node])
    }

    var content = Content.value(.null)

    var json: JSON {
        switch content {
        case .value(let json): json
        case .members(let members): .object(JSONObject(members.map { ($0.0, $0.1.json) }))
        case .elements(let elements): .array(elements.map(\.json))
        }
    }

    func add(_ child: Node, named name: String) {
        guard case .members(var members) = content else { return }
        content = .members([])  // so that the array is grown in place
        members.append((name, child))
        content = .members(members)
    }

    func add(_ child: Node) {
        guard case .elements(var elements) = content else { return }
        content = .elements([])
        elements.append(child)
        content = .elements(elements)
    }
}

private struct ValueEncoder: Encoder {
    let node: Node
    let codingPath: [any CodingKey]
    var isDictionary = false
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    static func node(of value: some Encodable, at path: @autoclosure () -> [any CodingKey]) throws -> Node {
        let node = Node()
        switch value {
        case let text as String: node.content = .value(.string(text))
        case let truth as Bool: node.content = .value(.bool(truth))
        case let number as Int: node.content = .value(.int(Int64(number)))
        default:
            let path = path()
            // The document itself counts as a level.
            guard path.count < JSONCoding.maximumDepth else {
                throw EncodingError.invalidValue(
                    value, .init(codingPath: path, debugDescription: "it is nested too deep"))
            }
            let isDictionary = value is any KeyedByData
            try value.encode(to: ValueEncoder(node: node, codingPath: path, isDictionary: isDictionary))
            if isDictionary, case .members(let members) = node.content {
                node.content = .members(members.sorted { $0.0 < $1.0 })
            }
        }
        return node
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .members = node.content {} else { node.content = .members([]) }
        return KeyedEncodingContainer(
            MembersEncoder(node: node, codingPath: codingPath, isDictionary: isDictionary))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .elements = node.content {} else { node.content = .elements([]) }
        return ElementsEncoder(node: node, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        SingleEncoder(node: node, codingPath: codingPath)
    }
}

private struct MembersEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: Node
    let codingPath: [any CodingKey]
    let isDictionary: Bool

    private func add(_ child: Node, _ key: some CodingKey) {
        node.add(child, named: isDictionary ? key.stringValue : MemberName.of(key.stringValue))
    }

    private func nested(_ key: some CodingKey) -> ValueEncoder {
        let child = Node()
        add(child, key)
        return ValueEncoder(node: child, codingPath: codingPath + [key])
    }

    mutating func encodeNil(forKey key: Key) { add(Node(), key) }

    mutating func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        add(try ValueEncoder.node(of: value, at: codingPath + [key]), key)
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        nested(key).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        nested(key).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { nested(SuperKey()) }
    mutating func superEncoder(forKey key: Key) -> any Encoder { nested(key) }
}

private struct ElementsEncoder: UnkeyedEncodingContainer {
    let node: Node
    let codingPath: [any CodingKey]

    var count: Int {
        if case .elements(let elements) = node.content { elements.count } else { 0 }
    }

    private func nested() -> ValueEncoder {
        let child = Node()
        let encoder = ValueEncoder(node: child, codingPath: codingPath + [Index(count)])
        node.add(child)
        return encoder
    }

    mutating func encodeNil() { node.add(Node()) }

    mutating func encode<T: Encodable>(_ value: T) throws {
        node.add(try ValueEncoder.node(of: value, at: codingPath + [Index(count)]))
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        nested().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { nested().unkeyedContainer() }
    mutating func superEncoder() -> any Encoder { nested() }
}

private struct SingleEncoder: SingleValueEncodingContainer {
    let node: Node
    let codingPath: [any CodingKey]

    private func set(_ json: JSON) { node.content = .value(json) }

    private func set(_ number: some BinaryInteger) {
        set(Int64(exactly: number).map { JSON.int($0) } ?? .string(String(number)))
    }

    mutating func encodeNil() { set(.null) }
    mutating func encode(_ value: Bool) { set(.bool(value)) }
    mutating func encode(_ value: String) { set(.string(value)) }
    mutating func encode(_ value: Float) throws { try encode(Double(value)) }
    mutating func encode(_ value: Int) { set(.int(Int64(value))) }
    mutating func encode(_ value: Int8) { set(value) }
    mutating func encode(_ value: Int16) { set(value) }
    mutating func encode(_ value: Int32) { set(value) }
    mutating func encode(_ value: Int64) { set(value) }
    mutating func encode(_ value: UInt) { set(value) }
    mutating func encode(_ value: UInt8) { set(value) }
    mutating func encode(_ value: UInt16) { set(value) }
    mutating func encode(_ value: UInt32) { set(value) }
    mutating func encode(_ value: UInt64) { set(value) }

    mutating func encode(_ value: Double) throws {
        guard value.isFinite else {
            throw EncodingError.invalidValue(
                value, .init(codingPath: codingPath, debugDescription: "JSON has no such number"))
        }
        set(.double(value))
    }

    mutating func encode<T: Encodable>(_ value: T) throws {
        node.content = try ValueEncoder.node(of: value, at: codingPath).content
    }
}

// MARK: - Reading

private struct ValueDecoder: Decoder {
    let json: JSON
    let codingPath: [any CodingKey]
    var isDictionary = false
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    static func value<Value: Decodable>(
        _ type: Value.Type, from json: JSON, at path: [any CodingKey]
    ) throws -> Value {
        // The frequent types are read directly, which is faster than their own `init(from:)`.
        switch json {
        case .string(let text) where type == String.self: if let value = text as? Value { return value }
        case .int(let number) where type == Int.self: if let value = Int(number) as? Value { return value }
        case .bool(let truth) where type == Bool.self: if let value = truth as? Value { return value }
        default: break
        }
        return try Value(
            from: ValueDecoder(json: json, codingPath: path, isDictionary: type is any KeyedByData.Type))
    }

    /// The error for a value that is not of the wanted type.
    static func mismatch(_ type: Any.Type, _ json: JSON, at path: [any CodingKey]) -> DecodingError {
        let context = DecodingError.Context(
            codingPath: path, debugDescription: "expected \(type), and found \(json.kind)")
        return json.isNull ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let object) = json else { throw Self.mismatch(JSONObject.self, json, at: codingPath) }
        return KeyedDecodingContainer(
            MembersDecoder(object: object, codingPath: codingPath, isDictionary: isDictionary))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = json else { throw Self.mismatch([JSON].self, json, at: codingPath) }
        return ElementsDecoder(elements: elements, codingPath: codingPath)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        SingleDecoder(json: json, codingPath: codingPath)
    }
}

private struct MembersDecoder<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let object: JSONObject
    let codingPath: [any CodingKey]
    let isDictionary: Bool

    var allKeys: [Key] {
        object.keys.compactMap { isDictionary ? Key(stringValue: $0) : MemberName.key(Key.self, of: $0) }
    }

    private func member(_ key: some CodingKey) -> JSON? {
        object[isDictionary ? key.stringValue : MemberName.of(key.stringValue)]
    }

    private func found(_ key: some CodingKey) throws -> JSON {
        guard let json = member(key) else {
            throw DecodingError.keyNotFound(
                key, .init(codingPath: codingPath, debugDescription: "there is no such member"))
        }
        return json
    }

    private func nested(_ key: some CodingKey) throws -> ValueDecoder {
        ValueDecoder(json: try found(key), codingPath: codingPath + [key])
    }

    func contains(_ key: Key) -> Bool { member(key) != nil }
    func decodeNil(forKey key: Key) throws -> Bool { try found(key).isNull }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try ValueDecoder.value(type, from: try found(key), at: codingPath + [key])
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try nested(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try nested(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try nested(SuperKey()) }
    func superDecoder(forKey key: Key) throws -> any Decoder { try nested(key) }
}

private struct ElementsDecoder: UnkeyedDecodingContainer {
    let elements: [JSON]
    let codingPath: [any CodingKey]
    private(set) var currentIndex = 0

    init(elements: [JSON], codingPath: [any CodingKey]) {
        self.elements = elements
        self.codingPath = codingPath
    }

    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex == elements.count }

    private func current(_ type: Any.Type) throws -> JSON {
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(
                type,
                .init(codingPath: codingPath + [Index(currentIndex)], debugDescription: "there is no such element"))
        }
        return elements[currentIndex]
    }

    private mutating func nested(_ type: Any.Type) throws -> ValueDecoder {
        let decoder = ValueDecoder(json: try current(type), codingPath: codingPath + [Index(currentIndex)])
        currentIndex += 1
        return decoder
    }

    mutating func decodeNil() throws -> Bool {
        guard try current(Never?.self).isNull else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let value = try ValueDecoder.value(type, from: try current(type), at: codingPath + [Index(currentIndex)])
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try nested(JSONObject.self).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try nested([JSON].self).unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder { try nested(Any.self) }
}

private struct SingleDecoder: SingleValueDecodingContainer {
    let json: JSON
    let codingPath: [any CodingKey]

    private func mismatch(_ type: Any.Type) -> DecodingError { ValueDecoder.mismatch(type, json, at: codingPath) }

    private func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
        switch json {
        case .int(let number):
            if let exact = Number(exactly: number) { return exact }
        case .string(let text):
            // Only numbers beyond 64 signed bits are written as text.
            if let number = Number(text), Int64(exactly: number) == nil { return number }
        default: break
        }
        throw mismatch(type)
    }

    func decodeNil() -> Bool { json.isNull }

    func decode(_ type: Bool.Type) throws -> Bool {
        guard case .bool(let truth) = json else { throw mismatch(type) }
        return truth
    }

    func decode(_ type: String.Type) throws -> String {
        guard case .string(let text) = json else { throw mismatch(type) }
        return text
    }

    func decode(_ type: Double.Type) throws -> Double {
        guard let number = json.doubleValue else { throw mismatch(type) }
        return number
    }

    func decode(_ type: Float.Type) throws -> Float {
        guard let number = json.doubleValue else { throw mismatch(type) }
        return Float(number)
    }

    func decode(_ type: Int.Type) throws -> Int { try integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try ValueDecoder.value(type, from: json, at: codingPath)
    }
}
