import DequeModule
import JSON
import NIOCore
import Synchronization

/// One peer's connection. It reads calls, starts them in the order of the connection, and writes the answers in the
/// same order.
///
/// Use it on its event loop only. Every call takes a position at the end of a queue; an answer that is given early
/// waits at its position. The connection reads input only while another call could start. A call that is answered as it
/// starts uses up the connection's turn: the next call waits in ``LoopTurns``.
///
/// While the channel has bytes that the peer has not read, the connection writes no more to the channel, and gathers
/// further answers in one buffer whose size is known.
final class ServerConnection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The number of gathered bytes at which the connection writes before the end of the loop's turn.
    private static let flushSize = 64 * 1024
    /// The maximum size, in bytes, of a buffer that is kept for the next answers.
    private static let keptCapacity = 16 * 1024
    /// The number of bytes up to which a connection does not count in the server's sum.
    private static let uncountedBytes = 4096

    private let core: ServerCore
    let shared: Shared
    private let turns: LoopTurns
    let id: UInt64
    let peer: VarlinkPeer

    private var context: ChannelHandlerContext?
    private var framer: MessageFramer

    /// The calls whose answers have not been written completely, the oldest first.
    private var pending: Deque<PendingAnswer> = []
    /// The number of the first pending call. The other calls have the following numbers.
    private var firstNumber: UInt64 = 0
    private var unanswered = 0
    /// Whether the unanswered call must not overlap with others.
    private var isExclusive = false
    /// A call that has been read but may not start yet.
    private var waiting: PreparedCall?

    private var outgoing = ByteBuffer()
    /// The number of bytes of answers that were given early.
    private var heldBytes = 0
    /// The size of the buffer that the channel is writing to the peer.
    private var channelBytes = 0
    /// The number of this connection's bytes in the server's sum.
    private var countedBytes = 0
    /// Functions to call once the peer has read the bytes that the channel holds.
    private var onDrained: [@Sendable () -> Void] = []

    /// Whether a flush will follow in this turn of the loop.
    private var isCorked = false
    private var isFlushScheduled = false
    private var isFlushing = false
    private var isAdvancing = false
    /// Whether the connection waits in ``LoopTurns``.
    private var isWaitingForTurn = false
    /// Whether the channel asked to read and was refused.
    private var isReadHeld = false
    private var isInputClosed = false
    private var isDraining = false
    private var isClosing = false
    private var isGone = false

    init(core: ServerCore, mailbox: LoopMailbox<Letter>, turns: LoopTurns, id: UInt64, peer: VarlinkPeer) {
        self.core = core
        self.turns = turns
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
        guard !isFlushing, context.channel.isWritable else { return }
        channelBytes = 0
        flush()
        guard context.channel.isWritable else { return }
        callDrained()
        advance()
    }

    func read(context: ChannelHandlerContext) {
        if wantsInput, !isWaitingForTurn { context.read() } else { isReadHeld = true }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .some(.inputClosed) = event as? ChannelEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        isInputClosed = true
        closeIfFinished()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A connection that fails has ended. The error has no further use.
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        core.registry.remove(id)
        isGone = true
        shared.isGone.store(true, ordering: .releasing)
        forgetAnswers()
        let actions = pending.flatMap(\.onClose)
        for index in pending.indices { pending[index].onClose = [] }
        for action in actions { action() }
        core.handler.connectionEnded(id)
        callDrained()
        advance()
        context.fireChannelInactive()
    }

    // MARK: - Calls

    /// Whether another call may be read.
    private var wantsInput: Bool {
        !isClosing && !isDraining && waiting == nil && pending.count < core.configuration.maximumCallsUnderWay
            && context?.channel.isWritable ?? true && heldBytes < core.configuration.maximumPendingBytes
    }

    /// Starts the connection's next call. ``LoopTurns`` calls this.
    func takeTurn() {
        isWaitingForTurn = false
        isCorked = true
        advance()
    }

    /// Starts the calls that may start, up to and including the first that is answered at once. Then lets the channel
    /// read if more calls may be read.
    private func advance() {
        guard !isAdvancing, !isClosing, !isWaitingForTurn else { return }
        isAdvancing = true
        while let call = nextCall() {
            let before = unanswered
            start(call)
            guard unanswered == before, waiting != nil || framer.isHoldingBytes else { continue }
            isWaitingForTurn = true
            turns.add(self)
            break
        }
        isAdvancing = false
        if isReadHeld, wantsInput, !isWaitingForTurn {
            isReadHeld = false
            context?.read()
        }
        if isInputClosed || isDraining { closeIfFinished() }
    }

    private func nextCall() -> PreparedCall? {
        while true {
            guard !isClosing, !isDraining else { return nil }
            guard waiting != nil || wantsInput, let call = waiting ?? readCall() else { return nil }
            waiting = nil
            guard unanswered == 0 || (call.mayOverlap && !isExclusive) else {
                waiting = call
                return nil
            }
            // The peer is gone. Its oneway calls still start, but a call whose reply cannot be delivered is skipped.
            if isGone, !call.message.oneway { continue }
            return call
        }
    }

    private func readCall() -> PreparedCall? {
        do throws(MessageFramer.TooLong) {
            guard let bytes = try framer.next() else { return nil }
            do throws(MalformedMessage) {
                let message = try CallMessage(bytes)
                return PreparedCall(message: message, target: core.table.target(of: message))
            } catch {
                core.report(.closedMalformed(connection: id, peer: peer, reason: error.reason))
            }
        } catch {
            core.report(.closedTooLong(connection: id, peer: peer, limit: framer.maximumSize))
        }
        closeAfterFlush()
        return nil
    }

    private func start(_ call: PreparedCall) {
        let number = firstNumber + UInt64(pending.count)
        pending.append(PendingAnswer(more: call.message.more, oneway: call.message.oneway))
        unanswered += 1
        isExclusive = !call.mayOverlap
        switch call.target {
        case .answered(let answer): perform(.answer(answer), on: number)
        case .handler(let route):
            do throws(VarlinkError) {
                let parameters = try route.interface.checkInput(call.message.parameters, of: route.method)
                core.handler.handle(
                    VarlinkCall(
                        method: route.fullName,
                        interface: route.interface.name,
                        name: route.method.name,
                        parameters: parameters,
                        more: call.message.more,
                        oneway: call.message.oneway,
                        peer: peer,
                        connection: id
                    ),
                    VarlinkResponder(
                        connection: NIOLoopBound(self, eventLoop: shared.mailbox.eventLoop),
                        shared: shared,
                        number: number,
                        more: call.message.more
                    )
                )
            } catch {
                perform(.answer(.error(error)), on: number)
            }
        }
    }

    // MARK: - Answers

    /// Performs a responder's action; actions after the final answer are ignored.
    func perform(_ action: Action, on number: UInt64) {
        if case .onDrained(let action) = action { return whenDrained(action) }
        let index = number >= firstNumber ? Int(number - firstNumber) : pending.count
        guard index < pending.count, !pending[index].isDone else { return }
        switch action {
        case .part(let answer):
            guard pending[index].more else { return }
            dropIfSlow()
            write(answer, continues: true, at: index)
        case .answer(let answer):
            write(answer, continues: false, at: index)
            pending[index].isDone = true
            pending[index].onClose = []
            unanswered -= 1
            if unanswered == 0 { isExclusive = false }
            if index == 0 { retireAnswers() }
            advance()
        case .onClose(let action):
            if isGone { action() } else { pending[index].onClose.append(action) }
        case .onDrained: break
        case .dropSlowPeer: dropSlowPeer(pendingBytes: unreadBytes + core.configuration.maximumPendingBytes)
        }
    }

    /// Writes the gathered answers, at the end of the loop's turn or of a batch of answers.
    func uncork() {
        isCorked = false
        flush()
    }

    private func write(_ answer: CallAnswer, continues: Bool, at index: Int) {
        guard !pending[index].oneway, !isGone, !isClosing else { return }
        if index == 0 {
            answer.write(continues: continues, into: &outgoing)
            flushSoon()
        } else {
            var held = pending[index].held.take() ?? ByteBuffer()
            let before = held.capacity
            answer.write(continues: continues, into: &held)
            heldBytes += held.capacity - before
            pending[index].held = held
            count()
        }
    }

    /// Removes the finished calls at the front of the queue.
    private func retireAnswers() {
        while let first = pending.first, first.isDone {
            pending.removeFirst()
            firstNumber += 1
            guard var held = pending.first?.held else { continue }
            heldBytes -= held.capacity
            if !isGone, !isClosing { outgoing.writeBuffer(&held) }
            pending[0].held = nil
        }
        flushSoon()
    }

    private func flushSoon() {
        if outgoing.readableBytes >= Self.flushSize { return flush() }
        guard !isCorked, !isFlushScheduled, outgoing.readableBytes > 0, let context else { return }
        isFlushScheduled = true
        context.eventLoop.assumeIsolated().execute {
            self.isFlushScheduled = false
            self.flush()
        }
    }

    private func flush() {
        guard outgoing.readableBytes > 0, let context, context.channel.isWritable else { return count() }
        let capacity = outgoing.capacity
        isFlushing = true
        context.writeAndFlush(wrapOutboundOut(outgoing), promise: nil)
        isFlushing = false
        let isTaken = context.channel.isWritable
        channelBytes = isTaken || isGone ? 0 : capacity
        if isTaken, capacity <= Self.keptCapacity { outgoing.clear() } else { outgoing = ByteBuffer() }
        count()
    }

    // MARK: - Peers that read slowly

    private func whenDrained(_ action: @escaping @Sendable () -> Void) {
        flush()
        if !isGone, !isClosing, context?.channel.isWritable == false {
            onDrained.append(action)
        } else {
            action()
        }
    }

    /// Calls the functions that wait for the peer to read, also if the connection has ended.
    private func callDrained() {
        let actions = onDrained
        onDrained = []
        for action in actions { action() }
    }

    // MARK: - Peers that do not read

    /// The size in bytes of all buffers with answers that the peer has not read.
    private var unreadBytes: Int {
        heldBytes + channelBytes + (outgoing.readableBytes > 0 ? outgoing.capacity : 0)
    }

    /// Drops the peer if it has too many unread bytes. This is called before a reply is added, so that a single reply
    /// over the limit still reaches a peer that reads.
    private func dropIfSlow() {
        let limit = core.configuration.maximumPendingBytes
        if unreadBytes <= limit { return }
        flush()
        // A buffer may be twice as large as its content. Only the content counts against the peer.
        let unread = heldBytes + channelBytes + outgoing.readableBytes
        if unread > limit { dropSlowPeer(pendingBytes: unread) }
    }

    /// Updates the server's sum with the bytes that this connection holds.
    private func count() {
        let bytes = unreadBytes
        let counted = bytes > Self.uncountedBytes ? bytes : 0
        guard counted != countedBytes else { return }
        let change = counted - countedBytes
        shared.noteUnread(counted, since: countedBytes == 0 ? NIODeadline.now() : nil)
        countedBytes = counted
        core.changeUnread(by: change)
    }

    /// Closes the connection because the peer does not read its answers.
    func dropSlowPeer() { dropSlowPeer(pendingBytes: unreadBytes) }

    private func dropSlowPeer(pendingBytes: Int) {
        guard !isGone, !shared.isGone.exchange(true, ordering: .acquiringAndReleasing) else { return }
        core.report(.droppedSlowPeer(connection: id, peer: peer, pendingBytes: pendingBytes))
        closeNow()
        forgetAnswers()
    }

    private func forgetAnswers() {
        outgoing = ByteBuffer()
        channelBytes = 0
        heldBytes = 0
        for index in pending.indices { pending[index].held = nil }
        count()
    }

    // MARK: - Ending

    /// Starts no more calls, and closes once all started calls are answered.
    func drain() {
        isDraining = true
        waiting = nil
        closeIfFinished()
    }

    /// Closes at once.
    func closeNow() {
        isClosing = true
        context?.close(promise: nil)
    }

    private func closeIfFinished() {
        guard isInputClosed || isDraining, pending.isEmpty, waiting == nil else { return }
        guard !isWaitingForTurn || isDraining else { return }
        closeAfterFlush()
    }

    /// Reads no more input, and closes once the peer has read its answers, at the latest after five seconds.
    private func closeAfterFlush() {
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
        channelBytes += outgoing.readableBytes > 0 ? outgoing.capacity : 0
        context.writeAndFlush(wrapOutboundOut(outgoing), promise: written)
        outgoing = ByteBuffer()
        count()
    }
}

