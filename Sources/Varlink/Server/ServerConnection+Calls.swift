import DequeModule
import JSON
import NIOCore

extension ServerConnection {
    /// A call that has been read, and what to do about it.
    struct PreparedCall {
        let message: CallMessage
        let target: MethodTable.Target

        /// What the server answers by itself it answers at once, so it cannot get in another's way.
        var mayOverlap: Bool {
            if case .handler(let route) = target { route.mayOverlap } else { true }
        }
    }

    /// Whether another call could be read and find a place.
    var wantsInput: Bool {
        !isClosing && !isDraining && waiting == nil && slots.count < core.configuration.maximumCallsUnderWay
            && context?.channel.isWritable ?? true
    }

    /// Starts every call that may start, then lets the channel read on if there is room for more.
    func advance() {
        guard !isAdvancing, !isClosing else { return }
        isAdvancing = true
        while let call = nextCall() { start(call) }
        isAdvancing = false
        if isReadHeld, wantsInput {
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
            // A peer that left still meant its last words; what it cannot hear the answer to is not begun.
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
        let slot = firstSlot + UInt64(slots.count)
        slots.append(Slot(more: call.message.more, oneway: call.message.oneway))
        unanswered += 1
        isExclusive = !call.mayOverlap
        switch call.target {
        case .answered(let answer): perform(.answer(answer), on: slot)
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
                        slot: slot,
                        more: call.message.more
                    )
                )
            } catch {
                perform(.answer(.error(error)), on: slot)
            }
        }
    }
}
