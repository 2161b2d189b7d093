import JSON
import NIOCore
import Synchronization
import Testing
import Varlink

@Suite("The order of calls and answers", .timeLimit(.minutes(20)))
struct ServerOrderTests {
    private func message(_ method: String, _ key: Int, _ flag: String = "") -> String {
        #"{"method":"org.example.test.\#(method)","parameters":{"key":"\#(key)"}\#(flag)}|"#
    }

    private func reply(_ key: Int) -> String { #"{"parameters":{"key":"\#(key)"}}"# }

    @Test("Answers are sent in the order of the calls, and only the first answer to each call")
    func order() async throws {
        let calls = Feed<HeldCall>()
        let service = try await TestService(body: calls.body)
        let peer = try RawPeer(service.path)
        try peer.send((0..<5).map { message("Share", $0) }.joined())
        var held: [HeldCall] = []
        for _ in 0..<5 { held.append(await calls.next()) }
        for index in [3, 1, 4, 0, 2] {
            held[index].answer()
            held[index].responder.fail(.permissionDenied)
        }
        try peer.send(message("Share", 5))
        await calls.next().answer()
        #expect(try await peer.messages(6) == (0..<6).map(reply))
        await service.stop()
    }

    @Test("A call that may not overlap waits for the calls before it, and later calls wait for it")
    func overlap() async throws {
        let calls = Feed<HeldCall>()
        let service = try await TestService(body: calls.body)
        let peer = try RawPeer(service.path)
        try peer.send(message("Share", 0) + message("Share", 1) + message("Hold", 2) + message("Share", 3))
        let first = await calls.next()
        let second = await calls.next()
        try await second.settle()
        #expect(calls.count == 0)
        second.answer()
        try await second.settle()
        #expect(calls.count == 0)
        first.answer()
        let alone = await calls.next()
        try await alone.settle()
        #expect(alone.key == "2" && calls.count == 0)
        alone.answer()
        let last = await calls.next()
        #expect(last.key == "3")
        last.answer()
        #expect(try await peer.messages(4) == (0..<4).map(reply))
        await service.stop()
    }

    @Test("The number of concurrent calls is limited, and each answer admits the next call")
    func limit() async throws {
        let calls = Feed<HeldCall>()
        let service = try await TestService(body: calls.body)
        let peer = try RawPeer(service.path)
        try peer.send((0..<300).map { message("Share", $0) }.joined())
        var held: [HeldCall] = []
        for _ in 0..<128 { held.append(await calls.next()) }
        try await held[0].settle()
        #expect(calls.count == 0)
        held[0].answer()
        held.append(await calls.next())
        try await held[0].settle()
        #expect(calls.count == 0)
        for index in 1..<300 {
            if index == held.count { held.append(await calls.next()) }
            held[index].answer()
        }
        #expect(try await peer.messages(300) == (0..<300).map(reply))
        await service.stop()
    }

    @Test("A stream keeps its place, and answers to later calls follow its last reply")
    func streamHoldsPlace() async throws {
        let calls = Feed<HeldCall>()
        let service = try await TestService(body: calls.body)
        let peer = try RawPeer(service.path)
        try peer.send(message("Share", 0) + message("Share", 1, #","more":true"#) + message("Share", 2))
        let first = await calls.next()
        let stream = await calls.next()
        let last = await calls.next()
        #expect(stream.call.more && !first.call.more)
        #expect(stream.responder.continues(["key": "a"]))
        last.answer()
        #expect(stream.responder.continues(encoded: Array(#"{"key":"b"}"#.utf8)))
        first.answer()
        #expect(
            try await peer.messages(3) == [
                reply(0), #"{"parameters":{"key":"a"},"continues":true}"#,
                #"{"parameters":{"key":"b"},"continues":true}"#,
            ]
        )
        stream.answer()
        #expect(try await peer.messages(2) == [reply(1), reply(2)])
        await service.stop()
    }

    @Test("The first final answer counts, and later ones are ignored")
    func firstAnswer() async throws {
        let service = try await TestService { call, responder in
            responder.reply(call.parameters)
            responder.fail(.permissionDenied)
            responder.reply(["text": "again"])
            #expect(!responder.continues(["text": "more"]))
        }
        let client = try await service.client()
        for text in ["a", "b"] {
            #expect(try await client.call("org.example.test.Echo", ["text": .string(text)])["text"] == .string(text))
        }
        await service.stop()
    }

    @Test("A oneway call gets no answer, but later calls wait until it is done")
    func oneway() async throws {
        let calls = Feed<HeldCall>()
        let service = try await TestService(body: calls.body)
        let peer = try RawPeer(service.path)
        try peer.send(message("Hold", 0, #","oneway":true"#) + message("Hold", 1))
        let first = await calls.next()
        try await first.settle()
        #expect(first.call.oneway && calls.count == 0)
        first.responder.fail(.permissionDenied)
        await calls.next().answer()
        #expect(try await peer.messages(1) == [reply(1)])
        await service.stop()
    }

    @Test("Oneway calls of a disconnected peer are executed; its calls that need a reply are not")
    func lastWords() async throws {
        let calls = Feed<HeldCall>()
        let service = try await TestService(body: calls.body)
        var peer: RawPeer? = try RawPeer(service.path)
        try peer?.send((0..<3).map { message("Hold", $0, #","oneway":true"#) }.joined())
        try peer?.send(message("Hold", 3) + message("Hold", 4, #","oneway":true"#))
        peer = nil
        let first = await calls.next()
        let closed = Feed<Bool>()
        first.responder.onClose { closed.add(true) }
        #expect(await closed.next())
        first.answer()
        for key in ["1", "2", "4"] {
            let call = await calls.next()
            #expect(call.key == key)
            call.answer()
        }
        await service.stop()
    }

    @Test("A handler is notified when the peer has disconnected, even if it asks later")
    func gone() async throws {
        let calls = Feed<HeldCall>()
        let service = try await TestService(body: calls.body)
        var peer: RawPeer? = try RawPeer(service.path)
        try peer?.send(message("Share", 0, #","more":true"#))
        let held = await calls.next()
        let told = Feed<Int>()
        held.responder.onClose { told.add(1) }
        #expect(held.responder.continues(["key": "a"]))
        _ = try await peer?.messages(1)
        peer = nil
        #expect(await told.next() == 1)
        #expect(!held.responder.continues(["key": "b"]))
        held.responder.onClose { told.add(2) }
        #expect(await told.next() == 2)
        held.answer()
        await service.stop()
    }

    @Test("Answers from many threads reach many connections, complete and in order")
    func manyThreads() async throws {
        let service = try await TestService { call, responder in
            Task { responder.reply(call.parameters) }
        }
        try await withThrowingTaskGroup { group in
            for connection in 0..<8 {
                let peer = try RawPeer(service.path)
                group.addTask {
                    for round in 0..<10 {
                        let keys = (0..<100).map { connection * 10_000 + round * 100 + $0 }
                        try peer.send(keys.map { message("Share", $0) }.joined())
                        #expect(try await peer.messages(100) == keys.map(reply))
                    }
                }
            }
            try await group.waitForAll()
        }
        await service.stop()
    }
}
