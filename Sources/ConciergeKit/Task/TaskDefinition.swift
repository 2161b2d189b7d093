package import JSON
package import WorkingCalendar

/// A named operation with effects, triggered by staff, by a schedule or by a request: a ``TaskName`` with its limits, and
/// with its handler unless a worker executes it.
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
    /// Who executes it, if it has no handler.
    package private(set) var executor: OutsideExecutor?
    /// What the ledger keeps of an answer that came from outside: nil for a task without an answer.
    ///
    /// Throws `DecodingError` if it does not fit the answer's type.
    package let answer: @Sendable (JSONObject) throws -> [UInt8]?
    /// An input with the defaults of the fields that it leaves out, for a worker, which does not know them.
    ///
    /// Throws if it lacks what the task requires.
    package let whole: @Sendable (JSONObject) throws -> JSONObject
    /// Whether a JSON object can be an answer of the task, so that a worker can give one.
    let answersWithObject: Bool

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
        self.init(
            task, executor: nil, timeLimit: timeLimit, retry: retry, concurrency: concurrency, rate: rate,
            priority: priority, unique: unique, handler)
    }

    private init<Given, Answer>(
        _ task: TaskName<Given, Answer>, executor: OutsideExecutor?, timeLimit: Duration, retry: RetryPolicy,
        concurrency: Int?, rate: RateLimit?, priority: Priority, unique: (@Sendable (Given) -> String?)?,
        _ handler: @escaping @Sendable (Given, TaskContext) async throws -> TaskReport<Answer>
    ) {
        self.executor = executor
        answer = { object in try task.encode(answer: task.decodeAnswer(Array(object.description.utf8))) }
        whole = { object in try task.encode(task.decode(object)) }
        answersWithObject = task.answersWithObject
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
            return FinishedAttempt(
                words: report.words, data: try task.encode(answer: report.answer), table: report.table)
        }
    }

    /// Defines a task that a worker executes: a process of its own, which takes the runs over the control socket.
    ///
    /// The runs wait until a worker is connected that executes the task, and lose no attempt by that. Everything else is
    /// as for a task with a handler: queue, limits, retries, the time limit of an attempt. If the worker's connection
    /// ends, its attempts have ended in a crash, and the runs begin again with the same id.
    ///
    /// - Parameters:
    ///   - task: The task's declaration. Its answer is an object of JSON, such as a structure, or ``NoAnswer``.
    ///   - executor: ``OutsideExecutor/worker``.
    ///   - timeLimit: The time limit of one attempt. After it the worker is told, and the attempt counts as failed.
    ///   - retry: What happens when an attempt fails.
    ///   - concurrency: The maximum number of runs that may be under way at once, with all workers together; at least 1.
    ///     The provider's own limit applies too.
    ///   - rate: How often an attempt may begin. Runs beyond it wait.
    ///   - priority: The priority among the provider's queued runs, unless the caller that triggers the task gives
    ///     another.
    ///   - unique: Merges repeats, as for a task with a handler.
    public init<Given, Answer>(
        _ task: TaskName<Given, Answer>, executedBy executor: OutsideExecutor, timeLimit: Duration = .seconds(60),
        retry: RetryPolicy = RetryPolicy(), concurrency: Int? = nil, rate: RateLimit? = nil,
        priority: Priority = .normal, unique: (@Sendable (Given) -> String?)? = nil
    ) {
        self.init(
            task, executor: executor, timeLimit: timeLimit, retry: retry, concurrency: concurrency, rate: rate,
            priority: priority, unique: unique
        ) { _, _ in throw TaskFailure.final(reason: "\"\(task.id)\" is executed by a worker") }
    }

    /// The mistakes of a task that a worker executes, each in words that follow its id.
    package var mistakesForWorkers: [String] {
        guard executor != nil else { return [] }
        var mistakes: [String] = []
        if !answersWithObject {
            mistakes.append("a worker answers with an object: make the answer a structure, or NoAnswer")
        }
        if timeLimit < .seconds(1) {
            mistakes.append("a worker needs time to be told of a run: give it a time limit of a second at least")
        }
        return mistakes
    }

    /// The same task, executed by a handler in place of a worker: a test plays the worker.
    package func played<Given, Answer>(
        by handler: @escaping @Sendable (Given, TaskContext) async throws -> TaskReport<Answer>,
        as task: TaskName<Given, Answer>
    ) -> TaskDefinition {
        var definition = self
        definition.handler = { object, context in
            let report = try await handler(task.decode(object), context)
            return FinishedAttempt(
                words: report.words, data: try task.encode(answer: report.answer), table: report.table)
        }
        return definition
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

    /// The same task, with the working calendar of its provider for its handler.
    package func keeping(_ calendar: WorkingCalendar) -> TaskDefinition {
        var definition = self
        definition.handler = { [handler] object, context in try await handler(object, context.keeping(calendar)) }
        return definition
    }
}

/// Who executes a task that has no handler in the daemon.
public enum OutsideExecutor: Sendable, Hashable {
    /// A process of its own, which takes the task's runs over the control socket with a role for this task.
    case worker
}

/// What a task did, as text for staff, and its answer if it has one.
public struct TaskReport<Answer: Codable & Sendable>: Sendable {
    /// What staff read of the run: what was done, in a sentence.
    public let words: Text
    /// The answer, for programs and for the request that asked for the run.
    public let answer: Answer
    /// What staff read as lines and columns; nil if the words say all.
    public let table: ReportTable?

    /// Reports success, with an answer for the request that asked for the run and for programs.
    public init(_ answer: Answer, _ words: Text, table: ReportTable? = nil) {
        self.answer = answer
        self.words = words
        self.table = table
    }
}

extension TaskReport where Answer == NoAnswer {
    /// Reports success in words alone.
    public init(_ words: Text, table: ReportTable? = nil) {
        self.init(NoAnswer(), words, table: table)
    }
}

/// A report with the answer's type erased.
package struct FinishedAttempt: Sendable {
    package let words: Text
    /// The answer, JSON.
    package let data: [UInt8]?
    package let table: ReportTable?

    package init(words: Text, data: [UInt8]?, table: ReportTable?) {
        self.words = words
        self.data = data
        self.table = table
    }
}

/// A failed attempt, and what happens next.
public enum TaskFailure: Error, Sendable, Hashable {
    /// The run is tried again, after `after` if that is given, else by the task's ``RetryPolicy``.
    case retry(reason: String, after: Duration?)
    /// Another attempt would fail too.
    case final(reason: String)
}
