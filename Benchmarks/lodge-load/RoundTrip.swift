import ArgumentParser
import Glibc
import JSON
import NIOCore
import NIOPosix
import Varlink

/// Measures round trips on one connection with the project's own client. Each call is made when the previous call is
/// answered.
///
/// The call is `Get` of one request. With `--echo` the same code sends the same message to a server that echoes it.
struct RoundTrip: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "How long one call takes, through the project's own client library.")

    @Option(help: "The server's socket.") var socket: String
    @Flag(help: "The server sends back what it is sent.") var echo = false
    @Option(help: "Calls that are measured.") var calls = 20_000
    @Option(help: "Calls before that, not measured.") var warmUp = 2000

    func validate() throws {
        guard calls > 0, warmUp >= 0 else { throw ValidationError("Give a number of calls.") }
    }

    func run() async throws {
        let message = Workload.reading(echo ? "00000-00000" : try openOne(at: socket))
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let client = try await VarlinkClient.connect(path: socket, eventLoopGroup: group)
        let (calls, warmUp) = (calls, warmUp)
        let took = try await withCheckedThrowingContinuation { continuation in
            client.eventLoop.execute {
                Journey(client, message, warmUp: warmUp, calls: calls, continuation).go()
            }
        }
        await client.close()
        print(
            #"{"workload":"\#(echo ? "echo" : "get")","calls":\#(calls),\#(Percentiles(took).members(unit: "us", 1e3))}"#
        )
    }
}

/// Makes the calls, one after the other. Use it on the client's event loop only.
private final class Journey {
    private let client: VarlinkClient
    private let message: [UInt8]
    private let warmUp: Int
    private let calls: Int
    private let continuation: CheckedContinuation<[Int64], any Error>
    private var done = 0
    private var took: [Int64] = []

    init(
        _ client: VarlinkClient, _ message: [UInt8], warmUp: Int, calls: Int,
        _ continuation: CheckedContinuation<[Int64], any Error>
    ) {
        self.client = client
        self.message = message
        self.warmUp = warmUp
        self.calls = calls
        self.continuation = continuation
        took.reserveCapacity(calls)
    }

    func go() {
        let bound = NIOLoopBound(self, eventLoop: client.eventLoop)
        let began = nanoseconds(CLOCK_MONOTONIC)
        client.send(encoded: message) { bound.value.receive($0, sent: began) }
    }

    private func receive(_ result: Result<VarlinkReply, VarlinkConnectionError>, sent: Int64) {
        let elapsed = nanoseconds(CLOCK_MONOTONIC) - sent
        do {
            _ = try result.get().get()
        } catch {
            return continuation.resume(throwing: error)
        }
        done += 1
        if done > warmUp { took.append(elapsed) }
        if took.count < calls { go() } else { continuation.resume(returning: took) }
    }
}
