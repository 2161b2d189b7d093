import ConciergeKit
import Dispatch
import Synchronization

/// A value that another thread gives, once. Later values are dropped.
final class OneShot<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case given(Value?)
        case awaited(CheckedContinuation<Value?, Never>)
        case over
    }

    private let state = Mutex(State.empty)

    func give(_ value: Value?) {
        let continuation = state.withLock { state -> CheckedContinuation<Value?, Never>? in
            switch state {
            case .empty: state = .given(value)
            case .awaited(let continuation):
                state = .over
                return continuation
            case .given, .over: break
            }
            return nil
        }
        continuation?.resume(returning: value)
    }

    /// The value, if it has been given and nobody has waited for it.
    var given: Value? {
        state.withLock { if case .given(let value) = $0 { value } else { nil } }
    }

    /// The value; nil if it was not given within this span of real time. Call it once.
    func value(within limit: Duration) async -> Value? {
        let timer = DispatchSource.makeTimerSource()
        timer.setEventHandler { self.give(nil) }
        timer.schedule(deadline: .now() + .milliseconds(Int(limit.milliseconds)))
        timer.activate()
        defer { timer.cancel() }
        return await withCheckedContinuation { continuation in
            let given = state.withLock { state -> Value?? in
                if case .given(let value) = state {
                    state = .over
                    return .some(value)
                }
                state = .awaited(continuation)
                return .none
            }
            if let given { continuation.resume(returning: given) }
        }
    }
}

extension Duration {
    /// `200 ms`, `5s`.
    var inWords: String { milliseconds < 1000 ? "\(milliseconds) ms" : "\(TimeSpan(self))" }
}
