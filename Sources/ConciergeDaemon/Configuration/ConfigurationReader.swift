import ConciergeKit
import JSON
import Wording

/// Reads the values of a configuration by the declared settings. The kind of the setting decides whether an unquoted
/// value is a text, a number or a boolean, as YAML 1.2's core schema (10.3.2) writes it.
struct ConfigurationReader {
    /// The value as JSON of the setting's kind. An undeclared key is kept, so that its section refuses it by name.
    static func json(
        of node: ConfigurationNode, as kind: FieldKind, at path: [PathStep]
    ) throws(ConfigurationError) -> JSON {
        if node.isNull { return .null }
        func mismatch(_ hint: String? = nil) -> ConfigurationError {
            ConfigurationError(
                file: node.file, line: node.line, key: path.dotted,
                words: node.found(insteadOf: kind.expected, kind.noun),
                suggestion: hint.map { Text(verbatim: $0) })
        }
        switch kind {
        case .section(let schema):
            guard let entries = node.entries else { throw mismatch() }
            var object = JSONObject()
            for entry in entries {
                let setting = schema.settings.first { $0.name == entry.key }
                object[entry.key] =
                    try setting.map { (setting) throws(ConfigurationError) in
                        try json(of: entry.value, as: setting.kind, at: path + [.key(entry.key)])
                    } ?? .null
            }
            return .object(object)
        case .map(_, let value):
            guard let entries = node.entries else { throw mismatch() }
            var object = JSONObject()
            for entry in entries {
                object[entry.key] = try json(of: entry.value, as: value, at: path + [.key(entry.key)])
            }
            return .object(object)
        case .list(let element):
            guard case .sequence(let nodes) = node.content else { throw mismatch() }
            var elements: [JSON] = []
            for (index, node) in nodes.enumerated() {
                elements.append(try json(of: node, as: element, at: path + [.index(index)]))
            }
            return .array(elements)
        case .string, .form, .time, .date, .money, .choice:
            // The written form is the text, even if it could be read as a number: a telephone number needs no quotes.
            guard case .scalar(let text, _) = node.content else { throw mismatch() }
            return .string(text)
        case .int, .float, .bool:
            guard case .scalar(let text, let isPlain) = node.content else { throw mismatch() }
            guard isPlain, let value = PlainScalar.json(text, as: kind) else {
                throw mismatch(PlainScalar.hint(for: text, as: kind))
            }
            return value
        }
    }
}

/// Numbers and booleans as YAML 1.2's core schema (10.3.2) writes them.
enum PlainScalar {
    static func json(_ text: String, as kind: FieldKind) -> JSON? {
        switch kind {
        case .int: whole(text).map { .int($0) }
        case .float: number(text).map { .double($0) }
        case .bool: truth(text).map { .bool($0) }
        default: nil
        }
    }

    /// A suggested replacement for a refused value; nil if there is no good guess.
    static func hint(for text: String, as kind: FieldKind) -> String? {
        switch kind {
        case .int where hasLeadingZero(text):
            let digits = text.drop { $0 == "0" }
            return digits.isEmpty ? "write 0" : "write \(digits), or 0o\(digits) for an octal number"
        case .bool:
            switch text.lowercased() {
            case "yes", "on", "y", "true": return "write true"
            case "no", "off", "n", "false": return "write false"
            default: return nil
            }
        default: return nil
        }
    }

    static func truth(_ text: String) -> Bool? {
        switch text {
        case "true", "True", "TRUE": true
        case "false", "False", "FALSE": false
        default: nil
        }
    }

    static func number(_ text: String) -> Double? {
        switch text {
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": .infinity
        case "-.inf", "-.Inf", "-.INF": -.infinity
        case ".nan", ".NaN", ".NAN": .nan
        default:
            if text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }), let number = Double(text) {
                number
            } else {
                whole(text).map(Double.init)
            }
        }
    }

    private static func whole(_ text: String) -> Int64? {
        if text.hasPrefix("0x") { return Int64(text.dropFirst(2), radix: 16) }
        if text.hasPrefix("0o") { return Int64(text.dropFirst(2), radix: 8) }
        return hasLeadingZero(text) ? nil : Int64(text)
    }

    /// YAML 1.1 reads such a number as octal, YAML 1.2 as decimal, so its author may have meant either.
    private static func hasLeadingZero(_ text: String) -> Bool {
        let digits = text.drop { $0 == "-" || $0 == "+" }
        return digits.count > 1 && digits.first == "0" && digits.allSatisfy(\.isNumber)
    }
}
