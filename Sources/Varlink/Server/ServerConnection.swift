import DequeModule
import JSON
import NIOCore
import Synchronization

/// One peer's connection: reads calls, has them started by the rules of order, and writes the answers in that order.
///
/// Lives on its event loop. Every call takes a place at the end of a queue; what is answered before its turn waits in
/// its place. Input is only read while a call that it may hold could start. A call that is answered as it is started
/// has used up the connection's turn: the next one waits in ``LoopTurns`` for its own.
///
/// While the channel has bytes that the peer has not taken, nothing more is handed to it: what is gathered meanwhile
/// is in one buffer, whose size is known.
final class ServerConnection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// How much is gathered before it is written within a turn of the loop.
    private static let flushSize = 64 * 1024
    /// A buffer of at most this size is kept for the next answers.
    private static let keptCapacity = 16 * 1024
    /// A connection that holds no more than this is left out of the server's sum.
    private static let uncountedBytes = 4096

    private let core: ServerCore
    let shared: Shared
    private let turns: LoopTurns
    let id: UInt64
    let peer: VarlinkPeer

    private var context: ChannelHandlerContext?
    private var framer: MessageFramer

    /// The calls whose answers have not been handed on whole, the oldest first.
    private var pending: Deque<PendingAnswer> = []
    /// The number of the first of them; the others follow it.
    private var firstNumber: UInt64 = 0
    private var unanswered = 0
    /// Whether the call under way must be alone.
    private var isExclusive = false
    /// A call that has been read and may not start yet.
    private var waiting: PreparedCall?

    private var outgoing = ByteBuffer()
    /// Bytes of answers that wait in their places for their turn.
    private var heldBytes = 0
    /// The size of the buffer that the channel has and the peer has not taken whole.
    private var channelBytes = 0
    /// What the server's sum counts of this connection.
    private var countedBytes = 0
    /// Who waits for the peer to read on.
    private var onDrained: [@Sendable () -> Void] = []

    /// Whether a flush is sure to follow in this turn of the loop.
    private var isCorked = false
    private var isFlushScheduled = false
    private var isFlushing = false
    private var isAdvancing = false
    /// Whether its next call waits in ``LoopTurns``.
    private var isWaitingForTurn = false
    /// Whether the channel would like to read and has not been let.
    private var isReadHeld = false
    private var isInputClosed = false
    private var isDraining = false
    private var isClosing = false
    private var isGone = false

    init(core: ServerCore, mailbox: Mailbox<Letter>, turns: LoopTurns, id: UInt64, peer: VarlinkPeer) {
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
        // A connection that fails is a connection that ends; what it ended with helps nobody.
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
        callDrained()
        advance()
        context.fireChannelInactive()
    }

    // MARK: - Calls

    /// Whether another call could be read and find a place.
    private var wantsInput: Bool {
        !isClosing && !isDraining && waiting == nil && pending.count < core.configuration.maximumCallsUnderWay
            && context?.channel.isWritable ?? true && heldBytes < core.configuration.maximumPendingBytes
    }

    /// Starts the next call: its turn has come.
    func takeTurn() {
        isWaitingForTurn = false
        isCorked = true
        advance()
    }

    /// Starts the calls that may start, up to one that is answered at once, then lets the channel read on if there is
    /// room for more.
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
            // Oneway calls of a peer that has left are made; a call whose reply cannot be delivered is not.
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

    /// Does what a responder asks; what comes after the final answer is ignored.
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

    /// Writes what has been gathered; the turn of the loop, or a batch of answers, is over.
    func uncork() {
        isCorked = false
        flush()
    }

    private func write(_ answer: Answer, continues: Bool, at index: Int) {
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

    /// Takes out the calls at the front that are done; the next one has its turn.
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

    /// Lets those go on who wait for the peer to read; at the connection's end too.
    private func callDrained() {
        let actions = onDrained
        onDrained = []
        for action in actions { action() }
    }

    // MARK: - Peers that do not read

    /// The size of all buffers that hold answers which the peer has not taken.
    private var unreadBytes: Int {
        heldBytes + channelBytes + (outgoing.readableBytes > 0 ? outgoing.capacity : 0)
    }

    /// Looked at before a reply is added, so that one that is longer than the limit reaches a peer that reads.
    private func dropIfSlow() {
        let limit = core.configuration.maximumPendingBytes
        if unreadBytes <= limit { return }
        flush()
        // A buffer has up to twice the size of what is in it, which is not held against the peer.
        let unread = heldBytes + channelBytes + outgoing.readableBytes
        if unread > limit { dropSlowPeer(pendingBytes: unread) }
    }

    /// Tells the server's sum what this connection holds.
    private func count() {
        let bytes = unreadBytes
        let counted = bytes > Self.uncountedBytes ? bytes : 0
        guard counted != countedBytes else { return }
        let change = counted - countedBytes
        shared.noteUnread(counted, since: countedBytes == 0 ? NIODeadline.now() : nil)
        countedBytes = counted
        core.changeUnread(by: change)
    }

    /// Cuts the peer off for what it has not read.
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

    private func closeIfFinished() {
        guard isInputClosed || isDraining, pending.isEmpty, waiting == nil else { return }
        guard !isWaitingForTurn || isDraining else { return }
        closeAfterFlush()
    }

    /// Takes no more input, and closes once the peer has taken what is due to it, or after a while if it does not.
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
    /// A call that has been read, and what to do about it.
    private struct PreparedCall {
        let message: CallMessage
        let target: MethodTable.Target

        /// What the server answers by itself it answers at once, so it cannot get in another's way.
        var mayOverlap: Bool {
            if case .handler(let route) = target { route.mayOverlap } else { true }
        }
    }

    /// A call's place in the queue of answers.
    private struct PendingAnswer {
        let more: Bool
        let oneway: Bool
        var isDone = false
        /// What has been answered before its turn.
        var held: ByteBuffer?
        var onClose: [@Sendable () -> Void] = []
    }

    /// What other threads may touch.
    final class Shared: Sendable {
        let mailbox: Mailbox<Letter>
        let isGone = Atomic(false)
        private let unread = Atomic(0)
        private let since = Atomic<UInt64>(0)
        private let posted = Atomic(0)
        private let maximumPendingBytes: Int

        init(mailbox: Mailbox<Letter>, maximumPendingBytes: Int) {
            self.mailbox = mailbox
            self.maximumPendingBytes = maximumPendingBytes
        }

        /// What the server's sum counts of the connection, and since when (``NIODeadline``) it has counted any.
        var unreadBytes: Int { unread.load(ordering: .relaxed) }
        var unreadSince: UInt64 { since.load(ordering: .relaxed) }

        func noteUnread(_ count: Int, since time: NIODeadline?) {
            unread.store(count, ordering: .relaxed)
            if let time { since.store(time.uptimeNanoseconds, ordering: .relaxed) }
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
        let number: UInt64
        let action: Action
    }

    static func makeMailbox(on eventLoop: any EventLoop) -> Mailbox<Letter> {
        Mailbox(eventLoop: eventLoop) { letters in
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
