import DequeModule
import NIOCore
import Synchronization

/// One peer's connection: reads calls, has them started by the rules of order, and writes the answers in that order.
///
/// Lives on its event loop. Every call takes a slot at the end of a queue; what is answered before its turn waits in
/// its slot. Input is only read while a call that it may hold could start.
final class ServerConnection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let core: ServerCore
    let shared: Shared
    let id: UInt64
    let peer: VarlinkPeer

    var context: ChannelHandlerContext?
    var framer: MessageFramer

    /// The calls whose answers have not been handed on whole, the oldest first.
    var slots: Deque<Slot> = []
    /// The number of the first slot; the others follow it.
    var firstSlot: UInt64 = 0
    var unanswered = 0
    /// Whether the call under way must be alone.
    var isExclusive = false
    /// A call that has been read and may not start yet.
    var waiting: PreparedCall?

    var outgoing = ByteBuffer()
    /// Bytes of answers that wait in slots for their turn.
    var heldBytes = 0
    /// Who waits for the peer to read on.
    var onDrained: [@Sendable () -> Void] = []

    /// Whether a flush is sure to follow in this turn of the loop.
    var isCorked = false
    var isFlushScheduled = false
    var isAdvancing = false
    /// Whether the channel would like to read and has not been let.
    var isReadHeld = false
    var isInputClosed = false
    var isDraining = false
    var isClosing = false
    var isGone = false

    init(core: ServerCore, mailbox: Mailbox<Letter>, id: UInt64, peer: VarlinkPeer) {
        self.core = core
        self.id = id
        self.peer = peer
        shared = Shared(mailbox: mailbox, maximumPendingBytes: core.configuration.maximumPendingBytes)
        framer = MessageFramer(maximumSize: core.configuration.maximumMessageSize)
    }

    // MARK: - Channel

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        core.registry.remove(id)
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        isCorked = true
        framer.receive(unwrapInboundIn(data))
        advance()
    }

    func channelReadComplete(context: ChannelHandlerContext) { uncork() }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable else { return }
        callDrained()
        advance()
    }

    func read(context: ChannelHandlerContext) {
        if wantsInput { context.read() } else { isReadHeld = true }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .some(.inputClosed) = event as? ChannelEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        isInputClosed = true
        closeIfFinished()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A connection that fails is a connection that ends; what it ended with helps nobody.
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        core.registry.remove(id)
        isGone = true
        shared.isGone.store(true, ordering: .releasing)
        outgoing = ByteBuffer()
        let actions = slots.flatMap(\.onClose)
        for index in slots.indices { slots[index].onClose = [] }
        for action in actions { action() }
        callDrained()
        advance()
        context.fireChannelInactive()
    }

    // MARK: - Ending

    /// Starts no call any more, and closes once those under way are answered.
    func drain() {
        isDraining = true
        waiting = nil
        closeIfFinished()
    }

    /// Closes without waiting for anything.
    func closeNow() {
        isClosing = true
        context?.close(promise: nil)
    }

    func closeIfFinished() {
        guard isInputClosed || isDraining, slots.isEmpty, waiting == nil else { return }
        closeAfterFlush()
    }

    /// Takes no more input, and closes once the peer has taken what is due to it, or after a while if it does not.
    func closeAfterFlush() {
        guard !isClosing, let context else { return }
        isClosing = true
        framer.clear()
        waiting = nil
        let written = context.eventLoop.makePromise(of: Void.self)
        let channel = context.channel
        let deadline = context.eventLoop.scheduleTask(in: .seconds(5)) { channel.close(promise: nil) }
        written.futureResult.whenComplete { _ in
            deadline.cancel()
            channel.close(promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(outgoing), promise: written)
        outgoing = ByteBuffer()
    }

    func dropSlowPeer(pendingBytes: Int) {
        guard !isClosing, !isGone else { return }
        shared.isGone.store(true, ordering: .releasing)
        core.report(.droppedSlowPeer(connection: id, peer: peer, pendingBytes: pendingBytes))
        closeNow()
    }
}

extension ServerConnection {
    /// What other threads may touch.
    final class Shared: Sendable {
        let mailbox: Mailbox<Letter>
        let isGone = Atomic(false)
        private let posted = Atomic(0)
        private let maximumPendingBytes: Int

        init(mailbox: Mailbox<Letter>, maximumPendingBytes: Int) {
            self.mailbox = mailbox
            self.maximumPendingBytes = maximumPendingBytes
        }

        /// Counts bytes on their way to the loop; false when too many are.
        func reserve(_ count: Int) -> Bool {
            let (old, _) = posted.add(count, ordering: .relaxed)
            if old <= maximumPendingBytes { return true }
            release(count)
            return false
        }

        func release(_ count: Int) { posted.subtract(count, ordering: .relaxed) }
    }

    /// A call's place in the queue of answers.
    struct Slot {
        let more: Bool
        let oneway: Bool
        var isDone = false
        /// What has been answered before its turn.
        var held: ByteBuffer?
        var onClose: [@Sendable () -> Void] = []
    }

    /// What a responder asks for.
    enum Action: Sendable {
        /// The final answer.
        case answer(Answer)
        /// One of several replies.
        case part(Answer)
        case onClose(@Sendable () -> Void)
        case onDrained(@Sendable () -> Void)
        case dropSlowPeer
    }

    /// An action on its way from another thread.
    struct Letter: Sendable {
        let connection: NIOLoopBound<ServerConnection>
        let slot: UInt64
        let action: Action
    }

    static func makeMailbox(on eventLoop: any EventLoop) -> Mailbox<Letter> {
        Mailbox(eventLoop: eventLoop) { letters in
            for letter in letters {
                let connection = letter.connection.value
                connection.isCorked = true
                if case .part(let answer) = letter.action { connection.shared.release(answer.encodedSize) }
                connection.perform(letter.action, on: letter.slot)
            }
            for letter in letters { letter.connection.value.uncork() }
        }
    }
}
