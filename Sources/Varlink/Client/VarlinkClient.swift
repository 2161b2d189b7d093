public import JSON
public import NIOCore
import NIOPosix

/// A connection to a Varlink service on a Unix socket.
///
/// A client may be used from several tasks at once. Calls are sent in the order in which they are made, without waiting
/// for earlier replies. The service answers in that order, so give a stream of replies a client of its own. The
/// connection closes when the client is no longer referenced.
public final class VarlinkClient: Sendable {
    private let channel: any Channel
    private let connection: NIOLoopBound<ClientConnection>
    private let mailbox: LoopMailbox<ClientConnection.Letter>
    /// The definitions that replies are checked against, by the interface's name.
    private let interfaces: [String: InterfaceDefinition]

    private init(
        channel: any Channel, connection: NIOLoopBound<ClientConnection>, interfaces: [String: InterfaceDefinition]
    ) {
        self.channel = channel
        self.connection = connection
        self.interfaces = interfaces
        mailbox = LoopMailbox(eventLoop: channel.eventLoop) { connection.value.send($0) }
    }

    deinit { channel.close(promise: nil) }

    /// Connects to the service at a path.
    ///
    /// - Parameters:
    ///   - path: The Unix socket's path.
    ///   - maximumMessageSize: The longest reply that is accepted, in bytes.
    ///   - interfaces: Each reply to a method of these, and each error, is checked against the definition; one that
    ///     does not fit fails its call with ``VarlinkConnectionError/malformedReply(reason:)``. For tests of a service.
    ///   - patience: How long the client keeps trying while the service's queue of connections is full (`EAGAIN`,
    ///     unix(7)).
    ///   - eventLoopGroup: The event loops, one of which the connection runs on.
    /// - Throws: ``VarlinkConnectionError``.
    public static func connect(
        path: String, maximumMessageSize: Int = 16 * 1024 * 1024,
        checkingReplies interfaces: [InterfaceDefinition] = [],
        patience: Duration = .seconds(10), eventLoopGroup: any EventLoopGroup
    ) async throws -> VarlinkClient {
        let end = NIODeadline.now() + TimeAmount(patience)
        var delay = TimeAmount.milliseconds(2)
        while true {
            do {
                return try await tryToConnect(path, maximumMessageSize, interfaces, eventLoopGroup)
            } catch let error as VarlinkConnectionError where error.isOfFullQueue && NIODeadline.now() < end {
                // A non-blocking connect(2) fails while the queue is full, and must be tried again.
                try await eventLoopGroup.any().scheduleTask(in: delay) {}.futureResult.get()
                delay = min(delay + delay, .milliseconds(100))
            }
        }
    }

    private static func tryToConnect(
        _ path: String, _ maximumMessageSize: Int, _ interfaces: [InterfaceDefinition], _ group: any EventLoopGroup
    ) async throws -> VarlinkClient {
        do {
            return try await ClientBootstrap(group: group)
                .connect(unixDomainSocketPath: path)
                .flatMapThrowing { channel in
                    let connection = ClientConnection(maximumMessageSize: maximumMessageSize)
                    try channel.pipeline.syncOperations.addHandler(connection)
                    let bound = NIOLoopBound(connection, eventLoop: channel.eventLoop)
                    return VarlinkClient(
                        channel: channel, connection: bound,
                        interfaces: Dictionary(interfaces.map { ($0.name, $0) }) { first, _ in first })
                }
                .get()
        } catch let error as IOError {
            throw VarlinkConnectionError.cannotConnect(path: path, errno: error.errnoCode)
        } catch SocketAddressError.unixDomainSocketPathTooLong {
            throw VarlinkConnectionError.cannotConnect(path: path, errno: SystemError.nameTooLong)
        } catch {
            throw VarlinkConnectionError.lost
        }
    }

    /// Calls a method and waits for its reply.
    ///
    /// Cancelling the task does not end the wait; closing the client does. If the service announces more than one
    /// reply, the client closes the connection.
    ///
    /// - Throws: ``VarlinkError`` if the service refuses the call, ``VarlinkConnectionError`` if no reply came.
    public func call(_ method: String, _ parameters: JSONObject = [:]) async throws -> JSONObject {
        let reply = try await withCheckedThrowingContinuation { continuation in
            send(method, parameters) { continuation.resume(with: $0) }
        }
        return try reply.get()
    }

    /// Calls a method without a reply; returns once the call has been written.
    ///
    /// - Throws: ``VarlinkConnectionError`` if it cannot be written.
    public func callOneway(_ method: String, _ parameters: JSONObject = [:]) async throws {
        _ = try await withCheckedThrowingContinuation { continuation in
            let message = Self.encode(method, parameters, flag: "oneway")
            deliver(.init(message: message, isOneway: true, takesMore: false) { continuation.resume(with: $0) })
        }
    }

