/// A JSON value (RFC 8259).
///
/// Whole numbers that fit 64 bits are kept exactly, as ``int(_:)``; every other number is a ``double(_:)``. Two values
/// are equal if they have the same kind and content. The order of an object's members does not matter, and the integer
/// `1` is not equal to the double `1.0`.
public enum JSON: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without fraction and exponent that fits 64 bits.
    case int(Int64)
    /// Any other number. JSON has no infinities and NaNs: they are written as `null`.
    case double(Double)
    /// A string of Unicode scalars.
    case string(String)
    /// A list of values.
    case array([JSON])
    /// Named values.
    case object(JSONObject)

    /// The kind of this value, for messages: `null`, `bool`, `int`, `double`, `string`, `array` or `object`.
    public var kind: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .int: "int"
        case .double: "double"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

extension JSON: CustomStringConvertible {
    /// The same as ``text``.
    public var description: String { text }
}
