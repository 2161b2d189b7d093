import JSON

extension Array: FieldValue where Element: FieldValue {
    /// A list.
    public static var kind: FieldKind { .list(Element.kind) }
    /// A list.
    @inlinable public static var isList: Bool { true }
    /// The list, if all its elements have the right kind.
    public init?(_ raw: Scalar) {
        guard case .list(let list) = raw else { return nil }
        self = []
        for raw in list {
            guard let element = Element(raw) else { return nil }
            append(element)
        }
    }
    /// The raw values of the elements.
    public var raw: Scalar? { .list(compactMap(\.raw)) }
    /// The number of elements.
    public var measure: Int? { count }
    /// Reads the list, element by element.
    public static func read(_ given: Given) throws(Mismatch) -> [Element] {
        guard case .array(let list) = given.json else { throw given.mismatch(.kind(kind)) }
        var elements: [Element] = []
        elements.reserveCapacity(list.count)
        for (index, json) in list.enumerated() {
            elements.append(try Element.read(given.inside(.index(index), json)))
        }
        return elements
    }
    /// The elements in their written form.
    public var written: Given? { Given(.array(compactMap { $0.written?.json })) }
}

/// Values by keys. A dictionary keeps its initial values for keys that are not given.
extension Dictionary: FieldValue where Key: FieldValue, Value: FieldValue {
    /// Values by keys.
    public static var kind: FieldKind { .map(key: Key.kind, value: Value.kind) }
    /// Nil: a dictionary cannot be read from a raw value.
    public init?(_ raw: Scalar) { nil }
    /// Nil: a dictionary has no raw value.
    public var raw: Scalar? { nil }
    /// The number of keys.
    public var measure: Int? { count }
    /// Reads the given members.
    public static func read(_ given: Given) throws(Mismatch) -> [Key: Value] { try read(given, over: [:]) }
    /// Reads the given members over the initial ones.
    public static func read(_ given: Given, over initial: [Key: Value]) throws(Mismatch) -> [Key: Value] {
        guard case .object(let object) = given.json else { throw given.mismatch(.kind(kind)) }
        var values = initial
        var names: [Key: String] = [:]
        for (name, json) in object {
            let part = given.inside(.key(name), json)
            guard let key = Key(.string(name)) else { throw part.mismatch(Self.mistake(inKey: name)) }
            if let other = names.updateValue(name, forKey: key) {
                throw part.mismatch(
                    .said(Text(fr: "c'est la même clé que « \(other) »", en: "it is the same key as \"\(other)\"")))
            }
            if let known = initial[key] {
                values.updateValue(try Value.read(part, over: known), forKey: key)
            } else {
                values.updateValue(try Value.read(part), forKey: key)
            }
        }
        return values
    }
    private static func mistake(inKey name: String) -> Mismatch.Reason {
        switch Key.kind {
        case .choice(let keys): .unknown(among: keys.map(\.value))
        case .string: .blank
        case let kind: .kind(kind)
        }
    }
    /// The values in their written form, sorted by their keys.
    public var written: Given? {
        let members = compactMap { key, value -> (String, JSON)? in
            guard let name = key.raw?.text, let json = value.written?.json else { return nil }
            return (name, json)
        }
        return Given(.object(JSONObject(members.sorted { $0.0 < $1.0 })))
    }
}
