import NIOCore
import Synchronization

/// Callers' login names, for the history and the journal.
///
/// A name is looked up once, on a thread that may be held, and remembered; that there is none, or that it could not be
/// looked up, is not.
final class LoginNames: Sendable {
    typealias Continuation = @Sendable (Result<Void, NameUnknown>) -> Void

    private struct State {
        var names: [UInt32: String] = [:]
        /// Calls that wait for a name, in their order.
        var waiting: [Waiting: [Continuation]] = [:]
    }

    private struct Waiting: Hashable {
        let uid: UInt32
        let eventLoop: ObjectIdentifier
    }

    private let state = Mutex(State())
    private let service: NameService
    private let pool: MaintenancePool

    init(_ service: NameService, pool: MaintenancePool) {
        self.service = service
        self.pool = pool
    }

    /// The name as far as it is known, or `uid:N`, which is right for a user that the system does not have. Whoever
    /// writes it down has waited for ``ready(_:on:_:)``.
    func name(of uid: UInt32) -> String {
        if let known = state.withLock({ $0.names[uid] }) { return known }
        return uid == 0 ? "root" : "uid:\(uid)"
    }

    /// Has `body` called once the name of a user is known, or known not to be there: at once, or on the event loop, in
    /// the order of the calls. It is called with a failure where the name could not be looked up, so that no number is
    /// written down for somebody who has a name.
    func ready(_ uid: UInt32, on eventLoop: any EventLoop, _ body: @escaping Continuation) {
        let key = Waiting(uid: uid, eventLoop: ObjectIdentifier(eventLoop))
        let (isKnown, isFirst) = state.withLock { state -> (Bool, Bool) in
            guard state.waiting[key] == nil else {
                state.waiting[key]?.append(body)
                return (false, false)
            }
            if state.names[uid] != nil { return (true, false) }
            state.waiting[key] = [body]
            return (false, true)
        }
        if isKnown { return body(.success(())) }
        guard isFirst else { return }
        Task.detached(executorPreference: pool) { [self] in
            let answer = service.userName(uid)
            eventLoop.execute { self.take(answer, of: key) }
        }
    }

    /// Runs on the event loop: who waits is served before the next call finds the name known.
    private func take(_ answer: NameService.Answer<String>, of key: Waiting) {
        let waiting = state.withLock { state -> [Continuation] in
            if case .found(let name) = answer { state.names[key.uid] = name }
            return state.waiting.removeValue(forKey: key) ?? []
        }
        let result: Result<Void, NameUnknown> =
            switch answer {
            case .found, .none: .success(())
            // The superuser has one name whatever the system's databases say.
            case .failed where key.uid == 0: .success(())
            case .failed(let errno): .failure(NameUnknown(errno: errno))
            }
        for body in waiting { body(result) }
    }

    /// Looks everybody up again who is known, on a thread that may be held. A name whose look-up fails now stays.
    func refresh() async {
        await Task(executorPreference: pool) { [self] in
            for uid in state.withLock({ Array($0.names.keys) }) {
                let answer = service.userName(uid)
                state.withLock { state in
                    switch answer {
                    case .found(let name): state.names[uid] = name
                    case .none: state.names[uid] = nil
                    case .failed: break
                    }
                }
            }
        }.value
    }
}

/// A user's name could not be looked up; that passes.
struct NameUnknown: Error, Hashable {
    let errno: Int32
}
