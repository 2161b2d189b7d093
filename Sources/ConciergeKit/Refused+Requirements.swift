// Unavailable implementations of requirements: where a type lacks one, the compiler says what to write under "does not
// conform to protocol". None of these can be called; see Refused.swift.

extension Input {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "an input has a name: static let name = Text(fr: \"…\", en: \"…\")")
    public static var name: Text { fatalError() }
}

extension Service {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "a service has an id: static let id = \"provider.service\"")
    public static var id: String { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "a service has a name: static let name = Text(fr: \"…\", en: \"…\")")
    public static var name: Text { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable,
        message: "a service says in a sentence what it is for: static let summary = Text(fr: \"…\", en: \"…\")"
    )
    public static var summary: Text { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable, message: "a service has a table: var lifecycle: Lifecycle { opening(…) { … } on(…) … }"
    )
    public var lifecycle: [Transition<Self>] { fatalError() }
}

extension ServiceProvider {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable,
        message: "a provider has a manifest: static let manifest = ProviderManifest(id: …, version: …, name: …, …)"
    )
    public static var manifest: ProviderManifest { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable,
        message: "write init(_ settings: MySettings, in context: ProviderContext) async throws(ProviderError)"
    )
    public init(_ configuration: Configuration, in context: ProviderContext) async throws(ProviderError) {
        fatalError()
    }
}

extension WrittenValue {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable,
        message: "a type of one's own says what it expects: static let form = Text(fr: \"…\", en: \"…\")"
    )
    public static var form: Text { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable,
        message: "a type of one's own is written as a text, which is read again: let writtenText: String"
    )
    public var writtenText: String { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "a type of one's own is read from a text: init?(written text: String) { … }")
    public init?(written text: String) { fatalError() }
}

@available(*, unavailable, message: "secrets are a set of names: static let secrets: Set<String> = [\"pin\"]")
extension String: SecretList {
    /// Unavailable, so that the compiler reports what to write instead.
    public var secretNames: Set<String> { fatalError() }
}

// Where a text stands for what is declared, the literal is refused with the declaration to write.

@available(
    *, unavailable,
    message: "a state is declared, not named by a text: static var lent: Self { open(fr: …, en: …, turn: …) }"
)
extension StateOf: ExpressibleByStringLiteral {
    /// Unavailable, so that the compiler reports what to write instead.
    public init(stringLiteral text: String) { fatalError() }
}

@available(
    *, unavailable,
    message: "a timer is declared, not named by a text: static var overdue: Self { timer(fr: …, en: …) }"
)
extension TimerOf: ExpressibleByStringLiteral {
    /// Unavailable, so that the compiler reports what to write instead.
    public init(stringLiteral text: String) { fatalError() }
}

@available(*, unavailable, message: "write .every(…), .daily(at: …, in: …) or .calendar(\"…\")")
extension Recurrence: ExpressibleByStringLiteral {
    /// Unavailable, so that the compiler reports what to write instead.
    public init(stringLiteral text: String) { fatalError() }
}