    /// Calls a method that may reply many times, and returns a stream of the replies.
    ///
    /// The stream ends after the final reply. If the caller ends it earlier, by leaving the loop or cancelling its
    /// task, the connection is closed: Varlink has no other way to end a stream.
    public func stream(_ method: String, _ parameters: JSONObject = [:]) -> AsyncThrowingStream<JSONObject, any Error> {
        AsyncThrowingStream { continuation in
            continuation.onTermination = { reason in
                if case .cancelled = reason { self.connection.eventLoop.execute { self.connection.value.close() } }
            }
            send(method, parameters, more: true) { result in
                do {
                    let reply = try result.get()
                    continuation.yield(try reply.get())
                    if !reply.continues { continuation.finish() }
                } catch {
                    continuation.finish(throwing: error)
                }
            }
        }
    }

    /// Calls a method, and calls a function on the connection's event loop with each reply, or once with the error that
    /// ended the connection.
    ///
    /// This is for very many calls: no task is suspended, and calls made on the event loop are written together.
    public func send(
        _ method: String,
        _ parameters: JSONObject = [:],
        more: Bool = false,
        onReply: @escaping @Sendable (Result<VarlinkReply, VarlinkConnectionError>) -> Void
    ) {
        let message = Self.encode(method, parameters, flag: more ? "more" : nil)
        let onReply = interfaces.isEmpty ? onReply : checking(method, onReply)
        deliver(.init(message: message, isOneway: false, takesMore: more, onReply: onReply))
    }

    /// Checks the replies to a call against the method's definition.
    private func checking(
        _ method: String, _ onReply: @escaping ClientConnection.ReplyHandler
    ) -> ClientConnection.ReplyHandler {
        { [interfaces] result in
            guard case .success(let reply) = result, let mistake = interfaces.mistake(in: reply, to: method) else {
                return onReply(result)
            }
            onReply(.failure(.malformedReply(reason: mistake)))
        }
    }

    /// Sends a call that is encoded already, without its NUL, and calls a function as ``send(_:_:more:onReply:)`` does.
    /// It must not be a `oneway` call. The message is not checked for `more`: the function must accept any number of
    /// replies.
    public func send(
        encoded message: [UInt8],
        onReply: @escaping @Sendable (Result<VarlinkReply, VarlinkConnectionError>) -> Void
    ) {
        deliver(.init(message: message, isOneway: false, takesMore: true, onReply: onReply))
    }

    /// The event loop of the connection.
    public var eventLoop: any EventLoop { channel.eventLoop }

    /// Closes the connection. Unanswered calls fail with ``VarlinkConnectionError/closed``.
    public func close() async {
        let connection = connection
        connection.eventLoop.execute { connection.value.close() }
        try? await channel.closeFuture.get()
    }

    private func deliver(_ letter: ClientConnection.Letter) {
        if channel.eventLoop.inEventLoop { connection.value.send([letter]) } else { mailbox.post(letter) }
    }

    private static func encode(_ method: String, _ parameters: JSONObject, flag: String?) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("method")
        writer.string(method)
        if !parameters.isEmpty {
            writer.key("parameters")
            writer.value(.object(parameters))
        }
        if let flag {
            writer.key(flag)
            writer.bool(true)
        }
        writer.endObject()
        return writer.bytes
    }
}

/// One reply to a call.
public struct VarlinkReply: Sendable, Hashable {
    /// The parameters of the reply or of the error.
    public let parameters: JSONObject
    /// The full name of the error; nil if the call was not refused.
    public let error: String?
    /// Whether more replies follow.
    public let continues: Bool

    /// The parameters.
    ///
    /// - Throws: The error if the call was refused.
    public func get() throws(VarlinkError) -> JSONObject {
        if let error { throw VarlinkError(error, parameters) }
        return parameters
    }
}

extension [String: InterfaceDefinition] {
    /// How a reply deviates from its definition; nil if it fits or the interface is unknown.
    fileprivate func mistake(in reply: VarlinkReply, to method: String) -> String? {
        let (interfaceName, name) = method.splitAtLastDot
        guard let interface = self[interfaceName] else { return nil }
        do throws(VarlinkError) {
            if let error = reply.error {
                let (owner, errorName) = error.splitAtLastDot
                let definition = owner == InterfaceDefinition.service.name ? .service : interface
                guard definition.name == owner else { return "\(error) to a call of \(method)" }
                try definition.checkError(errorName, reply.parameters)
            } else if let definition = interface.method(name) {
                _ = try interface.checkOutput(reply.parameters, of: definition)
            }
            return nil
        } catch {
            let what = reply.error ?? "the reply to \(method)"
            return "\(what) is not as its definition has it: \(error.parameters) in \(reply.parameters)"
        }
    }
}

extension String {
    fileprivate var splitAtLastDot: (before: String, after: String) {
        guard let dot = lastIndex(of: ".") else { return ("", self) }
        return (String(self[..<dot]), String(self[index(after: dot)...]))
    }
}
