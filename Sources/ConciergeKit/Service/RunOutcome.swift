package import JSON

/// How a run ended that a request had asked for.
public struct RunOutcome<Given: Sendable, Answer: Codable & Sendable>: Sendable {
    /// How it ended.
    public enum Result: Sendable {
        /// It did what it was to do, with this answer.
        case done(Answer)
        /// Why it was given up after its last attempt, or that it was cancelled.
        case failed(String)
    }

    /// The run's id.
    public let run: String
    /// What the task was given, which tells one run of a request from another.
    public let given: Given
    /// How it ended.
    public let result: Result

    /// An outcome, as the engine or a test makes it.
    public init(run: String, given: Given, _ result: Result) {
        self.run = run
        self.given = given
        self.result = result
    }

    /// Why it failed; nil where it did what it was to do.
    public var failure: String? {
        if case .failed(let reason) = result { reason } else { nil }
    }
}

/// An outcome before its task's types are known.
package struct EndedRun: Sendable {
    package let run: String
    package let given: JSONObject
    /// The answer, JSON.
    package let answer: [UInt8]?
    package let failure: String?

    package init(run: String, given: JSONObject, answer: [UInt8]?, failure: String?) {
        self.run = run
        self.given = given
        self.answer = answer
        self.failure = failure
    }
}

extension RunOutcome {
    /// Reads an outcome. One that an older build left and this one cannot read is refused, so that it is put off until
    /// there is a build that can.
    init(_ ended: EndedRun, of task: TaskName<Given, Answer>) throws(Refusal) {
        do {
            let result: Result =
                if let reason = ended.failure { .failed(reason) } else { .done(try task.decodeAnswer(ended.answer)) }
            self.init(run: ended.run, given: try task.decode(ended.given), result)
        } catch {
            throw Refusal(
                fr: "ce que « \(verbatim: task.id) » a reçu ou répondu ne se lit plus",
                en: "what \"\(verbatim: task.id)\" was given or has answered cannot be read any more")
        }
    }
}
