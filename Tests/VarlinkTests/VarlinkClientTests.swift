import Glibc
import JSON
import NIOPosix
import Testing
import Varlink

@Suite("The client", .timeLimit(.minutes(20)))
struct VarlinkClientTests {
    private func connect(_ path: String) async throws -> VarlinkClient {
        try await VarlinkClient.connect(path: path, eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
    }

    @Test("The error distinguishes the reasons why a socket cannot be reached")
    func cannotConnect() async throws {
        let folder = try TemporaryFolder()
        let missing = folder.path + "/missing"
        await #expect(throws: VarlinkConnectionError.cannotConnect(path: missing, errno: ENOENT)) {
            try await connect(missing)
        }
        let dead = folder.path + "/dead"
        close(try RawSocket.listening(at: dead))
        await #expect(throws: VarlinkConnectionError.cannotConnect(path: dead, errno: ECONNREFUSED)) {
            try await connect(dead)
        }
        let long = "/tmp/" + String(repeating: "x", count: 200)
        await #expect(throws: VarlinkConnectionError.cannotConnect(path: long, errno: ENAMETOOLONG)) {
            try await connect(long)
        }
        let described = VarlinkConnectionError.cannotConnect(path: "/s", errno: EACCES)
        #expect(described.description == "this user may not connect to /s")
        #expect(
            VarlinkConnectionError.cannotConnect(path: "/s", errno: EAGAIN).description
                == "cannot connect to /s: Resource temporarily unavailable"
        )
    }

    @Test("Concurrent calls from many tasks each get their own answer")
    func pipelining() async throws {
        let service = try await TestService { call, responder in
            Task { responder.reply(call.parameters) }
        }
        let client = try await service.client()
        try await withThrowingTaskGroup { group in
            for index in 0..<500 {
                group.addTask {
                    let text = JSON("call \(index)")
                    let reply = try await client.call("org.example.test.Echo", ["text": text])
                    #expect(reply == ["text": text])
                }
            }
            try await group.waitForAll()
        }
        await service.stop()
    }

    @Test("A client with the interface definitions fails each reply, error and stream part that does not match them")
    func checkedReplies() async throws {
        let service = try await TestService { call, responder in
            switch call.parameters["text"] {
            case "stream":
                _ = responder.continues(["text": "part"])
                _ = responder.continues(["text": 1])
                responder.reply(["text": "end"])
            case "unknown error": responder.fail(VarlinkError("org.example.test.Undefined"))
            case "foreign error": responder.fail(VarlinkError("org.example.other.Refused"))
            case "denied": responder.fail(.permissionDenied)
            case "more": responder.reply(["text": "a", "other": 1])
            case "less": responder.reply([:])
            default: responder.reply(call.parameters)
            }
        }
        let client = try await VarlinkClient.connect(
            path: service.path, checkingReplies: [try InterfaceDefinition(TestService.definition)],
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
        let method = "org.example.test.Echo"
        #expect(try await client.call(method, ["text": "right"]) == ["text": "right"])
        await #expect(throws: VarlinkError.permissionDenied) { try await client.call(method, ["text": "denied"]) }
        for wrong in ["unknown error", "foreign error", "more", "less"] {
            let error = await #expect(throws: VarlinkConnectionError.self) {
                try await client.call(method, ["text": .string(wrong)])
            }
            guard case .malformedReply = error else {
                Issue.record("\(wrong): \(String(describing: error))")
                continue
            }
        }
        var parts: [JSONObject] = []
        await #expect(throws: VarlinkConnectionError.self) {
            for try await part in client.stream(method, ["text": "stream"]) { parts.append(part) }
        }
        #expect(parts == [["text": "part"]])
        await service.stop()
    }

    @Test("A refusal is thrown with its name and parameters")
    func refusal() async throws {
        let error = VarlinkError("org.example.test.Refused", ["why": "closed today"])
        let service = try await TestService { _, responder in responder.fail(error) }
        let client = try await service.client()
        await #expect(throws: error) { try await client.call("org.example.test.Echo", ["text": "x"]) }
        await #expect(throws: error) {
            for try await _ in client.stream("org.example.test.Echo", ["text": "x"]) {}
        }
        await service.stop()
    }

    @Test("A stream yields every reply and ends after the last")
    func stream() async throws {
        let service = try await TestService { call, responder in
            guard call.more else { return responder.fail(.expectedMore) }
            for index in 0..<9 { #expect(responder.continues(["text": "\(index)"])) }
            responder.reply(["text": "9"])
        }
        let client = try await service.client()
        var texts: [String] = []
        for try await reply in client.stream("org.example.test.Echo", ["text": ""]) {
            texts.append(try #require(reply["text"]?.stringValue))
        }
        #expect(texts == (0..<10).map(String.init))
        await #expect(throws: VarlinkError.expectedMore) {
            try await client.call("org.example.test.Echo", ["text": ""])
        }
        await service.stop()
    }

    @Test("A reply that announces more to a call with a single reply is malformed and ends the connection")
    func continuesUnasked() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/socket"
        let listener = try RawSocket.listening(at: path)
        let client = try await connect(path)
        let reply = Task { try await client.call("org.example.test.Echo", ["text": ""]) }
        let peer = accept(listener, nil, nil)
        let twice = Array(#"{"parameters":{},"continues":true}|{"parameters":{},"continues":true}|"#.utf8)
            .map { $0 == UInt8(ascii: "|") ? 0 : $0 }
        #expect(send(peer, twice, twice.count, Int32(MSG_NOSIGNAL)) == twice.count)
        let error = await #expect(throws: VarlinkConnectionError.self) { try await reply.value }
        if case .malformedReply = error {} else { Issue.record("\(String(describing: error))") }
        close(peer)
        close(listener)
    }

    @Test("Leaving a stream closes its connection")
    func leaveStream() async throws {
        let closed = Feed<Bool>()
        let service = try await TestService { _, responder in
            responder.onClose { closed.add(true) }
            _ = responder.continues(["text": "first"])
        }
        let client = try await service.client()
        for try await _ in client.stream("org.example.test.Echo", ["text": ""]) { break }
        #expect(await closed.next())
        await #expect(throws: VarlinkConnectionError.closed) {
            try await client.call("org.example.test.Echo", ["text": ""])
        }
        await service.stop()
    }

    @Test("Calls without an answer fail when their connection is lost or closed", arguments: [true, false])
    func ends(isOurs: Bool) async throws {
        let calls = Feed<HeldCall>()
        let service = try await TestService(body: calls.body)
        let client = try await service.client()
        let waiting = (1...2).map { key in
            Task { try await client.call("org.example.test.Share", ["key": "\(key)"]) }
        }
        _ = await (calls.next(), calls.next())
        if isOurs { await client.close() } else { await service.server.stop(within: .milliseconds(1)) }
        let error: VarlinkConnectionError = isOurs ? .closed : .lost
        for call in waiting { await #expect(throws: error) { try await call.value } }
        await #expect(throws: error) { try await client.call("org.example.test.Echo", ["text": ""]) }
        await service.stop()
    }

    @Test("A oneway call gets no answer, and the call after it gets its own")
    func oneway() async throws {
        let calls = Feed<HeldCall>()
        let service = try await TestService(body: calls.body)
        let client = try await service.client()
        try await client.callOneway("org.example.test.Hold", ["key": "1"])
        async let reply = client.call("org.example.test.Hold", ["key": "2"])
        let first = await calls.next()
        #expect(first.key == "1" && first.call.oneway)
        first.answer()
        await calls.next().answer()
        #expect(try await reply == ["key": "2"])
        await service.stop()
    }

    @Test("A client without references closes its connection")
    func forgotten() async throws {
        let calls = Feed<HeldCall>()
        let service = try await TestService(body: calls.body)
        var client: VarlinkClient? = try await service.client()
        client?.send("org.example.test.Hold", ["key": "1"]) { _ in }
        let held = await calls.next()
        let closed = Feed<Bool>()
        held.responder.onClose { closed.add(true) }
        client = nil
        #expect(await closed.next())
        await service.stop()
    }

    @Test(
        "A service that does not speak Varlink causes another error than a lost connection",
        arguments: [
            "hello|", "[]|", #"{"parameters":1}|"#, #"{"error":1}|"#,
            #"{"parameters":{}}|{"parameters":{},"continues":true}|"#,
        ]
    )
    func malformedReply(reply: String) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/socket"
        let descriptor = try RawSocket.listening(at: path)
        let client = try await connect(path)
        let results = Feed<Result<VarlinkReply, VarlinkConnectionError>>()
        client.send("org.example.test.Echo") { results.add($0) }
        client.send("org.example.test.Echo", more: true) { results.add($0) }
        let accepted = accept(descriptor, nil, nil)
        let bytes = reply.utf8.map { $0 == UInt8(ascii: "|") ? 0 : $0 } + Array("x\0".utf8)
        #expect(write(accepted, bytes, bytes.count) == bytes.count)
        while true {
            guard case .failure(let error) = await results.next() else { continue }
            guard case .malformedReply = error else {
                Issue.record("\(error)")
                break
            }
            break
        }
        close(accepted)
        close(descriptor)
    }
}
