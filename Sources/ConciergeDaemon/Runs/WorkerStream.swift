import ConciergeProtocol
import DequeModule
import Synchronization

/// The replies to a worker's `Take`, in order. It passes them on as fast as the worker reads, so that a worker that is
/// given many runs at once is not cut off as one that does not read.
final class WorkerStream: Sendable {
    typealias Reply = WorkMethods.Take.Reply

    private struct State {
        var queue = Deque<[UInt8]>()
        var isSending = false
    }

    /// The number of bytes that are passed on before the worker has read them.
    private static let portion = 128 * 1024

    private let replies: any ReplyStream<Reply>
    private let state = Mutex(State())

    init(_ replies: any ReplyStream<Reply>) { self.replies = replies }

    func send(_ reply: Reply) {
        // A reply that cannot be encoded is a programming error; it is left out.
        guard let bytes = try? reply.encoded() else { return }
        let begins = state.withLock { state in
            state.queue.append(bytes)
            defer { state.isSending = true }
            return !state.isSending
        }
        if begins { sendPortion() }
    }

    /// Ends the stream. What has not been sent is dropped.
    func fail(_ error: ControlError) {
        state.withLock { $0.queue = [] }
        replies.fail(error)
    }

    private func sendPortion() {
        let portion = state.withLock { state in
            var portion: [[UInt8]] = []
            var size = 0
            while size < Self.portion, let next = state.queue.popFirst() {
                size += next.count
                portion.append(next)
            }
            if portion.isEmpty { state.isSending = false }
            return portion
        }
        guard !portion.isEmpty else { return }
        for reply in portion where !replies.send(encoded: reply) {
            return state.withLock { $0.queue = [] }
        }
        replies.whenDrained { [self] in sendPortion() }
    }
}