extension ServerConnection {
    /// A call that has been read, and how it is answered.
    private struct PreparedCall {
        let message: CallMessage
        let target: MethodTable.Target

        /// A call that the server answers itself is answered at once, so that it may overlap with any other call.
        var mayOverlap: Bool {
            if case .handler(let route) = target { route.mayOverlap } else { true }
        }
    }

    /// A call's position in the queue of answers.
    private struct PendingAnswer {
        let more: Bool
        let oneway: Bool
        var isDone = false
        /// Answers that were given before the call's turn.
        var held: ByteBuffer?
        var onClose: [@Sendable () -> Void] = []
    }

    /// State that other threads may use.
    final class Shared: Sendable {
        let mailbox: LoopMailbox<Letter>
        let isGone = Atomic(false)
        private let unread = Atomic(0)
        private let since = Atomic<UInt64>(0)
        private let posted = Atomic(0)
        private let maximumPendingBytes: Int

        init(mailbox: LoopMailbox<Letter>, maximumPendingBytes: Int) {
            self.mailbox = mailbox
            self.maximumPendingBytes = maximumPendingBytes
        }

        /// The number of the connection's bytes in the server's sum, and since when they are unread (``NIODeadline``).
        var unreadBytes: Int { unread.load(ordering: .relaxed) }
        var unreadSince: UInt64 { since.load(ordering: .relaxed) }

