// Declarations that give wrong programs a helpful compiler error. Without them the compiler would report invalid
// conversions and extra arguments. ConciergeKitTests/MistakesTests compiles an example of each.
//
// None of these can be called, so no body is ever executed: `fatalError` replaces the value that does not exist.

extension Input {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "each stored property of an Input is a @Field(fr: \"…\", en: \"…\")")
    public init() { fatalError() }
}

extension Field {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "a field's words are in both languages: @Field(fr: \"…\", en: \"…\")")
    public init(_ words: String) { fatalError() }
}

extension Settings {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable,
        message: "each stored property of Settings is a @Setting(\"…\"), and public ones have public init() {}"
    )
    public init() { fatalError() }
}

extension Choice {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable,
        message: "a choice has words: var words: Text { switch self { case …: Text(fr: \"…\", en: \"…\") } }"
    )
    public var words: Text { fatalError() }
}

extension FieldValue where Self: RawRepresentable<String> & CaseIterable {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "an enum is a choice, with words in both languages: enum …: String, Choice")
    public static var kind: FieldKind { fatalError() }
}

extension Refusal {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "write Refusal(fr: \"…\", en: \"…\")")
    public init(_ reason: String) { fatalError() }
}

extension DraftOf {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "write Draft(Record(…), at: moment): the moment comes with the opening")
    public init(_ record: S.Record) { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable, message: "name the task by its declaration: static let mail = TaskName<Letter, NoAnswer>(…)"
    )
    public mutating func run(_ task: String, _ given: some Any) { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable, message: "name the task by its declaration: static let mail = TaskName<Letter, NoAnswer>(…)"
    )
    public mutating func run(_ task: String) { fatalError() }
}

extension Service {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable,
        message: "say what a list shows of a request: func headline(_ record: Record) -> Text { Text(fr: …, en: …) }"
    )
    public func headline(_ record: Record) -> Text { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "a line that stays has in:, one that moves has from: and to:")
    public func on<I: Input>(
        _ input: I.Type, in states: State..., to others: State..., rule: (I, inout Draft) throws -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "say where it leads: to:, or in: instead of from: where it stays")
    public func on<I: Input>(
        _ input: I.Type, from state: State, _ others: State..., rule: (I, inout Draft) throws -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "a rule does not wait: have a task do it with run(…), and go on in ended(…)")
    public func opening<I: Input>(
        _ input: I.Type, to state: State, _ others: State..., rule: (I, Moment) async throws -> Draft
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "a rule does not wait: have a task do it with run(…), and go on in ended(…)")
    public func on<I: Input>(
        _ input: I.Type, from: State..., to others: State..., rule: (I, inout Draft) async throws -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "a rule does not wait: have a task do it with run(…), and go on in ended(…)")
    public func on<I: Input>(
        _ input: I.Type, in states: State..., or others: State..., rule: (I, inout Draft) async throws -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "a rule does not wait: have a task do it with run(…), and go on in ended(…)")
    public func after(
        _ timer: Timer, from: State..., to others: State..., rule: (inout Draft) async throws -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "a rule does not wait: have a task do it with run(…), and go on in ended(…)")
    public func after(
        _ timer: Timer, in states: State..., or others: State..., rule: (inout Draft) async throws -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "what a timer does cannot be refused: use tryClaim, or a guard")
    public func after(
        _ timer: Timer, from: State..., to others: State..., rule: (inout Draft) throws -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "what a timer does cannot be refused: use tryClaim, or a guard")
    public func after(
        _ timer: Timer, in states: State..., or others: State..., rule: (inout Draft) throws -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "what the end of a run means cannot be refused: use tryClaim, or a guard")
    public func ended<Given, Answer>(
        _ task: TaskName<Given, Answer>, from: State..., to others: State...,
        rule: (RunOutcome<Given, Answer>, inout Draft) throws -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "what the end of a run means cannot be refused: use tryClaim, or a guard")
    public func ended<Given, Answer>(
        _ task: TaskName<Given, Answer>, in states: State..., or others: State...,
        rule: (RunOutcome<Given, Answer>, inout Draft) throws -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable, message: "name the task by its declaration: static let mail = TaskName<Letter, NoAnswer>(…)"
    )
    public func ended(
        _ task: String, from: State..., to others: State..., rule: (Never, inout Draft) -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable, message: "name the task by its declaration: static let mail = TaskName<Letter, NoAnswer>(…)"
    )
    public func ended(
        _ task: String, in states: State..., or others: State..., rule: (Never, inout Draft) -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "what a grant does cannot be refused: use tryClaim, or a guard")
    public func granted(
        from: State..., to others: State..., rule: (Claim, inout Draft) throws -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "a rule does not wait: have a task do it with run(…), and go on in ended(…)")
    public func granted(
        from: State..., to others: State..., rule: (Claim, inout Draft) async throws -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable, message: "a request that is granted what it waits for leaves the line: say from: and to:"
    )
    public func granted(
        in states: State..., or others: State..., rule: (Claim, inout Draft) throws -> Void
    ) -> Transition<Self> { fatalError() }
}
