import ConciergeEngine
import ConciergeKit
import ConciergeProtocol

/// Sends the replies of a call that has several, over any transport.
protocol ReplyStream<Reply>: Sendable {
    associatedtype Reply: WireValue

    /// Sends one of several replies; false once the caller no longer listens.
    func send(_ reply: Reply) -> Bool
    /// Sends one of several replies, already encoded as JSON.
    func send(encoded reply: [UInt8]) -> Bool
    /// Sends the last reply. After the first end of the call, further ends have no effect.
    func finish(_ reply: Reply)
    /// Ends the call with an error.
    func fail(_ error: ControlError)
    /// Ends the call because its caller no longer has the required role.
    func failForRole()
    /// Calls a function once the caller has read what was sent before, or no longer listens.
    func whenDrained(_ action: @escaping @Sendable () -> Void)
    /// Calls a function if the caller disconnects before the end of the call.
    func onClose(_ action: @escaping @Sendable () -> Void)
}

extension ReplyStream {
    /// Returns once the caller has read what was sent before, or no longer listens.
    func drained() async {
        await withCheckedContinuation { continuation in whenDrained { continuation.resume() } }
    }

    func end(_ result: Result<Reply, ControlError>) {
        switch result {
        case .success(let reply): finish(reply)
        case .failure(let error): fail(error)
        }
    }
}

extension ControlError {
    static func refused(_ words: Text) -> ControlError { .refused(Reason(words)) }
    static func unavailable(_ words: Text) -> ControlError { .unavailable(Reason(words)) }
    static func invalid(_ field: String, _ words: Text) -> ControlError { .invalidInput(field: field, Reason(words)) }

    init(_ rejection: Rejection) {
        switch rejection {
        case .notFound(let id): self = .notFound(id)
        case .invalid(let name, let reason): self = .invalid(name, reason)
        case .refused, .broken: self = .refused(Reason(rejection.words))
        }
    }

    init(_ error: LedgerError) { self = .unavailable(Reason(error.words)) }

    /// The control error for any error that a use case threw.
    init(anyOf error: any Error) {
        switch error {
        case let error as ControlError: self = error
        case let error as LedgerError: self.init(error)
        default: self.init(LedgerError.unavailable(reason: String(plainly: error)))
        }
    }
}
