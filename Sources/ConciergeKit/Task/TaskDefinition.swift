package import JSON

/// A named operation with effects, triggered by staff, by a schedule or by a request: a ``TaskName`` with its handler
/// and its limits.
///
/// A run of a task is durable and is executed at least once: after a crash it is attempted again, so a handler uses
/// ``TaskContext/run`` as the idempotency key of its external effects.
public struct TaskDefinition: Sendable {
    /// `provider.task`, as in `parcel.shelf-audit`. It never changes once runs are stored.
    public let id: String
    /// What the task does, in a few words.
    public let name: Text
    /// The time limit of one attempt; after it the attempt is cancelled and counts as failed.
    public let timeLimit: Duration
    /// What happens when an attempt fails.
    public let retry: RetryPolicy
    /// The maximum number of runs that may be under way at once, within the provider's limit; nil for no limit of its
    /// own.
    public let concurrency: Int?
    /// How often an attempt may begin; nil for no limit.
    public let rate: RateLimit?
    /// The priority among the provider's queued runs.
    public let priority: Priority

    package let reference: TaskReference
    /// The fields of its form; none if it has no form.
    package let input: InputSchema
    /// Whether it has a form, so that staff and schedules may trigger it.
    package let hasForm: Bool
    /// Throws if an input lacks what the task requires.
    package let check: @Sendable (JSONObject) throws -> Void
    /// Runs whose inputs have the same key are merged into one; nil if runs are never merged.
    package let uniqueKey: (@Sendable (JSONObject) throws -> String?)?
    package private(set) var handler: @Sendable (JSONObject, TaskContext) async throws -> FinishedAttempt

    /// Defines a task.
    ///
    /// - Parameters:
    ///   - task: The task's declaration.
    ///   - timeLimit: The time limit of one attempt. After it the attempt is cancelled and counts as failed. A handler
    ///     that continues anyway is reported in the journal, and keeps its capacity among its provider's runs until it
    ///     returns.
    ///   - retry: What happens when an attempt fails.
    ///   - concurrency: The maximum number of runs that may be under way at once; at least 1. The provider's own limit
    ///     applies too.
    ///   - rate: How often an attempt may begin. Runs beyond it wait.
    ///   - priority: The priority among the provider's queued runs, unless the caller that triggers the task gives
    ///     another.
    ///   - unique: Merges repeats: while a run with the same key is unfinished, triggering the task again returns that
    ///     run. It must be a pure function of the input; nil for a run that is never merged. Runs that requests ask for
    ///     are merged only within one request, because each request waits for its own outcome.
    ///   - handler: Does the work. It should react to cancellation. If it throws, the attempt has failed; a
    ///     ``TaskFailure`` states more precisely what happens next.
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

    /// The same task, with `enter` called before its handler, and `leave` after the handler has returned.
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

    /// The same task, with what its handler knows of its provider.
    package func within(_ scope: TaskScope) -> TaskDefinition {
        var definition = self
        definition.handler = { [handler] object, context in try await handler(object, context.within(scope)) }
        return definition
    }
}

/// What a task did, as text for staff, and its answer if it has one.
public struct TaskReport<Answer: Codable & Sendable>: Sendable {
    /// What staff read of the run: what was done, in a sentence.
    public let words: Text
    /// The answer, for programs and for the request that asked for the run.
    public let answer: Answer

    /// Reports success, with an answer for the request that asked for the run and for programs.
    public init(_ answer: Answer, _ words: Text) {
        self.answer = answer
        self.words = words
    }
}

extension TaskReport where Answer == NoAnswer {
    /// Reports success in words alone.
    public init(_ words: Text) {
        self.init(NoAnswer(), words)
    }
}

/// A report with the answer's type erased.
package struct FinishedAttempt: Sendable {
    package let words: Text
    /// The answer, JSON.
    package let data: [UInt8]?

    package init(words: Text, data: [UInt8]?) {
        self.words = words
        self.data = data
    }
}

/// A failed attempt, and what happens next.
public enum TaskFailure: Error, Sendable, Hashable {
    /// The run is tried again, after `after` if that is given, else by the task's ``RetryPolicy``.
    case retry(reason: String, after: Duration?)
    /// Another attempt would fail too.
    case final(reason: String)
}
