import Dispatch
import Glibc
import JSON
import NIOCore
import NIOPosix
import Synchronization
import Testing
import Varlink

@Suite("A server's limits for its peers", .timeLimit(.minutes(20)))
struct ServerLimitTests {
    private static let call = #"{"method":"org.example.test.Echo","parameters":{"text":"a"}}|"#

    @Test("The calls of a peer with very many calls alternate with the calls of other peers")
    func turns() async throws {
        let handled = Atomic(0)
        let begun = Feed<Bool>()
        let service = try await TestService { call, responder in
            if handled.add(1, ordering: .relaxed).newValue == 1 { begun.add(true) }
            usleep(300)
            responder.reply(call.parameters)
        }
        let client = try await service.client()
        _ = try await client.call("org.varlink.service.GetInfo")
        let busy = try RawPeer(service.path)
        let count = 2500
        try busy.send(String(repeating: Self.call, count: count))
        _ = await begun.next()
        let before = handled.load(ordering: .relaxed)
        _ = try await client.call("org.varlink.service.GetInfo")
        let fresh = try await service.client()
        _ = try await fresh.call("org.varlink.service.GetInfo")
        #expect(handled.load(ordering: .relaxed) - before < count / 2)
        #expect(try await busy.messages(count).count == count)
        await service.stop()
    }

    @Test("All calls of a peer that has finished sending are answered, however many they are")
    func lastCalls() async throws {
        let service = try await TestService()
        let peer = try RawPeer(service.path)
        try peer.send(String(repeating: Self.call, count: 2000))
        peer.finishSending()
        let text = await peer.rest()
        #expect(text == String(repeating: #"{"parameters":{"text":"a"}}|"#, count: 2000))
        await service.stop()
    }

    @Test("Unread answers are limited for all peers together, and the peer with the most of them is disconnected")
    func sum() async throws {
        var configuration = VarlinkServer.Configuration()
        configuration.maximumPendingBytesInAll = 2 << 20
        let text = String(repeating: "x", count: 700_000)
        let service = try await TestService(configuration: configuration) { _, responder in
            responder.reply(["text": .string(text)])
        }
        var peers: [RawPeer] = []
        for _ in 0..<8 {
            let peer = try RawPeer(service.path)
            try peer.send(Self.call)
            peers.append(peer)
        }
        // Each peer has a buffer of one mebibyte, and two such buffers are within the limit.
        for _ in 0..<6 {
            guard case .droppedSlowPeer(_, _, let pending) = await service.events.next() else {
                Issue.record("another event")
                return
            }
            #expect(pending > 200_000)
        }
        // A peer that reads is served.
        let client = try await service.client()
        for _ in 0..<20 {
            #expect(try await client.call("org.example.test.Echo", ["text": ""])["text"] == .string(text))
        }
        #expect(service.server.connectionCount < 9 && service.server.connectionCount >= 2)
        withExtendedLifetime(peers) {}
        await service.stop()
    }

