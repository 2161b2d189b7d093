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
    /// - Throws: The first place where the text is not a definition: a line and what was expected there. Also refused
    ///   are a name that is declared twice and a type that is not declared.
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

    /// The method of that name, without the interface's, or nil.
    public func method(_ name: String) -> Method? { methods.first { $0.name == name } }

    /// A named type: always a structure or an enumeration.
    public struct TypeDefinition: Sendable, Hashable {
        /// The name.
        public let name: String
        /// What it stands for.
        public let type: ValueType
        /// The comment before it.
        public let documentation: String
    }

    /// What can be called.
    public struct Method: Sendable, Hashable {
        /// The name, without the interface's.
        public let name: String
        /// The parameters of a call.
        public let input: [Field]
        /// The parameters of each reply.
        public let output: [Field]
        /// The comment before it.
        public let documentation: String
    }

    /// What a call can be refused with.
    public struct ErrorDefinition: Sendable, Hashable {
        /// The name, without the interface's.
        public let name: String
        /// What it carries.
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

    /// What values a field takes.
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
        /// Values by any names.
        case map(ValueType)
    }
}

/// Why a text is not an interface definition.
public struct InterfaceSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The line, counted from one.
    public let line: Int
    /// What is wrong there, such as `expected ':', found ')'`.
    public let reason: String

    /// The line and the reason.
    public var description: String { "line \(line): \(reason)" }
}