        func noteUnread(_ count: Int, since time: NIODeadline?) {
            unread.store(count, ordering: .relaxed)
            if let time { since.store(time.uptimeNanoseconds, ordering: .relaxed) }
        }

        /// Counts bytes that another thread sends to the event loop; false if there are too many.
        func reserve(_ count: Int) -> Bool {
            let (old, _) = posted.add(count, ordering: .relaxed)
            if old <= maximumPendingBytes { return true }
            release(count)
            return false
        }

        func release(_ count: Int) { posted.subtract(count, ordering: .relaxed) }
    }

    /// An action of a responder.
    enum Action: Sendable {
        /// The final answer.
        case answer(CallAnswer)
        /// One of several replies.
        case part(CallAnswer)
        case onClose(@Sendable () -> Void)
        case onDrained(@Sendable () -> Void)
        case dropSlowPeer
    }

    /// An action that another thread sends to the event loop.
    struct Letter: Sendable {
        let connection: NIOLoopBound<ServerConnection>
        let number: UInt64
        let action: Action
    }

    static func makeMailbox(on eventLoop: any EventLoop) -> LoopMailbox<Letter> {
        LoopMailbox(eventLoop: eventLoop) { letters in
            for letter in letters {
                let connection = letter.connection.value
                connection.isCorked = true
                if case .part(let answer) = letter.action { connection.shared.release(answer.encodedSize) }
                connection.perform(letter.action, on: letter.number)
            }
            for letter in letters { letter.connection.value.uncork() }
        }
    }
}
