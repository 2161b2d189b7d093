package import JSON

/// A member of the record that staff may correct, with the field by which they type it.
package struct Correction<S: Service>: Sendable {
    /// The field: its name is that of the correction.
    package let field: FieldSchema
    /// Reads a value as its field does, and puts it into the record. Returns the values before and after, in their
    /// written form.
    package let apply: @Sendable (JSON, inout S.Record) throws -> (before: JSON?, after: JSON?)
    package let rule: @Sendable (inout DraftOf<S>) throws -> Void
}

extension Service {
    /// A member of the record that staff may correct later, in each state, also of a closed request, by the field with
    /// which it was given: `correctable(\.shelf, as: \Arrival.$shelf)`. The member and the field have the same type.
    ///
    /// The field's own checks apply; an optional field can be cleared. The request stays in its state, and its history
    /// has a line with the values before and after. The rule runs when the record has its new values: it refuses, or
    /// changes what depends on the value, like a claim. The rules of a closed request cannot claim anything.
    public func correctable<I: Input, Value: FieldValue>(
        _ member: any WritableKeyPath<Record, Value> & Sendable, as field: any KeyPath<I, Field<Value>> & Sendable,
        rule: @escaping @Sendable (inout Draft) throws -> Void = { _ in }
    ) -> Transition<Self> {
        let form = InputSchema(of: I.self)
        guard let index = form.index(of: field, in: I.self) else { return Transition(correcting: nil) }
        return Transition(
            correcting: Correction(
                field: form.fields[index],
                apply: { json, record in
                    let before = record[keyPath: member].written?.json
                    let value: Field<Value> = try form.read(json, at: index)
                    record[keyPath: member] = value.wrappedValue
                    return (before, record[keyPath: member].written?.json)
                }, rule: rule))
    }
}

extension InputSchema {
    /// The index of the field to which a key path leads; nil if it leads to none.
    func index<I: Input, Value>(of field: KeyPath<I, Field<Value>>, in input: I.Type) -> Int? {
        guard let named = try? I(from: FieldNamer()), let label = named[keyPath: field].label else { return nil }
        return fields.firstIndex { $0.name == Naming.wire(label) }
    }
}

/// Decodes an input whose fields have no values and carry their own names: it tells to which field a key path leads. A
/// property wrapper does not know the name of its property otherwise.
struct FieldNamer: DeclaredDecoder {
    var label = ""

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Container())
    }

    private struct Container<Key: CodingKey>: DeclaredMembers {
        func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
            try T(from: FieldNamer(label: key.stringValue))
        }

        func contains(_ key: Key) -> Bool { true }
        func decodeNil(forKey key: Key) throws -> Bool { false }
    }
}
