import Dispatch
import Glibc
import JSON
import NIOCore
import Testing
import Varlink

@Suite("A server and its peers", .timeLimit(.minutes(20)))
struct ServerPeerTests {
    @Test("A call has the credentials of its caller, as the kernel reports them")
    func credentials() async throws {
        let calls = Feed<HeldCall>()
        let service = try await TestService(body: calls.body)
        let client = try await service.client()
        async let reply = client.call("org.example.test.Hold", ["key": "k"])
        let held = await calls.next()
        var groups = [gid_t](repeating: 0, count: 65_536)
        let count = max(0, Int(getgroups(65_536, &groups)))
        #expect(
            held.call.peer
                == VarlinkPeer(
                    uid: geteuid(), gid: getegid(), pid: getpid(), groups: Array(groups[..<count]).sorted()))
        #expect(held.call.method == "org.example.test.Hold")
        #expect(held.call.interface == "org.example.test" && held.call.name == "Hold")
        held.answer()
        #expect(try await reply == ["key": "k"])
        let other = try await service.client()
        async let second = other.call("org.example.test.Hold", ["key": "k"])
        let next = await calls.next()
        #expect(next.call.connection != held.call.connection)
        next.answer()
        _ = try await second
        await service.stop()
    }

    @Test("A peer that does not read its stream is disconnected, and no other peer waits", arguments: [true, false])
    func slowReader(feedsOnLoop: Bool) async throws {
        let ended = Feed<Bool>()
        let service = try await TestService { call, responder in
            guard call.more else { return responder.reply(call.parameters) }
            responder.onClose { ended.add(true) }
            let part = Array(#"{"text":"\#(String(repeating: "x", count: 1000))"}"#.utf8)
            let feed: @Sendable () -> Void = { while responder.continues(encoded: part) {} }
            if feedsOnLoop {
                responder.eventLoop.execute(feed)
            } else {
                DispatchQueue(label: "feed").async(execute: feed)
            }
        }
        let slow = try RawPeer(service.path)
        let client = try await service.client()
        try slow.send(#"{"method":"org.example.test.Echo","parameters":{"text":""},"more":true}|"#)
        for index in 0..<100 {
            let text = JSON("\(index)")
            #expect(try await client.call("org.example.test.Echo", ["text": text]) == ["text": text])
        }
        guard case .droppedSlowPeer(_, _, let pending) = await service.events.next() else {
            Issue.record("another event")
            return
        }
        #expect(pending > 1024 * 1024)
        #expect(await ended.next())
        #expect(try await client.call("org.example.test.Echo", ["text": "after"]) == ["text": "after"])
        await service.stop()
    }

    @Test("A peer that reads its stream can receive far more than the limit of pending bytes")
    func fastReader() async throws {
        let calls = Feed<HeldCall>()
        var configuration = VarlinkServer.Configuration()
        configuration.maximumPendingBytes = 100_000
        let service = try await TestService(configuration: configuration, body: calls.body)
        let peer = try RawPeer(service.path)
        try peer.send(#"{"method":"org.example.test.Hold","parameters":{"key":""},"more":true}|"#)
        let held = await calls.next()
        for index in 0..<200 {
            let text = JSON(String(repeating: "x", count: 10_000))
            #expect(held.responder.continues(["key": text]))
            #expect(try await peer.messages(1) == [#"{"parameters":{"key":\#(text)},"continues":true}"#], "\(index)")
        }
        held.answer()
        #expect(try await peer.messages(1).count == 1)
        #expect(service.events.count == 0)
        await service.stop()
    }

    @Test("Replies sent in one turn of the event loop do not count against a peer that has had no time to read")
    func burst() async throws {
        var configuration = VarlinkServer.Configuration()
        configuration.maximumPendingBytes = 20_000
        let service = try await TestService(configuration: configuration) { _, responder in
            let text = JSON(String(repeating: "x", count: 10_000))
            for _ in 0..<5 { #expect(responder.continues(["text": text])) }
            responder.reply(["text": "end"])
        }
        let peer = try RawPeer(service.path)
        try peer.send(#"{"method":"org.example.test.Echo","parameters":{"text":""},"more":true}|"#)
        #expect(try await peer.messages(6).last == #"{"parameters":{"text":"end"}}"#)
        await service.stop()
    }

    @Test("Calls of a peer that does not read its answers are read and answered once it does")
    func unreadAnswers() async throws {
        let service = try await TestService()
        let peer = try RawPeer(service.path)
        let text = String(repeating: "x", count: 50_000)
        let call = Array(#"{"method":"org.example.test.Echo","parameters":{"text":"\#(text)"}}"#.utf8) + [0]
        async let isSent: Void = peer.send(call, times: 60)
        let replies = try await peer.messages(60)
        try await isSent
        #expect(replies.count == 60)
        #expect(replies.allSatisfy { $0 == #"{"parameters":{"text":"\#(text)"}}"# })
        await service.stop()
    }

    @Test("Connections beyond the limit are closed at once")
    func connectionLimit() async throws {
        var configuration = VarlinkServer.Configuration()
        configuration.maximumConnections = 1
        let service = try await TestService(configuration: configuration)
        let client = try await service.client()
        _ = try await client.call("org.varlink.service.GetInfo")
        let refused = try RawPeer(service.path)
        #expect(await refused.rest() == "")
        #expect(await service.events.next() == .refusedConnection(limit: 1))
        #expect(service.server.connectionCount == 1)
        await client.close()
        await service.stop()
    }
}