    @Test("Unread short replies use about the memory that they are counted as, not a buffer each")
    func shortReplies() async throws {
        let calls = Feed<HeldCall>()
        let service = try await TestService(body: calls.body)
        var peers: [RawPeer] = []
        var held: [HeldCall] = []
        for _ in 0..<8 {
            let peer = try RawPeer(service.path)
            try peer.send(#"{"method":"org.example.test.Hold","parameters":{"key":"k"},"more":true}|"#)
            peers.append(peer)
            held.append(await calls.next())
        }
        let before = try dataBytes()
        // A long reply comes first, so that a large buffer exists for the next reply.
        let long = Array(#"{"key":"\#(String(repeating: "x", count: 40_000))"}"#.utf8)
        for call in held { _ = call.responder.continues(encoded: long) }
        try await held[0].settle()
        let part = Array(#"{"key":"\#(String(repeating: "x", count: 250))"}"#.utf8)
        // One turn of the event loop for each part, as with committed lines.
        for _ in 0..<3000 {
            for call in held { _ = call.responder.continues(encoded: part) }
            try await held[0].settle()
        }
        // The growth is what did not fit into the sockets, in buffers that grow by doubling, and the memory of other
        // tests. A buffer each would take 1500 MiB.
        let grown = try dataBytes() - before
        #expect(grown < 750 << 20, "\(grown)")
        #expect(service.events.count == 0)
        for call in held { call.answer() }
        withExtendedLifetime(peers) {}
        await service.server.stop(within: .milliseconds(1))
    }

    /// The size of this process's data memory in bytes (proc(5), statm).
    private func dataBytes() throws -> Int {
        let file = try #require(fopen("/proc/self/statm", "r"))
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 200)
        try #require(fgets(&line, 200, file) != nil)
        let fields = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self).split(separator: " ")
        return try #require(Int(fields[5])) * sysconf(Int32(_SC_PAGESIZE))
    }

    @Test(
        "The connections of one user are limited unless its standing is unlimited, and the limit of all still applies")
    func users() async throws {
        var configuration = VarlinkServer.Configuration()
        configuration.maximumConnections = 5
        configuration.keptConnections = 2
        configuration.maximumConnectionsPerUser = 2
        let granted = Granted()
        configuration.standing = { _ in granted.standing }
        let service = try await TestService(configuration: configuration)
        var open: [VarlinkClient] = []
        // The connection of a refused client may close before or after it has made a call.
        func connect() async -> Bool {
            guard let client = try? await service.client(),
                (try? await client.call("org.varlink.service.GetInfo")) != nil
            else { return false }
            open.append(client)
            return true
        }
        #expect(await connect())
        #expect(await connect())
        #expect(await !connect())
        guard case .refusedConnectionOfUser(let peer, limit: 2) = await service.events.next() else {
            Issue.record("another event")
            return
        }
        #expect(peer.uid == getuid())
        // This user has the maximum number of connections, which the standing `preferred` does not raise.
        granted.standing = .preferred
        #expect(await !connect())
        _ = await service.events.next()
        granted.standing = .unlimited
        for _ in 0..<3 { #expect(await connect()) }
        #expect(await !connect())
        #expect(await service.events.next() == .refusedConnection(limit: 5))
        // A closed connection can be used again.
        await open.removeLast().close()
        while service.server.connectionCount == 5 { await Task.yield() }
        #expect(await connect())
        await service.stop()
    }

    @Test("The last connections are kept for peers of a higher standing")
    func kept() async throws {
        var configuration = VarlinkServer.Configuration()
        configuration.maximumConnections = 3
        configuration.keptConnections = 1
        let granted = Granted()
        configuration.standing = { _ in granted.standing }
        let service = try await TestService(configuration: configuration)
        let first = try await service.client()
        let second = try await service.client()
        for client in [first, second] { _ = try await client.call("org.varlink.service.GetInfo") }
        #expect(await (try RawPeer(service.path)).rest() == "")
        #expect(await service.events.next() == .refusedConnection(limit: 3))
        granted.standing = .preferred
        let third = try await service.client()
        _ = try await third.call("org.varlink.service.GetInfo")
        await service.stop()
    }

    private final class Granted: Sendable {
        private let state = Mutex(ConnectionStanding.ordinary)
        var standing: ConnectionStanding {
            get { state.withLock(\.self) }
            set { state.withLock { $0 = newValue } }
        }
    }

    @Test("An inherited socket gets the configured backlog, and a client that finds the backlog full waits")
    func backlog() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/socket"
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var configuration = VarlinkServer.Configuration()
        configuration.backlog = 300
        let server = try await VarlinkServer.start(
            at: .descriptor(try RawSocket.listening(at: path)),
            service: ServiceInfo(vendor: "", product: "", version: "", url: ""),
            handler: TestService.Handler(interfaces: [], body: TestService.echo), configuration: configuration,
            eventLoopGroup: group)
        // The event loop is blocked, so nothing is accepted.
        let gate = DispatchSemaphore(value: 0)
        let isHeld = Feed<Bool>()
        group.any().execute {
            isHeld.add(true)
            gate.wait()
        }
        _ = await isHeld.next()
        var waiting: [Int32] = []
        for _ in 0..<301 {
            let descriptor = try RawSocket.open(path) { descriptor, address, length in
                _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
                return connect(descriptor, address, length)
            }
            waiting.append(descriptor)
        }
        await #expect(throws: VarlinkConnectionError.cannotConnect(path: path, errno: EAGAIN)) {
            try await VarlinkClient.connect(
                path: path, patience: .milliseconds(20), eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
        }
        async let late = VarlinkClient.connect(path: path, eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
        gate.signal()
        #expect(try await late.call("org.varlink.service.GetInfo").count == 5)
        for descriptor in waiting { close(descriptor) }
        await server.stop(within: .seconds(20))
        try await group.shutdownGracefully()
    }
}
