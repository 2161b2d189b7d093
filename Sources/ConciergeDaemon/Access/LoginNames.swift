import NIOCore
import Synchronization

/// The login names of callers, for the history and the journal.
///
/// A name is looked up once, on the maintenance pool, and cached. A missing name and a failed look-up are not cached.
final class LoginNames: Sendable {
    typealias Continuation = @Sendable (Result<Void, NameUnknown>) -> Void

    private struct State {
        var names: [UInt32: String] = [:]
        /// The calls that wait for a name, in the order in which they came.
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

    /// The cached name. Without one, `root` for the superuser and `uid:N` for any other user, which is right for a user
    /// that the system does not have. A caller that stores the name calls ``ready(_:on:_:)`` first.
    func name(of uid: UInt32) -> String {
        if let known = state.withLock({ $0.names[uid] }) { return known }
        return uid == 0 ? "root" : "uid:\(uid)"
    }

    /// Calls `body` once the user's name is cached, or is known not to exist: at once, or on the event loop in the
    /// order of the calls. If the look-up failed, `body` gets a failure, so that no number is stored for a user who has
    /// a name.
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

    /// Runs on the event loop, so that the waiting calls are served before the next call finds the name cached.
    private func take(_ answer: NameService.Answer<String>, of key: Waiting) {
        let waiting = state.withLock { state -> [Continuation] in
            if case .found(let name) = answer { state.names[key.uid] = name }
            return state.waiting.removeValue(forKey: key) ?? []
        }
        let result: Result<Void, NameUnknown> =
            switch answer {
            case .found, .none: .success(())
            // The superuser is `root`, whatever the system's databases return.
            case .failed where key.uid == 0: .success(())
            case .failed(let errno): .failure(NameUnknown(errno: errno))
            }
        for body in waiting { body(result) }
    }

    /// Looks all cached names up again, on the maintenance pool. A name whose look-up fails now stays.
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

/// The look-up of a user's name failed; a later one may succeed.
struct NameUnknown: Error, Hashable {
    let errno: Int32
}
