package import JSON

/// How a run ended that a request had asked for.
public struct RunOutcome: Sendable {
    /// The run's id.
    public let run: String
    /// Why it was given up after its last attempt, or that it was cancelled; nil where it did what it was to do.
    public let failure: String?
    private let given: JSONObject

    /// An outcome, as the engine or a test makes it.
    public init(run: String, input: some Input, failure: String? = nil) {
        self.init(run: run, given: input.object, failure: failure)
    }

    package init(run: String, given: JSONObject, failure: String?) {
        self.run = run
        self.given = given
        self.failure = failure
    }

    /// What the task was given, which tells one run of a request from another; nil where it is not of this type.
    public func input<I: Input>(as type: I.Type) -> I? {
        try? I(given, schema: InputSchema(of: type))
    }
}
