import ConciergeEngine
import ConciergeKit

/// What the handler of one attempt asks of the lodge. The lodge answers one call after the other while it waits for the
/// handler's end, so that a handler reads what it has just changed.
final class HandlerCalls: RequestSource {
    /// A question that changes nothing.
    enum Question: Sendable {
        case requests(RawRequestQuery, CheckedContinuation<RequestPortion, any Error>)
        case request(RequestID, CheckedContinuation<StoredRequest?, any Error>)

        func answer(from memory: Memory) {
            switch self {
            case .requests(let query, let reply): reply.resume(returning: memory.requestTable.portion(query))
            case .request(let id, let reply): reply.resume(returning: memory.request(id))
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

    /// The calls, until the attempt has ended.
    let pending: AsyncStream<Call>
    private let calls: AsyncStream<Call>.Continuation
    private let run: StoredRun

    init(of run: StoredRun) {
        self.run = run
        (pending, calls) = AsyncStream.makeStream(of: Call.self)
    }

    /// Attempts the run. The calls end with the attempt.
    func untilItEnds(_ attempt: @Sendable () async -> HandlerRun.End) async -> HandlerRun.End {
        defer { calls.finish() }
        return await attempt()
    }

    func requests(_ query: RawRequestQuery) async throws -> (requests: [RawRequest], next: RequestPlace?) {
        let portion = try await withCheckedThrowingContinuation { ask(.read(.requests(query, $0))) }
        return (portion.elements.map(RawRequest.init), portion.next)
    }

    func request(_ id: String, of service: String) async throws -> RawRequest? {
        guard let id = RequestID(id) else { return nil }
        let request = try await withCheckedThrowingContinuation { ask(.read(.request(id, $0))) }
        return request.flatMap { $0.service.rawValue == service ? RawRequest($0) : nil }
    }

    func answer(to command: RunCommand) async throws -> RunCommandAnswer {
        let submitted: Command
        do { submitted = try Command(command, of: run) } catch { return try RunCommandAnswer(error) }
        return try RunCommandAnswer(try await withCheckedThrowingContinuation { ask(.submit(submitted, $0)) })
    }

    /// A call of a handler that has returned, from a task that it left behind, is refused.
    private func ask(_ call: Call) {
        if case .terminated = calls.yield(call) { call.fail(CancellationError()) }
    }
}
