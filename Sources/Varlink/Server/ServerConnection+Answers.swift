import DequeModule
import NIOCore

extension ServerConnection {
    /// How much is gathered before it is written within a turn of the loop.
    private static let flushSize = 64 * 1024

    /// Does what a responder asks; what comes after the final answer is ignored.
    func perform(_ action: Action, on slot: UInt64) {
        if case .onDrained(let action) = action { return whenDrained(action) }
        let index = slot >= firstSlot ? Int(slot - firstSlot) : slots.count
        guard index < slots.count, !slots[index].isDone else { return }
        switch action {
        case .part(let answer):
            guard slots[index].more else { return }
            write(answer, continues: true, at: index)
            dropIfSlow()
        case .answer(let answer):
            write(answer, continues: false, at: index)
            slots[index].isDone = true
            slots[index].onClose = []
            unanswered -= 1
            if unanswered == 0 { isExclusive = false }
            if index == 0 { retireSlots() }
            advance()
        case .onClose(let action):
            if isGone { action() } else { slots[index].onClose.append(action) }
        case .onDrained: break
        case .dropSlowPeer: dropSlowPeer(pendingBytes: pendingBytes + core.configuration.maximumPendingBytes)
        }
    }

    /// Writes what has been gathered; the turn of the loop, or a batch of answers, is over.
    func uncork() {
        isCorked = false
        flush()
    }

    private func write(_ answer: Answer, continues: Bool, at index: Int) {
        guard !slots[index].oneway, !isGone, !isClosing else { return }
        if index == 0 {
            answer.write(continues: continues, into: &outgoing)
            flushSoon()
        } else {
            var held = slots[index].held.take() ?? ByteBuffer()
            let before = held.readableBytes
            answer.write(continues: continues, into: &held)
            heldBytes += held.readableBytes - before
            slots[index].held = held
        }
    }

    /// Takes out the slots at the front that are done; the next one has its turn.
    private func retireSlots() {
        while let first = slots.first, first.isDone {
            slots.removeFirst()
            firstSlot += 1
            guard var held = slots.first?.held else { continue }
            heldBytes -= held.readableBytes
            if !isGone, !isClosing { outgoing.writeBuffer(&held) }
            slots[0].held = nil
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
        guard outgoing.readableBytes > 0, let context else { return }
        context.writeAndFlush(wrapOutboundOut(outgoing), promise: nil)
        if outgoing.capacity > Self.flushSize { outgoing = ByteBuffer() } else { outgoing.clear() }
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
    func callDrained() {
        let actions = onDrained
        onDrained = []
        for action in actions { action() }
    }

    // MARK: - Peers that do not read

    private var pendingBytes: Int {
        let buffered = try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)
        return heldBytes + outgoing.readableBytes + (buffered ?? 0)
    }

    private func dropIfSlow() {
        let limit = core.configuration.maximumPendingBytes
        // The channel holds no more than its high watermark while it calls itself writable.
        if heldBytes + outgoing.readableBytes + Self.flushSize < limit, context?.channel.isWritable == true { return }
        if pendingBytes <= limit { return }
        flush()
        let pending = pendingBytes
        if pending > limit { dropSlowPeer(pendingBytes: pending) }
    }
}
