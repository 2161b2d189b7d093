/// A type that a single value of the configuration is read as.
protocol ConfigurationScalar: Decodable {
    /// What the value must be, in words.
    static var expectation: String { get }

    /// Reads the value as YAML 1.2's core schema (10.3.2) does; `nil` if it is something else.
    init?(configuration text: String)

    /// Whether a quoted value is read too.
    static var allowsQuotes: Bool { get }

    /// What to write in place of a value that is refused, if that can be guessed.
    static func hint(for text: String) -> String?
}

extension ConfigurationScalar {
    static var allowsQuotes: Bool { false }
    static func hint(for text: String) -> String? { nil }
}

extension String: ConfigurationScalar {
    static var expectation: String { "a text" }
    static var allowsQuotes: Bool { true }

    /// What is written is the text, also where it could be read as a number: a telephone number needs no quotes.
    init?(configuration text: String) { self = text }
}

extension Bool: ConfigurationScalar {
    static var expectation: String { "true or false" }

    init?(configuration text: String) {
        switch text {
        case "true", "True", "TRUE": self = true
        case "false", "False", "FALSE": self = false
        default: return nil
        }
    }

    static func hint(for text: String) -> String? {
        switch text.lowercased() {
        case "yes", "on", "y", "true": "write true"
        case "no", "off", "n", "false": "write false"
        default: nil
        }
    }
}

extension Double: ConfigurationScalar {
    static var expectation: String { "a number" }

    init?(configuration text: String) {
        switch text {
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": self = .infinity
        case "-.inf", "-.Inf", "-.INF": self = -.infinity
        case ".nan", ".NaN", ".NAN": self = .nan
        default:
            guard text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }), let number = Double(text) else {
                guard let whole = Int64(configuration: text) else { return nil }
                self = Double(whole)
                return
            }
            self = number
        }
    }
}

extension Float: ConfigurationScalar {
    static var expectation: String { Double.expectation }

    init?(configuration text: String) {
        guard let number = Double(configuration: text) else { return nil }
        self.init(number)
    }
}

extension ConfigurationScalar where Self: FixedWidthInteger {
    static var expectation: String {
        Self.bitWidth == 64 && Self.isSigned ? "a whole number" : "a whole number from \(Self.min) to \(Self.max)"
    }

    init?(configuration text: String) {
        if text.hasPrefix("0x") {
            self.init(text.dropFirst(2), radix: 16)
        } else if text.hasPrefix("0o") {
            self.init(text.dropFirst(2), radix: 8)
        } else if Self.hasLeadingZero(text) {
            return nil
        } else {
            self.init(text)
        }
    }

    /// YAML 1.1 read such a number as octal, 1.2 reads it as decimal: whoever wrote it may have meant either.
    private static func hasLeadingZero(_ text: String) -> Bool {
        let digits = text.drop { $0 == "-" || $0 == "+" }
        return digits.count > 1 && digits.first == "0" && digits.allSatisfy(\.isNumber)
    }

    static func hint(for text: String) -> String? {
        guard hasLeadingZero(text) else { return nil }
        let digits = text.drop { $0 == "0" }
        return digits.isEmpty ? "write 0" : "write \(digits), or 0o\(digits) for an octal number"
    }
}

extension Int: ConfigurationScalar {}
extension Int8: ConfigurationScalar {}
extension Int16: ConfigurationScalar {}
extension Int32: ConfigurationScalar {}
extension Int64: ConfigurationScalar {}
extension UInt: ConfigurationScalar {}
extension UInt8: ConfigurationScalar {}
extension UInt16: ConfigurationScalar {}
extension UInt32: ConfigurationScalar {}
extension UInt64: ConfigurationScalar {}
