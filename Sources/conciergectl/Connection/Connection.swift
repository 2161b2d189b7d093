import JSON
import NIOPosix
import Synchronization
import Varlink

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

    /// Calls a method and awaits its reply.
    func call(_ method: Method, _ parameters: JSONObject = [:]) async throws(Failure) -> JSONObject {
        do {
            return try await client.call(method.rawValue, parameters)
        } catch {
            throw Failure(anyOf: error, socket: socket)
        }
    }

    /// Calls a method for a stream of replies, and hands over each as it comes; it ends with the stream.
    func stream(
        _ method: Method, _ parameters: JSONObject, _ receive: (JSONObject) throws -> Void
    ) async throws {
        var replies = client.stream(method.rawValue, parameters).makeAsyncIterator()
        while let reply = try await next(&replies) { try receive(reply) }
    }

    /// Calls a method for a stream of replies, each handed over on the connection's own thread: until `receive` returns,
    /// nothing more is read, so that whoever sends faster than it is taken has to wait.
    func receive(
        _ method: Method, _ parameters: JSONObject = [:],
        _ receive: @escaping @Sendable (JSONObject) throws(Failure) -> Void
    ) async throws(Failure) {
        let failure = await withCheckedContinuation { (ended: CheckedContinuation<Failure?, Never>) in
            let isOver = Mutex(false)
            /// Says how it ended, once.
            @Sendable func end(_ failure: Failure?) {
                let isFirst = isOver.withLock { over in
                    defer { over = true }
                    return !over
                }
                if isFirst { ended.resume(returning: failure) }
            }
            client.send(method.rawValue, parameters, more: true) { result in
                do {
                    let reply = try result.get()
                    guard !isOver.withLock(\.self) else { return }
                    try receive(try reply.get())
                    if !reply.continues { end(nil) }
                } catch {
                    end(Failure(anyOf: error, socket: socket))
                }
            }
        }
        if let failure { throw failure }
    }

    private func next(
        _ replies: inout AsyncThrowingStream<JSONObject, any Error>.Iterator
    ) async throws(Failure) -> JSONObject? {
        do {
            return try await replies.next()
        } catch {
            throw Failure(anyOf: error, socket: socket)
        }
    }
}

extension Failure {
    fileprivate init(anyOf error: any Error, socket: String) {
        switch error {
        case let failure as Failure: self = failure
        case let error as VarlinkError: self.init(error)
        case let error as VarlinkConnectionError: self.init(error, socket: socket)
        default: self = .unreachable("Unreachable", socket, Words(same: "\(error)"))
        }
    }
}

/// The daemon's methods that conciergectl calls.
enum Method: String, Sendable {
    case status = "org.concierged.Manager.Status"
    case providers = "org.concierged.Manager.Providers"
    case services = "org.concierged.Manager.Services"
    case schedules = "org.concierged.Manager.Schedules"
    case pauseProvider = "org.concierged.Manager.PauseProvider"
    case resumeProvider = "org.concierged.Manager.ResumeProvider"
    case pauseSchedule = "org.concierged.Manager.PauseSchedule"
    case resumeSchedule = "org.concierged.Manager.ResumeSchedule"
    case reload = "org.concierged.Manager.Reload"
    case backup = "org.concierged.Manager.Backup"
    case open = "org.concierged.Requests.Open"
    case release = "org.concierged.Requests.Release"
    case releaseProvider = "org.concierged.Manager.ReleaseProvider"
    case act = "org.concierged.Requests.Act"
    case get = "org.concierged.Requests.Get"
    case list = "org.concierged.Requests.List"
    case watch = "org.concierged.Requests.Watch"
    case tasks = "org.concierged.Tasks.List"
    case trigger = "org.concierged.Tasks.Trigger"
    case getRun = "org.concierged.Tasks.GetRun"
    case listRuns = "org.concierged.Tasks.ListRuns"
    case watchRun = "org.concierged.Tasks.WatchRun"
    case retryRun = "org.concierged.Tasks.RetryRun"
    case cancelRun = "org.concierged.Tasks.CancelRun"
}
