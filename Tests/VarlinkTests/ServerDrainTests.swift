import JSON
import Synchronization
import Testing
import Varlink

@Suite("Streams to a slow reader", .timeLimit(.minutes(20)))
struct ServerDrainTests {
    private static let parts = 200

    @Test("A slow reader receives all of a long stream without being disconnected, and little of it is held in memory")
    func slowReader() async throws {
        let sent = Feed<Int>()
        let text = String(repeating: "x", count: 100_000)
        let service = try await TestService { call, responder in
            Task {
                for number in 1...Self.parts {
                    guard responder.continues(["text": .string(text)]) else { return responder.reply(["text": ""]) }
                    sent.add(number)
                    await withCheckedContinuation { continuation in
                        responder.whenDrained { continuation.resume() }
                    }
                }
                responder.reply(["text": ""])
            }
        }
        let slow = try RawPeer(service.path)
        try slow.send(#"{"method":"org.example.test.Echo","parameters":{"text":""},"more":true}|"#)
        #expect(await sent.next() == 1)
        // The reader has read nothing yet: other calls are answered, and the sender waits once the socket is full.
        let client = try await service.client()
        for _ in 0..<50 { _ = try await client.call("org.varlink.service.GetInfo") }
        #expect(sent.count < 20)
        let messages = try await slow.messages(Self.parts + 1)
        #expect(messages.count == Self.parts + 1)
        #expect(service.events.count == 0)
        await service.stop()
    }

    @Test("A sender that waits for its reader continues when the connection ends", arguments: [true, false])
    func gone(isEarly: Bool) async throws {
        let calls = Feed<HeldCall>()
        let service = try await TestService(body: calls.body)
        var peer: RawPeer? = try RawPeer(service.path)
        try peer?.send(#"{"method":"org.example.test.Hold","parameters":{"key":"k"},"more":true}|"#)
        let held = await calls.next()
        let part: JSONObject = ["key": .string(String(repeating: "x", count: 900_000))]
        #expect(held.responder.continues(part))
        let went = Feed<Bool>()
        if isEarly { held.responder.whenDrained { went.add(true) } }
        peer = nil
        if !isEarly {
            held.responder.onClose { went.add(false) }
            #expect(await went.next() == false)
            held.responder.whenDrained { went.add(true) }
        }
        #expect(await went.next())
        held.answer()
        await service.stop()
    }
}
