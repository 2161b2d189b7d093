import ConciergeProtocol
import JSON
import NIOCore
import NIOPosix
import Synchronization
import Varlink
import Wording

#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A command's connection to the daemon. Each command has one, and another one where the daemon was restarted meanwhile.
struct Connection: Sendable {
    let socket: String
    private let line: Line

    /// The connection that is in use.
    private final class Line: Sendable {
        private let client: Mutex<VarlinkClient>

        init(_ client: VarlinkClient) { self.client = Mutex(client) }

        var current: VarlinkClient {
            get { client.withLock(\.self) }
            set { client.withLock { $0 = newValue } }
        }
    }

    fileprivate var client: VarlinkClient { line.current }

    /// The thread of all connections of the process. It is never shut down, because the process ends first.
    private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    /// Connects, passes the connection to `body` and closes it.
    ///
    /// - Throws: A ``Failure`` if the daemon cannot be reached, and what `body` throws.
    static func with(socket: String, _ body: (Connection) async throws -> Void) async throws {
        let client: VarlinkClient
        do {
            client = try await VarlinkClient.connect(path: socket, eventLoopGroup: group)
        } catch {
            throw Failure(anyOf: error, socket: socket)
        }
        let connection = Connection(socket: socket, line: Line(client))
        do {
            try await body(connection)
            await connection.client.close()
        } catch {
            await connection.client.close()
            throw error
        }
    }

    /// Calls a method and waits for its reply for as long as the daemon is responsive; see ``Patience``.
    func call<Method: ControlMethod>(_ call: Method) async throws(Failure) -> Answer<Method.Reply> {
        Answer(try await self.call(Method.self, try Failure.parameters(of: call)))
    }

    /// Calls a method with parameters as they are on the wire, and returns the reply as it is on the wire.
    ///
    /// Where the connection is lost before the reply, because the daemon is restarted, the call is repeated on another
    /// connection, if it changes nothing or has a key with which it is done once.
    func call<Method: ControlMethod>(
        _ method: Method.Type, _ parameters: JSONObject
    ) async throws(Failure) -> JSONObject {
        let isRepeatable = parameters["idempotency_key"] != nil || Method.declaration.changesNothing
        var repeats = isRepeatable ? Self.repeats : 0
        while true {
            let patience = Patience(self)
            defer { patience.end() }
            do {
                return try await client.call(Method.declaration.fullName, parameters)
            } catch {
                let failure = patience.hasGivenUp ? .noAnswer(socket) : Failure(anyOf: error, socket: socket)
                guard isLost(error), !patience.hasGivenUp, repeats > 0, await reconnect() else { throw failure }
                repeats -= 1
            }
        }
    }

    /// Whether the connection ended during the call, or had ended before it.
    private func isLost(_ error: any Error) -> Bool {
        switch error {
        case VarlinkConnectionError.lost, VarlinkConnectionError.closed: true
        default: false
        }
    }

    /// How often a call is repeated whose connection was lost.
    private static let repeats = 5

    /// Connects again, within the time that a daemon without a socket of systemd takes to restart.
    private func reconnect() async -> Bool {
        await client.close()
        for _ in 0..<20 {
            // A daemon that stops still accepts for a moment.
            guard (try? await Task.sleep(for: .milliseconds(100))) != nil else { return false }
            if let client = try? await VarlinkClient.connect(path: socket, eventLoopGroup: Self.group) {
                line.current = client
                return true
            }
        }
        return false
    }

    /// Calls a method that replies with a stream, and calls `receive` with each reply on the connection's own thread.
    /// The connection reads nothing more until `receive` returns, so that a daemon that sends faster has to wait. The
    /// function returns when the stream has ended.
    ///
    /// - Throws: A ``Failure``, or what `receive` throws.
    func receive<Method: ControlMethod>(
        _ call: Method, _ receive: @escaping @Sendable (Answer<Method.Reply>) throws -> Void
    ) async throws {
        let parameters = try Failure.parameters(of: call)
        let patience = Patience(self, asksOnce: true)
        defer { patience.end() }
        let failure = await withCheckedContinuation { (ended: CheckedContinuation<(any Error)?, Never>) in
            let isOver = Mutex(false)
            /// Resumes the caller with the stream's end. Later calls do nothing.
            @Sendable func end(_ failure: (any Error)?) {
                let isFirst = isOver.withLock { over in
                    defer { over = true }
                    return !over
                }
                if isFirst { ended.resume(returning: failure) }
            }
            client.send(Method.declaration.fullName, parameters, more: true) { result in
                patience.end()
                do {
                    let reply = try result.get()
                    guard !isOver.withLock(\.self) else { return }
                    try receive(Answer(try reply.get()))
                    if !reply.continues { end(nil) }
                } catch {
                    end(error)
                }
            }
        }
        switch failure {
        case nil: return
        case let closed as ClosedOutput: throw closed
        case let failure?: throw patience.hasGivenUp ? .noAnswer(socket) : Failure(anyOf: failure, socket: socket)
        }
    }

