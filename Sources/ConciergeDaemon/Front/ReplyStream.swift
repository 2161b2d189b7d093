import ConciergeEngine
import ConciergeKit
import ConciergeProtocol

/// Where the replies of a call go that is replied to more than once, whatever carries them there.
protocol ReplyStream<Reply>: Sendable {
    associatedtype Reply: WireValue

    /// Sends one of several replies; false once nobody listens.
    func send(_ reply: Reply) -> Bool
    /// The same with a reply that is JSON already.
    func send(encoded reply: [UInt8]) -> Bool
    /// Sends the last reply. The first end counts.
    func finish(_ reply: Reply)
    /// Ends the call with an error.
    func fail(_ error: ControlError)
    /// Ends the call because its caller may not have it any more.
    func failForRole()
    /// Calls a function once, when more can be sent without piling up; also when nobody listens any more.
    func whenDrained(_ action: @escaping @Sendable () -> Void)
    /// Calls a function when whoever called goes before the end.
    func onClose(_ action: @escaping @Sendable () -> Void)
}

extension ReplyStream {
    /// Returns once more can be sent without piling up, or nobody listens any more.
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

    /// Why a use case failed, whatever it threw.
    init(anyOf error: any Error) {
        switch error {
        case let error as ControlError: self = error
        case let error as LedgerError: self.init(error)
        default: self.init(LedgerError.unavailable(reason: String(plainly: error)))
        }
    }
}
