extension JSON {
    /// Wraps a string.
    public init(_ value: String) { self = .string(value) }
    /// Wraps an integer.
    public init(_ value: Int) { self = .int(Int64(value)) }
    /// Wraps an integer.
    public init(_ value: Int64) { self = .int(value) }
    /// Wraps a number.
    public init(_ value: Double) { self = .double(value) }
    /// Wraps a truth value.
    public init(_ value: Bool) { self = .bool(value) }
    /// Wraps a list of strings.
    public init(_ values: [String]) { self = .array(values.map(JSON.string)) }

    /// The string; nil if this is no string.
    public var stringValue: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The integer; nil if this is no integer, also if it is a double.
    public var intValue: Int64? {
        if case .int(let value) = self { value } else { nil }
    }

    /// The truth value; nil if this is no truth value.
    public var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The number, also of an integer (rounded to the nearest double); nil if this is no number.
    public var doubleValue: Double? {
        switch self {
        case .double(let value): value
        case .int(let value): Double(value)
        default: nil
        }
    }

    /// The elements; nil if this is no array.
    public var arrayValue: [JSON]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The members; nil if this is no object.
    public var objectValue: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// Whether this is `null`.
    public var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The member of that name; nil if there is none or this is no object.
    public subscript(key: String) -> JSON? {
        if case .object(let object) = self { object[key] } else { nil }
    }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    /// `null`.
    public init(nilLiteral: ()) { self = .null }
    /// `true` or `false`.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// An integer.
    public init(integerLiteral value: Int64) { self = .int(value) }
    /// A double.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An array.
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    /// An object; of members with the same name the last counts.
    public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(JSONObject(elements)) }
}
