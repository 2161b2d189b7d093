import JSON

extension RecordEncoder {
    /// The elements of an array.
    struct Elements: UnkeyedEncodingContainer {
        let node: Node
        let codingPath: [any CodingKey]

        var count: Int {
            if case .elements(let elements) = node.content { elements.count } else { 0 }
        }

        private func add(_ child: Node) {
            guard case .elements(var elements) = node.content else { return }
            node.content = .elements([])  // so that the array is grown in place
            elements.append(child)
            node.content = .elements(elements)
        }

        private func nested() -> RecordEncoder {
            let child = Node()
            add(child)
            return RecordEncoder(node: child, codingPath: codingPath, isDictionary: false)
        }

        mutating func encodeNil() { add(Node()) }
        mutating func encode<T: Encodable>(_ value: T) throws { add(try RecordEncoder.node(of: value, at: codingPath)) }

        mutating func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type
        ) -> KeyedEncodingContainer<Nested> {
            nested().container(keyedBy: type)
        }

        mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { nested().unkeyedContainer() }
        mutating func superEncoder() -> any Encoder { nested() }
    }

    /// A value on its own.
    struct Single: SingleValueEncodingContainer {
        let node: Node
        let codingPath: [any CodingKey]

        private func set(_ json: JSON) { node.content = .value(json) }
        private func set(_ number: some BinaryInteger) throws {
            guard let small = Int64(exactly: number) else {
                throw EncodingError.invalidValue(
                    number, .init(codingPath: codingPath, debugDescription: "the number is beyond 64 bits"))
            }
            set(.int(small))
        }

        mutating func encodeNil() { set(.null) }
        mutating func encode(_ value: Bool) { set(.bool(value)) }
        mutating func encode(_ value: String) { set(.string(value)) }
        mutating func encode(_ value: Float) throws { try encode(Double(value)) }
        mutating func encode(_ value: Int) { set(.int(Int64(value))) }
        mutating func encode(_ value: Int8) throws { try set(value) }
        mutating func encode(_ value: Int16) throws { try set(value) }
        mutating func encode(_ value: Int32) throws { try set(value) }
        mutating func encode(_ value: Int64) throws { try set(value) }
        mutating func encode(_ value: UInt) throws { try set(value) }
        mutating func encode(_ value: UInt8) throws { try set(value) }
        mutating func encode(_ value: UInt16) throws { try set(value) }
        mutating func encode(_ value: UInt32) throws { try set(value) }
        mutating func encode(_ value: UInt64) throws { try set(value) }

        mutating func encode(_ value: Double) throws {
            guard value.isFinite else {
                throw EncodingError.invalidValue(
                    value, .init(codingPath: codingPath, debugDescription: "JSON has no such number"))
            }
            set(.double(value))
        }

        mutating func encode<T: Encodable>(_ value: T) throws {
            node.content = try RecordEncoder.node(of: value, at: codingPath).content
        }
    }
}
