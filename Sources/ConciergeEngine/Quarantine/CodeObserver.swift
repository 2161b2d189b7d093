package import ConciergeKit

/// Where provider code is.
package struct CodeLocation: Sendable, Hashable {
    package enum Kind: UInt32, Sendable, CaseIterable {
        /// The provider is made and asked what it offers.
        case making = 1
        /// The rule that opens a request, which is not there yet.
        case opening
        /// A rule on a request: an action, a timer, the end of a run.
        case rule
        /// A task reads the input of a run, which is not there yet.
        case trigger
        /// A task's handler.
        case handler
    }

    package let kind: Kind
    package let provider: ProviderID
    /// The service or the task; empty while the provider is made.
    package let owner: String
    /// The request or the run, where there is one, as text.
    package let subject: String?
    /// In a word for people: as the history shows it; `attempt N` of a handler.
    package let event: String

    package init(_ kind: Kind, provider: ProviderID, owner: String = "", subject: String? = nil, event: String) {
        self.kind = kind
        self.provider = provider
        self.owner = owner
        self.subject = subject
        self.event = event
    }
}

/// Is told what provider code the engine is about to call, and when it is back, so that a crash has a name.
///
/// It is called on the engine's thread, once for each rule: it must neither block nor fail. Calls never nest.
package protocol CodeObserver: Sendable {
    func enter(_ location: CodeLocation)
    func leave()
}

extension (any CodeObserver)? {
    /// Calls provider code while the observer knows where it is.
    func inside<Result>(_ location: @autoclosure () -> CodeLocation, _ body: () throws -> Result) rethrows -> Result {
        guard let self else { return try body() }
        self.enter(location())
        defer { self.leave() }
        return try body()
    }
}
