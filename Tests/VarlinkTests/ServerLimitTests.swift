import Dispatch
import Glibc
import JSON
import NIOCore
import NIOPosix
import Synchronization
import Testing
import Varlink

@Suite("What a server keeps its peers to", .timeLimit(.minutes(3)))
struct ServerLimitTests {
    private static let call = #"{"method":"org.example.test.Echo","parameters":{"text":"a"}}|"#

    @Test("A peer with very many calls has them answered in turn with the others' calls")
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

    @Test("Calls that come after a peer has finished sending are all answered, however many there are")
    func lastCalls() async throws {
        let service = try await TestService()
        let peer = try RawPeer(service.path)
        try peer.send(String(repeating: Self.call, count: 2000))
        peer.finishSending()
        let text = await peer.rest()
        #expect(text == String(repeating: #"{"parameters":{"text":"a"}}|"#, count: 2000))
        await service.stop()
    }

    @Test("Answers that nobody reads are bounded for all peers together; whoever holds the most is cut off")
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
        // Each has a buffer of a mebibyte, two of which may be held.
        for _ in 0..<6 {
            guard case .droppedSlowPeer(_, _, let pending) = await service.events.next() else {
                Issue.record("another event")
                return
            }
            #expect(pending > 200_000)
        }
        // Who reads is served.
        let client = try await service.client()
        for _ in 0..<20 {
            #expect(try await client.call("org.example.test.Echo", ["text": ""])["text"] == .string(text))
        }
        #expect(service.server.connectionCount < 9 && service.server.connectionCount >= 2)
        withExtendedLifetime(peers) {}
        await service.stop()
    }

    @Test("What short replies hold is what they are counted as, and not a buffer for each")
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
        // A long one first, after which there is a large buffer for the next.
        let long = Array(#"{"key":"\#(String(repeating: "x", count: 40_000))"}"#.utf8)
        for call in held { _ = call.responder.continues(encoded: long) }
        try await held[0].settle()
        let part = Array(#"{"key":"\#(String(repeating: "x", count: 250))"}"#.utf8)
        // As committed lines come: a turn of the loop for each.
        for _ in 0..<1500 {
            for call in held { _ = call.responder.continues(encoded: part) }
            try await held[0].settle()
        }
        // What did not fit into the sockets, in buffers that have grown by doubling; other tests take some too.
        let grown = try dataBytes() - before
        #expect(grown < 150 << 20, "\(grown)")
        #expect(service.events.count == 0)
        for call in held { call.answer() }
        withExtendedLifetime(peers) {}
        await service.server.stop(within: .milliseconds(1))
    }

    /// How much memory this process has for its data (proc(5), statm).
    private func dataBytes() throws -> Int {
        let file = try #require(fopen("/proc/self/statm", "r"))
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 200)
        try #require(fgets(&line, 200, file) != nil)
        let fields = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self).split(separator: " ")
        return try #require(Int(fields[5])) * sysconf(Int32(_SC_PAGESIZE))
    }

    @Test("A user has as many connections as one may; some of all are kept, and who may have any has any")
    func users() async throws {
        var configuration = VarlinkServer.Configuration()
        configuration.maximumConnections = 5
        configuration.keptConnections = 2
        configuration.maximumConnectionsPerUser = 2
        let granted = Granted()
        configuration.standing = { _ in granted.standing }
        let service = try await TestService(configuration: configuration)
        var open: [VarlinkClient] = []
        // Who is refused may see its connection close before or after it has made a call.
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
        // As many of this user are open; one of a higher standing has no more of its own.
        granted.standing = .preferred
        #expect(await !connect())
        _ = await service.events.next()
        granted.standing = .unlimited
        for _ in 0..<3 { #expect(await connect()) }
        #expect(await !connect())
        #expect(await service.events.next() == .refusedConnection(limit: 5))
        // What is closed is free again.
        await open.removeLast().close()
        while service.server.connectionCount == 5 { await Task.yield() }
        #expect(await connect())
        await service.stop()
    }

    @Test("The last connections are kept for those of a higher standing")
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

    @Test("As many may wait for a socket that was handed over as are configured, and who finds the queue full waits")
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
        // The loop is held: nothing is accepted.
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
