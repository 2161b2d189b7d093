import DequeModule
import JSON
import NIOCore

/// The client's end of a connection. It hands each reply to the oldest call that waits for one. Use it on its event
/// loop only.
final class ClientConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    typealias ReplyHandler = @Sendable (Result<VarlinkReply, VarlinkConnectionError>) -> Void

    /// A call that waits to be sent by the event loop.
    struct Letter: Sendable {
        let message: [UInt8]
        /// Whether the call is `oneway`. Such a call gets an empty reply once it has been written.
        let isOneway: Bool
        /// Whether the call may get more than one reply.
        let takesMore: Bool
        let onReply: ReplyHandler

        /// The part of a call that the connection keeps until the call is answered.
        struct Waiting {
            let takesMore: Bool
            let onReply: ReplyHandler
        }

        var waiting: Waiting { Waiting(takesMore: takesMore, onReply: onReply) }
    }

    private var context: ChannelHandlerContext?
    private var framer: MessageFramer
    private var waiting: Deque<Letter.Waiting> = []
    private var outgoing = ByteBuffer()
    private var isReading = false
    private var isFlushScheduled = false
    /// The error of all calls once the connection has ended; nil before.
    private var failure: VarlinkConnectionError?

    init(maximumMessageSize: Int) { framer = MessageFramer(maximumSize: maximumMessageSize) }

    func send(_ letters: [Letter]) {
        guard failure == nil, let context else {
            for letter in letters { letter.onReply(.failure(failure ?? .lost)) }
            return
        }
        for letter in letters {
            outgoing.writeBytes(letter.message)
            outgoing.writeInteger(UInt8(0))
            if letter.isOneway { flushOneway(letter.onReply) } else { waiting.append(letter.waiting) }
        }
        guard !isReading, !isFlushScheduled else { return }
        isFlushScheduled = true
        context.eventLoop.assumeIsolated().execute {
            self.isFlushScheduled = false
            self.flush()
        }
    }

    func close() { end(.closed) }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        end(.lost)
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard failure == nil else { return }
        isReading = true
        framer.receive(unwrapInboundIn(data))
        do {
            while failure == nil, let message = try framer.next() { try receive(message) }
        } catch let error as MalformedMessage {
            end(.malformedReply(reason: error.reason))
        } catch {
            end(.malformedReply(reason: "longer than \(framer.maximumSize) bytes"))
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        flush()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.lost)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func receive(_ message: ByteBuffer) throws(MalformedMessage) {
        var parameters = JSONObject()
        var error: String?
        var continues = false
        for (key, value) in try MalformedMessage.readObject(message) {
            switch (key, value) {
            case ("parameters", .object(let object)): parameters = object
            case ("error", .string(let name)): error = name
            case ("continues", .bool(let flag)): continues = flag
            case ("parameters", .null): break
            case ("parameters", _), ("error", _), ("continues", _):
                throw MalformedMessage(reason: "'\(key)' cannot be of the type \(value.kind)")
            default: break
            }
        }
        continues = continues && error == nil
        guard let call = waiting.first else { throw MalformedMessage(reason: "a reply that nothing asked for") }
        // A call without `more` gets one reply. A second reply would have no receiver.
        if continues, !call.takesMore {
            throw MalformedMessage(reason: "'continues' in a reply to a call without 'more'")
        }
        if !continues { waiting.removeFirst() }
        call.onReply(.success(VarlinkReply(parameters: parameters, error: error, continues: continues)))
    }

    private func flushOneway(_ onReply: @escaping ReplyHandler) {
        guard let context else { return }
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenComplete { result in
            switch result {
            case .success: onReply(.success(VarlinkReply(parameters: [:], error: nil, continues: false)))
            case .failure: onReply(.failure(.lost))
            }
        }
        context.writeAndFlush(wrapOutboundOut(outgoing), promise: written)
        outgoing = ByteBuffer()
    }

    private func flush() {
        guard outgoing.readableBytes > 0, let context, failure == nil else { return }
        context.writeAndFlush(wrapOutboundOut(outgoing), promise: nil)
        if outgoing.capacity > 65_536 { outgoing = ByteBuffer() } else { outgoing.clear() }
    }

    private func end(_ reason: VarlinkConnectionError) {
        guard failure == nil else { return }
        failure = reason
        framer.clear()
        outgoing = ByteBuffer()
        let calls = waiting
        waiting = []
        for call in calls { call.onReply(.failure(reason)) }
        context?.close(promise: nil)
    }
}
