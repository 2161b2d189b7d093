public import JSON
public import NIOCore
import Synchronization

/// Where a call's answer goes.
///
/// May be used from any thread, on the call's event loop or off it. The first final answer (a reply or an error) wins;
/// what comes after it is ignored. Answers that several threads give at the same time have no order among them.
///
/// From other threads, answers are gathered and the event loop is woken once for many. On the loop they are written at
/// the end of its turn, so that a batch handed to one ``eventLoop`` task is one write for each connection.
public struct VarlinkResponder: Sendable {
    let connection: NIOLoopBound<ServerConnection>
    let shared: ServerConnection.Shared
    let number: UInt64
    let more: Bool

    /// The loop that the call's connection lives on.
    public var eventLoop: any EventLoop { connection.eventLoop }

    /// Answers the call for good.
    public func reply(_ parameters: JSONObject = [:]) { send(.answer(.parameters(parameters))) }

    /// Answers the call for good with an object of parameters that is JSON already. It is not looked at.
    public func reply(encoded parameters: [UInt8]) { send(.answer(.encoded(parameters))) }

    /// Refuses the call for good.
    public func fail(_ error: VarlinkError) { send(.answer(.error(error))) }

    /// Sends one of several replies; a final one must follow.
    ///
    /// - Returns: Whether it makes sense to go on: false once the peer is gone, was dropped because it did not read,
    ///   or when it never asked for `more`, in which case nothing is sent.
    public func continues(_ parameters: JSONObject) -> Bool { sendPart(.parameters(parameters)) }

    /// Sends one of several replies, as ready JSON; see ``continues(_:)``.
    public func continues(encoded parameters: [UInt8]) -> Bool { sendPart(.encoded(parameters)) }

    /// Has a function called once, on the event loop, when the peer has read so much of what was sent before that more
    /// can be sent without piling up; also when the connection ends first.
    ///
    /// A long stream that waits for this after each part is never cut off for a peer that reads slowly, and keeps no
    /// more than a part in memory.
    public func whenDrained(_ action: @escaping @Sendable () -> Void) { send(.onDrained(action)) }

    /// Has a function called, on the event loop, when the connection ends before the call has its final answer; at
    /// once when it has ended already.
    public func onClose(_ action: @escaping @Sendable () -> Void) { send(.onClose(action)) }

    private func sendPart(_ answer: Answer) -> Bool {
        guard more, !shared.isGone.load(ordering: .acquiring) else { return false }
        if !eventLoop.inEventLoop {
            let answer = answer.encoded
            // A producer that outruns the loop itself must not fill the memory either.
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
