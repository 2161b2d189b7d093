package import JSON

/// A named operation with effects, triggered by staff, by a schedule or by a request.
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

    package let input: InputSchema
    package let check: @Sendable (JSONObject) throws -> Void
    package let handler: @Sendable (JSONObject, TaskContext) async throws -> TaskReport

    /// A task. The handler should heed cancellation; what it throws is a failed attempt, and a ``TaskFailure`` says
    /// more exactly what to do next.
    public init<I: Input>(
        _ id: String, name: Text, input: I.Type, timeLimit: Duration = .seconds(60),
        retry: RetryPolicy = RetryPolicy(),
        handler: @escaping @Sendable (I, TaskContext) async throws -> TaskReport
    ) {
        let schema = InputSchema(of: input)
        self.id = id
        self.name = name
        self.timeLimit = timeLimit
        self.retry = retry
        self.input = schema
        check = { object in _ = try I(object, schema: schema) }
        self.handler = { object, context in try await handler(I(object, schema: schema), context) }
    }
}

/// How a failed run is tried again: after `base`, then twice as long each time up to `ceiling`, each delay drawn at
/// random from its upper half so that runs that failed together do not come back together.
public struct RetryPolicy: Sendable, Hashable {
    /// How many attempts there are in all; at least 1.
    public let attempts: Int
    /// The delay before the second attempt.
    public let base: Duration
    /// The longest delay.
    public let ceiling: Duration

    /// A policy; the default gives a run eight attempts within about ten minutes.
    public init(attempts: Int = 8, base: Duration = .seconds(5), ceiling: Duration = .minutes(15)) {
        self.attempts = max(1, attempts)
        self.base = base
        self.ceiling = ceiling
    }

    /// One attempt and no more.
    public static let never = RetryPolicy(attempts: 1)

    /// The delay after so many failed attempts; `chance` is in 0..<1.
    package func delay(after attempt: Int, chance: Double) -> Duration {
        let doubled = base * (1 << min(max(attempt - 1, 0), 30))
        let longest = min(doubled, ceiling)
        return longest / 2 + (longest / 2) * chance
    }
}

/// What a task did, in words for staff, and if need be with data for programs.
public struct TaskReport: Sendable {
    /// The outcome in a sentence.
    public let words: Text
    package let data: (any Encodable & Sendable)?

    /// A report.
    public init(_ words: Text, data: (any Encodable & Sendable)? = nil) {
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
