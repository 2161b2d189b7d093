package import JSON

/// How a run that a request asked for has ended.
public struct RunOutcome<Given: Sendable, Answer: Codable & Sendable>: Sendable {
    /// Success with the task's answer, or failure for good.
    public enum Result: Sendable {
        /// The run succeeded, with this answer.
        case done(Answer)
        /// The run failed in its last attempt, or was cancelled; the reason.
        case failed(String)
    }

    /// Which run it was, as `conciergectl runs show` names it.
    public let run: String
    /// The input of the task, which distinguishes several runs of one request.
    public let given: Given
    /// The answer of the task, or why there is none.
    public let result: Result

    /// Creates an outcome, for the engine or a test.
    public init(run: String, given: Given, _ result: Result) {
        self.run = run
        self.given = given
        self.result = result
    }

    /// Why the run failed; nil if it succeeded.
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
    /// Decodes an outcome. An outcome that an older build left and this build cannot decode is refused, so that it is
    /// postponed until a build can decode it.
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