    /// Whether the daemon is responsive: whether it answers `GetInfo` on a separate connection within `time`, with a
    /// reply or an error. A connection that ends counts as an answer.
    fileprivate func isAnswered(within time: Duration) async -> Bool {
        let other: VarlinkClient
        do {
            other = try await VarlinkClient.connect(path: socket, eventLoopGroup: Self.group)
        } catch {
            // If the queue of connections stays full, the daemon accepts none. Any other error ends the command's own
            // connection as well.
            if case VarlinkConnectionError.cannotConnect(_, EAGAIN) = error { return false }
            return true
        }
        let answered = other.eventLoop.makePromise(of: Bool.self)
        let isOver = Mutex(false)
        @Sendable func end(_ isAnswered: Bool) {
            let isFirst = isOver.withLock { over in
                defer { over = true }
                return !over
            }
            if isFirst { answered.succeed(isAnswered) }
        }
        let alarm = other.eventLoop.scheduleTask(in: TimeAmount(time)) { end(false) }
        other.send("org.varlink.service.GetInfo") { _ in end(true) }
        let isAnswered = (try? await answered.futureResult.get()) ?? false
        alarm.cancel()
        await other.close()
        return isAnswered
    }
}

/// Lets a call take any time while the daemon is responsive. If no reply came for `Console.patience`, it makes a call
/// that the daemon answers at once, on another connection. If the daemon does not answer that call either, it closes
/// the command's connection.
private final class Patience: Sendable {
    private struct State {
        var task: Task<Void, Never>?
        var hasEnded = false
        var hasGivenUp = false
    }

    private let state = Mutex(State())

    /// - Parameter asksOnce: Whether the daemon is checked only once, because a stream may have no reply for days.
    init(_ connection: Connection, asksOnce: Bool = false) {
        let limit = Console.current.patience
        let task = Task { [self] in
            repeat {
                guard (try? await Task.sleep(for: limit)) != nil else { return }
                let isThere = await connection.isAnswered(within: limit)
                guard !Task.isCancelled else { return }
                if !isThere {
                    state.withLock { $0.hasGivenUp = true }
                    return await connection.client.close()
                }
            } while !asksOnce
        }
        state.withLock { state in
            if state.hasEnded { task.cancel() } else { state.task = task }
        }
    }

    /// Whether the connection was closed because the daemon does not answer.
    var hasGivenUp: Bool { state.withLock(\.hasGivenUp) }

    /// Ends the checks, because a reply came or the call has ended.
    func end() {
        state.withLock { state in
            state.hasEnded = true
            state.task?.cancel()
            state.task = nil
        }
    }
}

extension Failure {
    fileprivate init(anyOf error: any Error, socket: String) {
        switch error {
        case let failure as Failure: self = failure
        case let error as VarlinkError: self.init(error)
        case let error as VarlinkConnectionError: self.init(error, socket: socket)
        default:
            self = .unreachable(
                "Unreachable", socket,
                Text(fr: "la connexion n'a pas pu être établie", en: "\(String(describing: error))"))
        }
    }
}

/// A reply of the daemon.
struct Answer<Reply: WireValue>: Sendable {
    /// The reply as it is on the wire.
    let json: JSONObject

    init(_ json: JSONObject) { self.json = json }

    /// Decodes the reply. It ignores unknown members, so that an older conciergectl understands a newer daemon.
    func read() throws(Failure) -> Reply {
        do {
            return try JSONCoding.decode(Reply.self, from: .object(json))
        } catch {
            throw .unreadable((error as? DecodingError)?.member ?? "")
        }
    }
}

extension DecodingError {
    /// The innermost member that is missing or has another type.
    fileprivate var member: String {
        let (path, last): ([any CodingKey], (any CodingKey)?) =
            switch self {
            case .keyNotFound(let key, let context): (context.codingPath, key)
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                (context.codingPath, nil)
            @unknown default: ([], nil)
            }
        let name = last ?? path.last { $0.intValue == nil }
        return name.map { MemberName.of($0.stringValue) } ?? ""
    }
}

extension Failure {
    /// The parameters of a call as they are sent.
    static func parameters(of call: some ControlMethod) throws(Failure) -> JSONObject {
        guard let parameters = try? JSONCoding.json(of: call).objectValue else {
            throw .usage(Text(fr: "l'appel ne peut pas être écrit", en: "the call cannot be written"))
        }
        return parameters
    }
}
