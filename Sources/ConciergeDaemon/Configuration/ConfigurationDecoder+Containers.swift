/// The keys of a mapping as a type asks for them.
struct ConfigurationKeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: ConfigurationDecoder
    let entries: [ConfigurationNode.Entry]

    var codingPath: [any CodingKey] { decoder.codingPath }
    var allKeys: [Key] { entries.compactMap { Key(stringValue: $0.key) } }

    func contains(_ key: Key) -> Bool {
        decoder.audit.ask(for: key.stringValue, at: codingPath)
        return entries.contains { $0.key == key.stringValue }
    }

    func decodeNil(forKey key: Key) throws -> Bool {
        try value(for: key).node.isNull
    }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try value(for: key).decode(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try value(for: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try value(for: key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        try value(for: PathKey("super"))
    }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        try value(for: key)
    }

    private func value(for key: any CodingKey) throws -> ConfigurationDecoder {
        decoder.audit.ask(for: key.stringValue, at: codingPath)
        guard let entry = entries.first(where: { $0.key == key.stringValue }) else { throw decoder.missing(key) }
        return decoder.descend(to: entry.value, key)
    }
}

/// The elements of a list, one after the other.
struct ConfigurationUnkeyedContainer: UnkeyedDecodingContainer {
    let decoder: ConfigurationDecoder
    let elements: [ConfigurationNode]
    private(set) var currentIndex = 0

    init(decoder: ConfigurationDecoder, elements: [ConfigurationNode]) {
        self.decoder = decoder
        self.elements = elements
    }

    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    mutating func decodeNil() throws -> Bool {
        guard try current().node.isNull else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let value = try current().decode(type)
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        let container = try current().container(keyedBy: type)
        currentIndex += 1
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try current().unkeyedContainer()
        currentIndex += 1
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let decoder = try current()
        currentIndex += 1
        return decoder
    }

    private func current() throws -> ConfigurationDecoder {
        guard !isAtEnd else {
            throw decoder.wrapped(decoder.refusal("expected more than \(elements.count) elements"))
        }
        return decoder.descend(to: elements[currentIndex], PathKey(index: currentIndex))
    }
}

/// A value that is read whole.
struct ConfigurationSingleValueContainer: SingleValueDecodingContainer {
    let decoder: ConfigurationDecoder

    var codingPath: [any CodingKey] { decoder.codingPath }

    func decodeNil() -> Bool { decoder.node.isNull }

    func decode<T: Decodable>(_ type: T.Type) throws -> T { try decoder.decode(type) }
}
