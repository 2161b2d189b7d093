import JSON

/// Encodes a record as JSON: members in the order in which the type writes them, those of a dictionary by their names,
/// so that the same record is always the same text. `overrideReason` is written `override_reason`; the keys of a
/// dictionary are data and stay as they are.
///
/// Foundation's encoder costs several times as much, and every change of a request pays for it.
struct RecordEncoder: Encoder {
    /// A value that is being written. Nested containers write into nodes of their own, so that nobody has to put them
    /// back.
    final class Node {
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
    }

    let node: Node
    let codingPath: [any CodingKey]
    /// Whether the keys are data.
    let isDictionary: Bool
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    static func encode(_ value: some Encodable) throws -> JSON {
        try node(of: value, at: []).json
    }

    static func node(of value: some Encodable, at path: [any CodingKey]) throws -> Node {
        let node = Node()
        switch value {
        case let text as String: node.content = .value(.string(text))
        case let truth as Bool: node.content = .value(.bool(truth))
        case let number as Int: node.content = .value(.int(Int64(number)))
        case let instant as Instant: node.content = .value(.string(instant.description))
        default:
            let isDictionary = value is any StringKeyed
            try value.encode(to: RecordEncoder(node: node, codingPath: path, isDictionary: isDictionary))
            if isDictionary, case .members(let members) = node.content {
                node.content = .members(members.sorted { $0.0 < $1.0 })
            }
        }
        return node
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .members = node.content {} else { node.content = .members([]) }
        return KeyedEncodingContainer(Members(node: node, codingPath: codingPath, isDictionary: isDictionary))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .elements = node.content {} else { node.content = .elements([]) }
        return Elements(node: node, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        Single(node: node, codingPath: codingPath)
    }
}

/// A dictionary whose keys are texts.
private protocol StringKeyed {}
extension Dictionary: StringKeyed where Key == String {}

private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: RecordEncoder.Node
    let codingPath: [any CodingKey]
    let isDictionary: Bool

    private func add(_ child: RecordEncoder.Node, _ key: some CodingKey) {
        guard case .members(var members) = node.content else { return }
        node.content = .members([])  // so that the array is grown in place
        members.append((isDictionary ? key.stringValue : Naming.wire(key.stringValue), child))
        node.content = .members(members)
    }

    private func nested(_ key: some CodingKey) -> RecordEncoder {
        let child = RecordEncoder.Node()
        add(child, key)
        return RecordEncoder(node: child, codingPath: codingPath + [key], isDictionary: false)
    }

    mutating func encodeNil(forKey key: Key) { add(RecordEncoder.Node(), key) }

    mutating func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        add(try RecordEncoder.node(of: value, at: codingPath + [key]), key)
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

/// Where a class puts what its superclass encodes, as in Foundation.
private struct SuperKey: CodingKey {
    var stringValue: String { "super" }
    var intValue: Int? { nil }
    init() {}
    init?(stringValue: String) { nil }
    init?(intValue: Int) { nil }
}
