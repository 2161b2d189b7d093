package import ConciergeKit

/// The provider code that is being executed.
package struct CodeLocation: Sendable, Hashable {
    package enum Kind: UInt32, Sendable, CaseIterable {
        /// The provider is created and its declarations are read.
        case making = 1
        /// The rule that opens a request; the request does not exist yet.
        case opening
        /// A rule on a request: an action, a timer, the end of a run.
        case rule
        /// A task reads the input of a run; the run does not exist yet.
        case trigger
        /// A task's handler.
        case handler
    }

    package let kind: Kind
    package let provider: ProviderID
    /// The service or the task; empty while the provider is created.
    package let owner: String
    /// The id of the request or the run; nil if there is none.
    package let subject: String?
    /// A short name for people: the event as the history shows it, or `attempt N` for a handler.
    package let event: String

    package init(_ kind: Kind, provider: ProviderID, owner: String = "", subject: String? = nil, event: String) {
        self.kind = kind
        self.provider = provider
        self.owner = owner
        self.subject = subject
        self.event = event
    }
}

/// Is notified before the engine calls provider code and after that code has returned, so that a crash can be
/// attributed to it.
///
/// Its methods are called on the engine's thread, once for each rule: they must neither block nor fail. Calls never
/// nest.
package protocol CodeObserver: Sendable {
    func enter(_ location: CodeLocation)
    func leave()
}

extension (any CodeObserver)? {
    /// Calls provider code, and notifies the observer before and after it.
    func inside<Result>(_ location: @autoclosure () -> CodeLocation, _ body: () throws -> Result) rethrows -> Result {
        guard let self else { return try body() }
        self.enter(location())
        defer { self.leave() }
        return try body()
    }
}
