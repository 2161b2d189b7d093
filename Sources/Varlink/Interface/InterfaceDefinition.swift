/// A Varlink interface: its methods, types and errors, read from a `.varlink` text (varlink.org, Interface Definition).
public struct InterfaceDefinition: Sendable {
    /// The name, such as `org.example.ftl`.
    public let name: String
    /// The text that was read, byte for byte.
    public let source: String
    /// The comment before the interface's name, without its `#`.
    public let documentation: String
    /// The types, in the order of the text.
    public let types: [TypeDefinition]
    /// The methods, in the order of the text.
    public let methods: [Method]
    /// The errors, in the order of the text.
    public let errors: [ErrorDefinition]

    let typesByName: [String: ValueType]

    /// Reads a definition.
    ///
    /// - Throws: The first error in the text, with its line and what was expected there. A name that is declared twice
    ///   and a type that is not declared are errors too.
    public init(_ source: String) throws(InterfaceSyntaxError) {
        var parser = InterfaceParser(source)
        try parser.parse()
        self.source = source
        name = parser.name
        documentation = parser.documentation
        types = parser.types
        methods = parser.methods
        errors = parser.errors
        typesByName = Dictionary(uniqueKeysWithValues: parser.types.map { ($0.name, $0.type) })
    }

    /// The method with this name (without that of the interface), or nil.
    public func method(_ name: String) -> Method? { methods.first { $0.name == name } }

    /// A named type: always a structure or an enumeration.
    public struct TypeDefinition: Sendable, Hashable {
        /// The name.
        public let name: String
        /// The type that the name stands for.
        public let type: ValueType
        /// The comment before it.
        public let documentation: String
    }

    /// A method of an interface.
    public struct Method: Sendable, Hashable {
        /// The name, without that of the interface.
        public let name: String
        /// The parameters of a call.
        public let input: [Field]
        /// The parameters of each reply.
        public let output: [Field]
        /// The comment before it.
        public let documentation: String
    }

    /// An error with which a service can refuse a call.
    public struct ErrorDefinition: Sendable, Hashable {
        /// The name, without that of the interface.
        public let name: String
        /// The parameters of the error.
        public let fields: [Field]
        /// The comment before it.
        public let documentation: String
    }

    /// A named value of a structure.
    public struct Field: Sendable, Hashable {
        /// The name.
        public let name: String
        /// The type.
        public let type: ValueType

        /// Whether the field may be left out.
        public var isNullable: Bool {
            if case .nullable = type { true } else { false }
        }
    }

    /// The type of a field's values.
    public indirect enum ValueType: Sendable, Hashable {
        /// `true` or `false`.
        case bool
        /// A whole number of 64 bits.
        case int
        /// Any number.
        case float
        /// A string.
        case string
        /// Any JSON object.
        case object
        /// A type of the same interface.
        case named(String)
        /// Named values.
        case structure([Field])
        /// One of these words.
        case enumeration([String])
        /// A value or `null`.
        case nullable(ValueType)
        /// A list of values.
        case array(ValueType)
        /// Values with arbitrary names.
        case map(ValueType)
    }
}

/// Why a text is not an interface definition.
public struct InterfaceSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The line, counted from one.
    public let line: Int
    /// The error in this line, such as `expected ':', found ')'`.
    public let reason: String

    /// The line and the reason.
    public var description: String { "line \(line): \(reason)" }
}
