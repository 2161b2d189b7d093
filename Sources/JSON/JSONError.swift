/// An error in a JSON text, and its offset.
public struct JSONError: Error, Sendable, Hashable {
    /// What is wrong with the text.
    public enum Reason: Sendable, Hashable {
        /// Something else was expected; `found` is nil at the end of the text.
        case expected(String, found: UInt8?)
        /// A second value, or anything but white space, follows the value.
        case trailingBytes
        /// The object already has a member of this name.
        case duplicateKey(String)
        /// Arrays and objects are nested more than `limit` deep.
        case tooDeep(limit: Int)
        /// The bytes are not UTF-8.
        case invalidUTF8
        /// A `\u` escape names one half of a surrogate pair.
        case loneSurrogate
        /// An unknown escape follows a backslash.
        case invalidEscape
        /// A string has an unescaped control character.
        case controlCharacter(UInt8)
        /// The digits, fraction or exponent of a number are malformed.
        case invalidNumber
        /// The number is too large for a double.
        case numberOutOfRange
    }

    /// The offset of the error, in bytes from the start of the text.
    public let offset: Int
    /// The kind of error.
    public let reason: Reason

    /// Makes an error.
    public init(offset: Int, reason: Reason) {
        self.offset = offset
        self.reason = reason
    }
}

extension JSONError: CustomStringConvertible {
    /// One line: the reason and the offset.
    public var description: String { "\(reason) at byte \(offset)" }
}

extension JSONError.Reason: CustomStringConvertible {
    /// One clause, without the offset.
    public var description: String {
        switch self {
        case .expected(let what, found: nil): "expected \(what), found the end"
        case .expected(let what, let found?): "expected \(what), found \(Self.name(of: found))"
        case .trailingBytes: "something follows the value"
        case .duplicateKey(let key): "the key \(JSON.string(key).text) is there twice"
        case .tooDeep(let limit): "nested more than \(limit) deep"
        case .invalidUTF8: "invalid UTF-8"
        case .loneSurrogate: "half of a surrogate pair"
        case .invalidEscape: "unknown escape in a string"
        case .controlCharacter(let byte): "unescaped control character \(Self.name(of: byte)) in a string"
        case .invalidNumber: "malformed number"
        case .numberOutOfRange: "number out of range"
        }
    }

    private static func name(of byte: UInt8) -> String {
        if (0x21...0x7e).contains(byte) { return "'\(Character(Unicode.Scalar(byte)))'" }
        let digits = String(byte, radix: 16, uppercase: true)
        return "0x" + (digits.count == 1 ? "0" : "") + digits
    }
}
