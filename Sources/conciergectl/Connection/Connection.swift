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

/// The one connection of a command to the daemon.
struct Connection: Sendable {
    let client: VarlinkClient
    let socket: String

    /// One thread for the connections of the process. It is never shut down: the process ends first.
    private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    /// Connects, hands the connection to `body` and closes it again.
    ///
    /// - Throws: A ``Failure`` where the daemon cannot be reached, and what `body` throws.
    static func with(socket: String, _ body: (Connection) async throws -> Void) async throws {
        let client: VarlinkClient
        do {
            client = try await VarlinkClient.connect(path: socket, eventLoopGroup: group)
        } catch {
            throw Failure(anyOf: error, socket: socket)
        }
        do {
            try await body(Connection(client: client, socket: socket))
            await client.close()
        } catch {
            await client.close()
            throw error
        }
    }

    /// Calls a method and awaits its reply, for as long as the daemon is there.
    func call<Method: ControlMethod>(_ call: Method) async throws(Failure) -> Answer<Method.Reply> {
        Answer(try await self.call(Method.self, try Failure.parameters(of: call)))
    }

    /// The same with the parameters and the reply as they are on the wire.
    func call<Method: ControlMethod>(
        _ method: Method.Type, _ parameters: JSONObject
    ) async throws(Failure) -> JSONObject {
        let patience = Patience(self)
        defer { patience.end() }
        do {
            return try await client.call(Method.declaration.fullName, parameters)
        } catch {
            throw patience.hasGivenUp ? .noAnswer(socket) : Failure(anyOf: error, socket: socket)
        }
    }

    /// Calls a method for a stream of replies, and hands over each as it comes, on the connection's own thread: until
    /// `receive` returns nothing more is read, so that whoever sends faster than it is taken has to wait. It ends with
    /// the stream.
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
            /// Says how it ended, once.
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

    /// Whether a daemon is there: the simplest call, on a connection of its own, comes back within so long, answered or
    /// refused.
    fileprivate func isAnswered(within time: Duration) async -> Bool {
        let other: VarlinkClient
        do {
            other = try await VarlinkClient.connect(path: socket, eventLoopGroup: Self.group)
        } catch {
            // A queue that is full is taken from by nobody. Anything else ends the command's own connection too.
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

/// Waits for an answer as long as the daemon is there, however long the call takes: when nothing has come for a while,
/// the daemon is asked something that it answers at once. Where it does not answer that either, the connection is closed.
private final class Patience: Sendable {
    private struct State {
        var task: Task<Void, Never>?
        var hasEnded = false
        var hasGivenUp = false
    }

    private let state = Mutex(State())

    /// - Parameter asksOnce: Whether the daemon is asked one time alone: a stream may be silent for days.
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

    /// An answer has come.
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
    /// As it came.
    let json: JSONObject

    init(_ json: JSONObject) { self.json = json }

    /// What it says. Members that are not known are passed over, so that an older conciergectl understands a newer
    /// daemon.
    func read() throws(Failure) -> Reply {
        do {
            return try JSONCoding.decode(Reply.self, from: .object(json))
        } catch {
            throw .unreadable((error as? DecodingError)?.member ?? "")
        }
    }
}

extension DecodingError {
    /// The innermost member that is missing or of another type.
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
