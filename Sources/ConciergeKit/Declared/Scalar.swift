package import JSON

/// A value as it came over the wire, before its type is known: a single value, or a list of values.
public enum Scalar: Sendable, Hashable {
    /// Text, exactly as it was given.
    case string(String)
    /// A whole number that fits into 64 bits.
    case int(Int)
    /// A number that is not written as a whole one.
    case double(Double)
    /// A truth value, not a text such as `yes`.
    case bool(Bool)
    /// Several values, which may be of several types.
    case list([Scalar])

    /// The value in the form in which it is typed.
    var text: String {
        switch self {
        case .string(let text): text
        case .int(let number): "\(number)"
        case .double(let number): "\(number)"
        case .bool(let truth): "\(truth)"
        case .list(let elements): elements.map(\.text).joined(separator: ", ")
        }
    }
}

extension Scalar: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral
{
    /// Text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A whole number.
    public init(integerLiteral value: Int) { self = .int(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// True or false.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A list.
    public init(arrayLiteral elements: Scalar...) { self = .list(elements) }
}

extension JSON {
    package init(_ raw: Scalar) {
        self =
            switch raw {
            case .string(let text): .string(text)
            case .int(let number): .int(Int64(number))
            case .double(let number): .double(number)
            case .bool(let truth): .bool(truth)
            case .list(let elements): .array(elements.map { JSON($0) })
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
        case .array(let elements):
            let list = elements.compactMap { Scalar($0) }
            guard list.count == elements.count else { return nil }
            self = .list(list)
        case .null, .object: return nil
        }
    }
}
