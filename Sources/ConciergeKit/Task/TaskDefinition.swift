package import JSON

/// A named operation with effects, triggered by staff, by a schedule or by a request: a ``TaskName`` with what does it.
///
/// A run of it is durable. It happens at least once: after a crash it is taken up again, so a handler uses
/// ``TaskContext/run`` as the idempotency key of what it does to the world.
public struct TaskDefinition: Sendable {
    /// `provider.task`, as in `parcel.shelf-audit`. It never changes once runs are stored.
    public let id: String
    /// What it does, in a few words.
    public let name: Text
    /// How long one attempt may take; then it is cancelled and counts as failed.
    public let timeLimit: Duration
    /// What happens when an attempt fails.
    public let retry: RetryPolicy
    /// How many of its runs may be under way at once, within what its provider may; nil for no limit of its own.
    public let concurrency: Int?
    /// How often an attempt may begin; nil for no limit.
    public let rate: RateLimit?
    /// Which of its provider's waiting runs begin first.
    public let priority: Priority

    package let reference: TaskReference
    /// The fields of its form; none where it has no form.
    package let input: InputSchema
    /// Whether it has a form, so that staff and schedules may trigger it.
    package let hasForm: Bool
    /// Refuses an input that lacks what the task requires.
    package let check: @Sendable (JSONObject) throws -> Void
    /// Runs whose inputs give the same key are one; nil where each stands for itself.
    package let uniqueKey: (@Sendable (JSONObject) throws -> String?)?
    package private(set) var handler: @Sendable (JSONObject, TaskContext) async throws -> FinishedAttempt

    /// What does a task, and how.
    ///
    /// - Parameters:
    ///   - task: The task's declaration.
    ///   - timeLimit: How long one attempt may take. Then it is cancelled and counts as failed; a handler that goes on
    ///     regardless is told of in the journal, and keeps its place among its provider's runs until it returns.
    ///   - retry: What happens when an attempt fails.
    ///   - concurrency: How many runs may be under way at once; at least 1. The provider's own limit holds besides.
    ///   - rate: How often an attempt may begin. Runs beyond it wait.
    ///   - priority: Which of the provider's waiting runs begin first, where who triggers it does not say otherwise.
    ///   - unique: Collapses repeats: while a run with the same key is unfinished, triggering the task again gives
    ///     that run. A pure function of the input; nil for a run that always stands for itself. Runs that requests ask
    ///     for are collapsed within one request alone, because each request waits for an outcome of its own.
    ///   - handler: Does it. It should heed cancellation; what it throws is a failed attempt, and a ``TaskFailure``
    ///     says more exactly what to do next.
    public init<Given, Answer>(
        _ task: TaskName<Given, Answer>, timeLimit: Duration = .seconds(60),
        retry: RetryPolicy = RetryPolicy(), concurrency: Int? = nil, rate: RateLimit? = nil,
        priority: Priority = .normal, unique: (@Sendable (Given) -> String?)? = nil,
        _ handler: @escaping @Sendable (Given, TaskContext) async throws -> TaskReport<Answer>
    ) {
        id = task.id
        name = task.name
        reference = task.reference
        self.timeLimit = timeLimit
        self.retry = retry
        self.concurrency = concurrency.map { max(1, $0) }
        self.rate = rate
        self.priority = priority
        input = task.form ?? InputSchema(of: NoInput.self)
        hasForm = task.form != nil
        check = { object in _ = try task.decode(object) }
        if let unique {
            uniqueKey = { object in unique(try task.decode(object)) }
        } else {
            uniqueKey = nil
        }
        self.handler = { object, context in
            let report = try await handler(task.decode(object), context)
            return FinishedAttempt(words: report.words, data: try task.encode(answer: report.answer))
        }
    }

    /// The same with `enter` called before its handler, and `leave` after it has returned.
    package func between(
        _ enter: @escaping @Sendable () -> Void, _ leave: @escaping @Sendable () -> Void
    ) -> TaskDefinition {
        var definition = self
        definition.handler = { [handler] object, context in
            enter()
            defer { leave() }
            return try await handler(object, context)
        }
        return definition
    }

    /// The same with the states of its provider's services, for what its handler reads of requests.
    package func reading(_ states: StateBook) -> TaskDefinition {
        var definition = self
        definition.handler = { [handler] object, context in try await handler(object, context.reading(states)) }
        return definition
    }
}

/// What a task did, in words for staff, and with its answer where it has one.
public struct TaskReport<Answer: Codable & Sendable>: Sendable {
    /// The outcome in a sentence.
    public let words: Text
    /// The answer, for programs and for the request that asked for the run.
    public let answer: Answer

    /// A report with an answer.
    public init(_ answer: Answer, _ words: Text) {
        self.answer = answer
        self.words = words
    }
}

extension TaskReport where Answer == NoAnswer {
    /// A report.
    public init(_ words: Text) {
        self.init(NoAnswer(), words)
    }
}

/// A report before its answer's type is known.
package struct FinishedAttempt: Sendable {
    package let words: Text
    /// The answer, JSON.
    package let data: [UInt8]?

    package init(words: Text, data: [UInt8]?) {
        self.words = words
        self.data = data
    }
}

/// A failed attempt, with what is to be done about it.
public enum TaskFailure: Error, Sendable, Hashable {
    /// Try again, after this long where it is given, else by the task's ``RetryPolicy``.
    case retry(reason: String, after: Duration?)
    /// Trying again is of no use.
    case final(reason: String)
}
