public import JSON
public import NIOCore
import Synchronization

/// Answers a call.
///
/// A responder may be used from any thread. The first final answer (a reply or an error) counts; later ones are
/// ignored. Answers that several threads give at the same time have no defined order.
///
/// Answers from other threads are gathered, so that the event loop is woken once for many answers. Answers given on the
/// loop are written at the end of its turn, so that a batch in one ``eventLoop`` task is one write for each connection.
public struct VarlinkResponder: Sendable {
    let connection: NIOLoopBound<ServerConnection>
    let shared: ServerConnection.Shared
    let number: UInt64
    let more: Bool

    /// The event loop of the call's connection.
    public var eventLoop: any EventLoop { connection.eventLoop }

    /// Sends the final reply.
    public func reply(_ parameters: JSONObject = [:]) { send(.answer(.parameters(parameters))) }

    /// Sends the final reply, with parameters that are encoded already. They are not checked.
    public func reply(encoded parameters: [UInt8]) { send(.answer(.encoded(parameters))) }

    /// Refuses the call. This is its final answer.
    public func fail(_ error: VarlinkError) { send(.answer(.error(error))) }

    /// Sends one of several replies; a final one must follow.
    ///
    /// - Returns: Whether further replies can be sent. False if the peer is gone, was dropped because it did not read,
    ///   or did not ask for `more`; in the last case nothing is sent.
    public func continues(_ parameters: JSONObject) -> Bool { sendPart(.parameters(parameters)) }

    /// Sends one of several replies, encoded already; see ``continues(_:)``.
    public func continues(encoded parameters: [UInt8]) -> Bool { sendPart(.encoded(parameters)) }

    /// Calls a function once, on the event loop, when the peer has read all earlier replies, or when the connection
    /// ends.
    ///
    /// A long stream that waits for this after each part is not cut off if its peer reads slowly, and keeps at most one
    /// part in memory.
    public func whenDrained(_ action: @escaping @Sendable () -> Void) { send(.onDrained(action)) }

    /// Calls a function, on the event loop, if the connection ends before the call has its final answer. If the
    /// connection has already ended, it calls the function at once.
    public func onClose(_ action: @escaping @Sendable () -> Void) { send(.onClose(action)) }

    private func sendPart(_ answer: CallAnswer) -> Bool {
        guard more, !shared.isGone.load(ordering: .acquiring) else { return false }
        if !eventLoop.inEventLoop {
            let answer = answer.encoded
            // A producer that is faster than the loop must not fill the memory.
            guard shared.reserve(answer.encodedSize) else {
                send(.dropSlowPeer)
                return false
            }
            send(.part(answer))
        } else {
            send(.part(answer))
        }
        return !shared.isGone.load(ordering: .acquiring)
    }

    private func send(_ action: ServerConnection.Action) {
        if eventLoop.inEventLoop {
            connection.value.perform(action, on: number)
        } else {
            var action = action
            if case .answer(let answer) = action { action = .answer(answer.encoded) }
            shared.mailbox.post(ServerConnection.Letter(connection: connection, number: number, action: action))
        }
    }
}
