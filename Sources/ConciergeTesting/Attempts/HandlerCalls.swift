import ConciergeEngine
import ConciergeKit
import Dispatch
import Synchronization

/// What the handler of one attempt asks of the lodge. The lodge answers one call after the other while it waits for the
/// handler's end, so that a handler reads what it has just changed.
final class HandlerCalls: RequestSource {
    /// A question that changes nothing.
    enum Question: Sendable {
        case requests(RawRequestQuery, CheckedContinuation<RequestPortion, any Error>)
        case request(RequestID, CheckedContinuation<RequestView?, any Error>)

        func answer(from memory: Memory) {
            switch self {
            case .requests(let query, let reply): reply.resume(returning: memory.portion(query))
            case .request(let id, let reply): reply.resume(returning: memory.request(id).map(memory.view))
            }
        }
    }

    enum Call: Sendable {
        case read(Question)
        case submit(Command, CheckedContinuation<Answer, any Error>)

        func fail(_ error: any Error) {
            switch self {
            case .read(.requests(_, let reply)): reply.resume(throwing: error)
            case .read(.request(_, let reply)): reply.resume(throwing: error)
            case .submit(_, let reply): reply.resume(throwing: error)
            }
        }
    }

    private struct Pending {
        var calls: [Call] = []
        var isClosed = false
    }

    private let run: StoredRun
    private let pending = Mutex(Pending())
    private let changes = DispatchSemaphore(value: 0)

    init(of run: StoredRun) { self.run = run }

    /// The next call, for which the current thread waits; nil once the attempt has ended, or if no call comes within this
    /// span of real time.
    func next(within limit: Duration) -> Call? {
        guard changes.wait(timeout: .now() + .milliseconds(Int(limit.milliseconds))) == .success else { return nil }
        return pending.withLock { $0.calls.isEmpty ? nil : $0.calls.removeFirst() }
    }

    /// Refuses the calls that nobody has answered, and those that come after this: their handler has returned, or was
    /// ended.
    func close() {
        let unanswered = pending.withLock { pending in
            pending.isClosed = true
            defer { pending.calls = [] }
            return pending.calls
        }
        for call in unanswered { call.fail(CancellationError()) }
        changes.signal()
    }

    func requests(_ query: RawRequestQuery) async throws -> (requests: [RawRequest], next: RequestPlace?) {
        let portion = try await withCheckedThrowingContinuation { ask(.read(.requests(query, $0))) }
        return (portion.raw, portion.next)
    }

    func request(_ id: String, of service: String) async throws -> RawRequest? {
        guard let id = RequestID(id) else { return nil }
        let request = try await withCheckedThrowingContinuation { ask(.read(.request(id, $0))) }
        return request.flatMap {
            $0.request.service.rawValue == service ? RawRequest($0.request, commitments: $0.commitments) : nil
        }
    }

    func answer(to command: RunCommand) async throws -> RunCommandAnswer {
        let submitted: Command
        do { submitted = try Command(command, of: run) } catch { return try RunCommandAnswer(error) }
        return try RunCommandAnswer(try await withCheckedThrowingContinuation { ask(.submit(submitted, $0)) })
    }

    private func ask(_ call: Call) {
        let isClosed = pending.withLock { pending in
            if !pending.isClosed { pending.calls.append(call) }
            return pending.isClosed
        }
        if isClosed { call.fail(CancellationError()) } else { changes.signal() }
    }
}
