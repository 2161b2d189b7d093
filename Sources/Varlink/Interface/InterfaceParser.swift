/// Reads an interface definition by recursive descent over the grammar at varlink.org (Interface Definition).
struct InterfaceParser {
    private var scanner: InterfaceScanner
    private(set) var name = ""
    private(set) var documentation = ""
    private(set) var types: [InterfaceDefinition.TypeDefinition] = []
    private(set) var methods: [InterfaceDefinition.Method] = []
    private(set) var errors: [InterfaceDefinition.ErrorDefinition] = []

    private var declared: Set<String> = []
    /// The types that have been used and may be declared further down, with the errors to throw if they are not.
    private var awaited: [(name: String, error: InterfaceSyntaxError)] = []
    private var depth = 0

    init(_ source: String) { scanner = InterfaceScanner(source) }

    mutating func parse() throws(InterfaceSyntaxError) {
        documentation = scanner.takeComment()
        let start = scanner
        guard scanner.word() == "interface" else { throw start.expected("'interface'") }
        name = scanner.word { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
        guard !name.isEmpty else { throw scanner.expected("the interface's name") }
        guard Self.isInterfaceName(name) else { throw scanner.error("'\(name)' is not an interface name") }
        while true {
            let comment = scanner.takeComment()
            if scanner.isAtEnd { break }
            try member(comment)
        }
        for use in awaited where !types.contains(where: { $0.name == use.name }) { throw use.error }
    }

    private mutating func member(_ comment: String) throws(InterfaceSyntaxError) {
        let before = scanner
        switch scanner.word() {
        case "type":
            let name = try memberName()
            let type = try structureOrEnumeration()
            types.append(.init(name: name, type: type, documentation: comment))
        case "method":
            let name = try memberName()
            let input = try structure()
            try scanner.require("->")
            methods.append(.init(name: name, input: input, output: try structure(), documentation: comment))
        case "error":
            let name = try memberName()
            errors.append(.init(name: name, fields: try structure(), documentation: comment))
        default: throw before.expected("'type', 'method' or 'error'")
        }
    }

    private mutating func memberName() throws(InterfaceSyntaxError) -> String {
        let name = scanner.word()
        guard !name.isEmpty else { throw scanner.expected("a name") }
        guard Self.isMemberName(name) else {
            throw scanner.error("'\(name)' is not a name: a capital, then letters and digits")
        }
        guard declared.insert(name).inserted else { throw scanner.error("'\(name)' is declared twice") }
        return name
    }

    private mutating func structure() throws(InterfaceSyntaxError) -> [InterfaceDefinition.Field] {
        let error = scanner.error("expected named fields with their types, found words alone")
        guard case .structure(let fields) = try structureOrEnumeration() else { throw error }
        return fields
    }

    private mutating func structureOrEnumeration() throws(InterfaceSyntaxError) -> InterfaceDefinition.ValueType {
        try scanner.require("(")
        guard depth < 32 else { throw scanner.error("nested more than 32 deep") }
        depth += 1
        defer { depth -= 1 }
        if scanner.take(")") { return .structure([]) }
        var names: Set<String> = []
        let first = try fieldName(&names)
        guard scanner.take(":") else {
            var words = [first]
            while scanner.take(",") { words.append(try fieldName(&names)) }
            let isFirst = words.count == 1
            guard scanner.take(")") else { throw scanner.expected(isFirst ? "':', ',' or ')'" : "',' or ')'") }
            return .enumeration(words)
        }
        var fields = [InterfaceDefinition.Field(name: first, type: try type())]
        while scanner.take(",") {
            let name = try fieldName(&names)
            try scanner.require(":")
            fields.append(.init(name: name, type: try type()))
        }
        guard scanner.take(")") else { throw scanner.expected("',' or ')'") }
        return .structure(fields)
    }

    private mutating func fieldName(_ names: inout Set<String>) throws(InterfaceSyntaxError) -> String {
        let name = scanner.word()
        guard !name.isEmpty else { throw scanner.expected("a field's name") }
        guard Self.isFieldName(name) else { throw scanner.error("'\(name)' is not a field's name") }
        guard names.insert(name).inserted else { throw scanner.error("'\(name)' is there twice") }
        return name
    }

    private mutating func type() throws(InterfaceSyntaxError) -> InterfaceDefinition.ValueType {
        if scanner.take("?") {
            if scanner.take("?") { throw scanner.error("a type cannot be nullable twice") }
            return .nullable(try type())
        }
        guard scanner.take("[") else { return try plainType() }
        guard depth < 32 else { throw scanner.error("nested more than 32 deep") }
        depth += 1
        defer { depth -= 1 }
        if scanner.take("]") { return .array(try type()) }
        let before = scanner
        guard scanner.word() == "string" else { throw before.expected("']' or 'string]'") }
        try scanner.require("]")
        return .map(try type())
    }

    private mutating func plainType() throws(InterfaceSyntaxError) -> InterfaceDefinition.ValueType {
        let before = scanner
        let word = scanner.word()
        switch word {
        case "bool": return .bool
        case "int": return .int
        case "float": return .float
        case "string": return .string
        case "object": return .object
        case "":
            guard scanner.isAt("(") else { throw scanner.expected("a type") }
            return try structureOrEnumeration()
        default:
            guard Self.isMemberName(word) else { throw before.expected("a type") }
            awaited.append((word, scanner.error("the type '\(word)' is not declared")))
            return .named(word)
        }
    }

    // MARK: - Names

    static func isInterfaceName(_ name: String) -> Bool {
        let parts = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count > 1 && parts[0].first?.isLetter == true
            && parts.allSatisfy { part in
                part.first?.isLetterOrDigit == true && part.last?.isLetterOrDigit == true
                    && part.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") }
            }
    }

    static func isMemberName(_ name: String) -> Bool {
        guard let first = name.utf8.first else { return false }
        return (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) && name.utf8.allSatisfy(\.isLetterOrDigit)
    }

    static func isFieldName(_ name: String) -> Bool {
        name.utf8.first?.isLetter == true && name.utf8.last != UInt8(ascii: "_") && !name.contains("__")
    }
}
