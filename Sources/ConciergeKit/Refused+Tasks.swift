// Unavailable ways to name, define, run and schedule a task, so that the compiler reports what to write instead. None of
// these can be called; see Refused.swift.

extension TaskName {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "what a task is given is Codable, or an Input, which has a form")
    @_disfavoredOverload
    public init(_ id: String, fr: Phrase, en: Phrase) { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable, message: "the words of a task are in both languages: TaskName<…>(\"…\", fr: \"…\", en: \"…\")"
    )
    public init(_ id: String, _ words: String) { fatalError() }
}

extension TaskName where Given == Never, Answer == Never {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable, message: "say what the task is given and what it answers: TaskName<Letter, NoAnswer>(…)"
    )
    public init(_ id: String, fr: Phrase, en: Phrase) { fatalError() }
}

@available(
    *, unavailable, message: "name the task by its declaration: static let mail = TaskName<Letter, NoAnswer>(…)"
)
extension TaskName: ExpressibleByStringLiteral {
    /// Unavailable, so that the compiler reports what to write instead.
    public init(stringLiteral text: String) { fatalError() }
}

extension TaskDefinition {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable, message: "a task has a handler: TaskDefinition(Self.mail) { given, context in TaskReport(…) }"
    )
    public init<Given, Answer>(
        _ task: TaskName<Given, Answer>, timeLimit: Duration = .seconds(60), retry: RetryPolicy = RetryPolicy(),
        concurrency: Int? = nil, rate: RateLimit? = nil, priority: Priority = .normal,
        unique: (@Sendable (Given) -> String?)? = nil
    ) { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable, message: "a worker executes the task, or a handler: leave out executedBy or the handler"
    )
    public init<Given, Answer>(
        _ task: TaskName<Given, Answer>, executedBy executor: OutsideExecutor, timeLimit: Duration = .seconds(60),
        retry: RetryPolicy = RetryPolicy(), concurrency: Int? = nil, rate: RateLimit? = nil,
        priority: Priority = .normal, unique: (@Sendable (Given) -> String?)? = nil,
        _ handler: @escaping @Sendable (Given, TaskContext) async throws -> TaskReport<Answer>
    ) { fatalError() }
}

extension Schedule {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable, message: "a schedule gives a task nothing: schedule one whose input is NoInput, or another form"
    )
    @_disfavoredOverload
    public init<Given, Answer>(
        _ task: TaskName<Given, Answer>, _ recurrence: Recurrence, id: String? = nil, catchUp: CatchUp = .latest,
        overlap: Overlap = .skip, spread: Duration = .zero
    ) { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable, message: "name the task by its declaration: static let audit = TaskName<NoInput, Audit>(…)"
    )
    public init(
        _ task: String, _ recurrence: Recurrence, id: String? = nil, catchUp: CatchUp = .latest,
        overlap: Overlap = .skip, spread: Duration = .zero
    ) { fatalError() }
}

extension DraftOf {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "say what the task is given: run(Self.mail, .init(…))")
    public mutating func run<Given, Answer>(_ task: TaskName<Given, Answer>) { fatalError() }
}

extension TaskContext {
    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "name the service by its type: requests(of: Loan.self)")
    public func requests(of service: String, _ selection: RequestSelection = .open) -> AsyncStream<Never> {
        fatalError()
    }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "write the input of the action, filled in: submit(GiveBack(), on: loan)")
    public func submit<S: Service>(
        _ action: String, on request: RequestSnapshot<S>, as tag: String? = nil
    ) -> SubmittedAction<S> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(*, unavailable, message: "write the input of the action, filled in: submit(GiveBack(), on: loan)")
    public func submit<S: Service>(
        _ action: any Input.Type, on request: RequestSnapshot<S>, as tag: String? = nil
    ) -> SubmittedAction<S> { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable, message: "a request by its id needs its service: submit(GiveBack(), on: id, of: Loan.self)"
    )
    public func submit(_ action: some Input, on id: String, as tag: String? = nil) { fatalError() }

    /// Unavailable, so that the compiler reports what to write instead.
    @available(
        *, unavailable, message: "name the task by its declaration: static let mail = TaskName<Letter, NoAnswer>(…)"
    )
    public func run(_ task: String, _ given: some Any, as tag: String? = nil) -> String { fatalError() }
}
