import NIOCore

/// Pauses accepting while the system has no descriptors or memory for another connection. Without a pause the event
/// loop would retry continuously, because the listening socket stays readable.
final class AcceptPacer: ChannelInboundHandler {
    typealias InboundIn = any Channel

    /// How long the server accepts no connection after a failed attempt.
    private static let pause = TimeAmount.milliseconds(100)

    private let report: (VarlinkServerEvent) -> Void
    /// Whether attempts have failed since a connection was accepted.
    private var isFailing = false

    init(report: @escaping (VarlinkServerEvent) -> Void) { self.report = report }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isFailing {
            isFailing = false
            report(.acceptsAgain)
        }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError else { return context.fireErrorCaught(error) }
        if !isFailing { report(.cannotAccept(errno: error.errnoCode)) }
        isFailing = true
        let options = context.channel.syncOptions
        try? options?.setOption(.autoRead, value: false)
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) {
            // If the server has stopped, this fails, which does not matter.
            try? options?.setOption(.autoRead, value: true)
        }
    }
}
