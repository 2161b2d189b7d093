import JSON
public import Wording

/// A task that a worker executes, with its handler.
public struct WorkerTask: Sendable {
    /// The id of the task, as its provider declares it: `lodge.send-mail`.
    public let id: String
    let execute: @Sendable (JSONObject, WorkerJob) async throws -> (answer: JSONObject?, words: Text)

    /// A task with its handler.
    ///
    /// A run is executed at least once: the handler passes ``WorkerJob/key`` on to whatever it asks for an effect. It should
    /// react to cancellation, which comes when the time limit is over, when staff cancel the run, and when the worker has to
    /// end.
    ///
    /// - Parameters:
    ///   - id: The id of the task.
    ///   - given: The type of its input. An input that it cannot be read from ends the run for good.
    ///   - handler: Does the work. If it throws, the attempt has failed; a ``WorkFailure`` says more precisely what happens
    ///     next.
    public init<Given: Decodable & Sendable, Answer: Encodable & Sendable>(
        _ id: String, given: Given.Type = Given.self,
        _ handler: @escaping @Sendable (Given, WorkerJob) async throws -> WorkReport<Answer>
    ) {
        self.id = id
        execute = { input, job in
            let given: Given
            do {
                given = try JSONCoding.decode(Given.self, from: .object(input))
            } catch {
                throw WorkFailure.final(reason: "the worker cannot read what the task is given: \(error)")
            }
            let report = try await handler(given, job)
            if report.answer is NoAnswer { return (nil, report.words) }
            guard let answer = try JSONCoding.json(of: report.answer).objectValue else {
                throw WorkFailure.final(reason: "the worker's answer is no object")
            }
            return (answer, report.words)
        }
    }
}

/// What a handler did: its answer, and the words that staff read.
public struct WorkReport<Answer: Encodable & Sendable>: Sendable {
    /// The answer, which must fit the answer's type in the provider's declaration of the task.
    public let answer: Answer
    /// What staff read of the run.
    public let words: Text

    /// Reports success with an answer.
    public init(_ answer: Answer, _ words: Text) {
        self.answer = answer
        self.words = words
    }
}

extension WorkReport where Answer == NoAnswer {
    /// Reports success in words alone.
    public init(_ words: Text) { self.init(NoAnswer(), words) }
}

/// The answer of a task that has none.
public struct NoAnswer: Codable, Sendable, Hashable {
    /// Creates what every task without an answer gives; it holds nothing.
    public init() {}
}

/// Why an attempt failed, and what happens next.
public enum WorkFailure: Error, Sendable, Hashable {
    /// The run is tried again: after `after` if that is given, else as the task's retry policy says.
    case retry(reason: String, after: Duration?)
    /// Another attempt would fail too.
    case final(reason: String)
}

/// An attempt of a run, for its handler.
public struct WorkerJob: Sendable {
    /// The id of the run, the same for each attempt.
    public let run: String
    /// The key for effects outside: the same for each attempt of the run, and for no other run.
    public let key: String
    /// The number of the attempt, from 1. If the worker was reconnected meanwhile, the daemon may have counted another.
    public let attempt: Int
    /// The maximum number of attempts.
    public let attempts: Int
    /// The id of the task.
    public let task: String
    /// After this time the attempt has failed, and the handler is cancelled.
    public let timeLimit: Duration
    /// Who asked for the run: a login name, schedule or request.
    public let actor: String
    /// The request that asked for it, if one did.
    public let request: String?

    let report: @Sendable (_ done: Int, _ total: Int?, _ words: Text?) -> Void

    /// Says how far the attempt has come. The call is cheap and may be made often: what is not the latest is left out.
    public func progress(_ done: Int, of total: Int? = nil, _ words: Text? = nil) { report(done, total, words) }
}
