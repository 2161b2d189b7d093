import Glibc
import JSON
import NIOPosix
import Testing
import Varlink

@Suite("Starting and stopping a server", .timeLimit(.minutes(20)))
struct ServerLifeTests {
    private func start(_ listener: VarlinkListener) async throws -> VarlinkServer {
        try await VarlinkServer.start(
            at: listener,
            service: ServiceInfo(vendor: "", product: "", version: "", url: ""),
            handler: TestService.Handler(interfaces: [], body: TestService.echo),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton
        )
    }

    private func mode(_ path: String) -> UInt32? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode : nil
    }

    @Test("The socket has the requested permissions and is removed at the stop", arguments: [0o660, 0o600, 0o666])
    func permissions(wanted: UInt32) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/socket"
        let server = try await start(.path(path, mode: wanted))
        #expect(mode(path) == S_IFSOCK | wanted)
        await server.stop(within: .seconds(20))
        #expect(mode(path) == nil)
    }

    @Test("A socket at which no process answers is replaced")
    func deadSocket() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/socket"
        close(try RawSocket.listening(at: path))
        #expect(mode(path) != nil)
        let server = try await start(.path(path))
        let client = try await VarlinkClient.connect(
            path: path, eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
        #expect(try await client.call("org.varlink.service.GetInfo").count == 5)
        await server.stop(within: .seconds(20))
    }

    @Test("A socket at which a process answers is left alone and continues to answer")
    func livingSocket() async throws {
        let service = try await TestService()
        await #expect(throws: VarlinkServerError.inUse(path: service.path)) { try await start(.path(service.path)) }
        #expect(try await service.client().call("org.example.test.Echo", ["text": "x"]) == ["text": "x"])
        await service.stop()
    }

    @Test("A socket that is too busy to answer counts as in use")
    func busySocket() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/socket"
        let descriptor = try RawSocket.open(path, bind)
        try #require(listen(descriptor, 0) == 0)
        let peer = try RawPeer(path)
        await #expect(throws: VarlinkServerError.inUse(path: path)) { try await start(.path(path)) }
        withExtendedLifetime(peer) {}
        close(descriptor)
    }

    @Test("A file that is not a socket is left alone")
    func regularFile() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/socket"
        let descriptor = open(path, O_CREAT | O_WRONLY, 0o644)
        #expect(write(descriptor, "kept", 4) == 4)
        close(descriptor)
        await #expect(throws: VarlinkServerError.notASocket(path: path)) { try await start(.path(path)) }
        var status = stat()
        #expect(lstat(path, &status) == 0 && status.st_size == 4 && status.st_mode == S_IFREG | 0o644)
    }

    @Test("A path that cannot be bound is refused with the reason")
    func impossiblePaths() async throws {
        let long = "/tmp/" + String(repeating: "x", count: 200)
        await #expect(throws: VarlinkServerError.pathTooLong(path: long)) { try await start(.path(long)) }
        let missing = try TemporaryFolder().path + "/missing/socket"
        await #expect(throws: VarlinkServerError.system(call: "bind", path: missing, errno: ENOENT)) {
            try await start(.path(missing))
        }
    }

    @Test("An inherited socket is served and remains at its path")
    func activation() async throws {
        let service = try await TestService(isActivated: true)
        #expect(try await service.client().call("org.example.test.Echo", ["text": "x"]) == ["text": "x"])
        await service.stop()
        #expect(mode(service.path) != nil)
    }

    @Test("A path that another server has taken in the meantime is left to that server")
    func replaced() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/socket"
        let first = try await start(.path(path))
        unlink(path)
        let second = try await start(.path(path))
        await first.stop(within: .seconds(20))
        #expect(mode(path) != nil)
        await second.stop(within: .seconds(20))
        #expect(mode(path) == nil)
    }

    @Test("A stopping server lets pending calls be answered, closes idle connections and accepts no new ones")
    func gracefulStop() async throws {
        let calls = Feed<HeldCall>()
        let service = try await TestService(body: calls.body)
        let busy = try RawPeer(service.path)
        try busy.send(#"{"method":"org.example.test.Hold","parameters":{"key":"1"}}|"#)
        let held = await calls.next()
        let idle = try RawPeer(service.path)
        async let stopped: Void = service.stop()
        #expect(await idle.rest() == "")
        await #expect(throws: VarlinkConnectionError.cannotConnect(path: service.path, errno: ENOENT)) {
            try await service.client()
        }
        try busy.send(#"{"method":"org.example.test.Hold","parameters":{"key":"2"}}|"#)
        try await held.settle()
        held.answer()
        #expect(await busy.rest() == #"{"parameters":{"key":"1"}}|"#)
        await stopped
        #expect(service.server.connectionCount == 0 && calls.count == 0)
    }

    @Test("At the deadline of a stop all connections are closed, whatever they wait for, and a second stop waits too")
    func deadline() async throws {
        let calls = Feed<HeldCall>()
        let service = try await TestService(body: calls.body)
        let peer = try RawPeer(service.path)
        try peer.send(#"{"method":"org.example.test.Hold","parameters":{"key":"1"}}|"#)
        let held = await calls.next()
        let told = Feed<Bool>()
        held.responder.onClose { told.add(true) }
        async let first: Void = service.server.stop(within: .milliseconds(1))
        async let second: Void = service.server.stop(within: .seconds(20))
        _ = await (first, second)
        #expect(await told.next())
        #expect(await peer.rest() == "")
    }
}
