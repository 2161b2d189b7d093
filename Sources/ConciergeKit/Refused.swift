// Declarations that give wrong programs a helpful compiler error. Without them the compiler would report invalid
// conversions and extra arguments. ConciergeKitTests/Mistakes has an example of each.
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

extension Field {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "limits are of the type that they limit, with the last value: in: 1...9")
    @_disfavoredOverload
    public init(
        fr: @autoclosure () -> Phrase, en: @autoclosure () -> Phrase, example: @autoclosure () -> Value? = nil,
        in range: @autoclosure () -> some RangeExpression, _ traits: FieldTraits = []
    ) { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "limits are of the type that they limit, with the last value: in: 1...9")
    @_disfavoredOverload
    public init(
        wrappedValue: Value, fr: @autoclosure () -> Phrase, en: @autoclosure () -> Phrase,
        example: @autoclosure () -> Value? = nil, in range: @autoclosure () -> some RangeExpression,
        _ traits: FieldTraits = []
    ) { fatalError() }
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

extension Setting {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable, message: "say what the setting is for: @Setting(\"…\") var lending: Duration = .hours(4)"
    )
    public init() { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable, message: "say what the setting is for: @Setting(\"…\") var lending: Duration = .hours(4)"
    )
    public init(wrappedValue: Value) { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable, message: "what is said of a setting is for operations, in English alone: @Setting(\"…\")"
    )
    public init(wrappedValue: Value, fr: String, en: String) { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "limits are of the type that they limit, with the last value: in: 1...9")
    @_disfavoredOverload
    public init(
        wrappedValue: Value, _ words: String, example: Value? = nil, in range: some RangeExpression,
        recommended: Value? = nil, blank: String? = nil
    ) { fatalError() }
}

extension UpgradesBuilder {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "each upgrade starts from the record with which the one before it ends")
    @_disfavoredOverload
    public static func buildPartialBlock<Earlier, Old, New>(
        accumulated: Path<Earlier>, next: Upgrade<Old, New>
    ) -> Path<New> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "the last upgrade ends with the Record of the service")
    @_disfavoredOverload
    public static func buildFinalResult<Record>(_ path: Path<Record>) -> Upgrades<S> { fatalError() }
}

extension Instant {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "the time comes with the call: moment.now, draft.now, or a task's context.now")
    public static var now: Instant { fatalError() }
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

extension DraftOf {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "at: is an instant; for a length of time write after: .hours(4)")
    public mutating func start(_ timer: TimerOf<S>, at span: Duration) { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "after: is a length of time; for an instant write at:")
    public mutating func start(_ timer: TimerOf<S>, after due: Instant) { fatalError() }
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
        _ timer: Timer, from: State..., to state: State, _ others: State..., rule: (inout Draft) async throws -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "a rule does not wait: have a task do it with run(…), and go on in ended(…)")
    public func after(
        _ timer: Timer, in states: State..., or others: State..., rule: (inout Draft) async throws -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "what a timer does cannot be refused: use tryClaim, or a guard")
    public func after(
        _ timer: Timer, from: State..., to state: State, _ others: State..., rule: (inout Draft) throws -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "what a timer does cannot be refused: use tryClaim, or a guard")
    public func after(
        _ timer: Timer, in states: State..., or others: State..., rule: (inout Draft) throws -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "what the end of a run means cannot be refused: use tryClaim, or a guard")
    public func ended<Given, Answer>(
        _ task: TaskName<Given, Answer>, from: State..., to state: State, _ others: State...,
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
    @available(*, unavailable, message: "a line that stays has in:, one that moves has from: and to:")
    public func after(
        _ timer: Timer, in states: State..., to state: State, _ others: State..., rule: (inout Draft) throws -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "say where it leads: to:, or in: instead of from: where it stays")
    public func after(
        _ timer: Timer, from state: State, _ others: State..., rule: (inout Draft) throws -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "a line that stays has in:, one that moves has from: and to:")
    public func ended<Given, Answer>(
        _ task: TaskName<Given, Answer>, in states: State..., to state: State, _ others: State...,
        rule: (RunOutcome<Given, Answer>, inout Draft) throws -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "say where it leads: to:, or in: instead of from: where it stays")
    public func ended<Given, Answer>(
        _ task: TaskName<Given, Answer>, from state: State, _ others: State...,
        rule: (RunOutcome<Given, Answer>, inout Draft) throws -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "a rule does not wait: have a task do it with run(…), and go on in ended(…)")
    public func ended<Given, Answer>(
        _ task: TaskName<Given, Answer>, from: State..., to state: State, _ others: State...,
        rule: (RunOutcome<Given, Answer>, inout Draft) async throws -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "a rule does not wait: have a task do it with run(…), and go on in ended(…)")
    public func ended<Given, Answer>(
        _ task: TaskName<Given, Answer>, in states: State..., or others: State...,
        rule: (RunOutcome<Given, Answer>, inout Draft) async throws -> Void
    ) -> Transition<Self> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "a request that is opened has no state before: opening(…, to: …)")
    public func opening<I: Input>(
        _ input: I.Type, from states: State..., to state: State, _ others: State...,
        rule: (I, Moment) throws -> Draft
    ) -> Transition<Self> { fatalError() }
}
