import JSON
import NIOCore
import Testing
import Varlink

@Suite("How a server handles messages", .timeLimit(.minutes(20)))
struct ServerMessageTests {
    static let call = #"{"method":"org.example.test.Echo","parameters":{"text":"a"}}"#
    static let reply = #"{"parameters":{"text":"a"}}"#

    @Test("A message that arrives in several pieces is answered, and so are several messages in one piece")
    func pieces() async throws {
        let service = try await TestService()
        let peer = try RawPeer(service.path)
        try peer.send(String(Self.call.prefix(20)))
        try peer.send(String(Self.call.dropFirst(20)) + "|" + Self.call + "|" + String(Self.call.prefix(5)))
        #expect(try await peer.messages(2) == [Self.reply, Self.reply])
        try peer.send(String(Self.call.dropFirst(5)) + "|")
        #expect(try await peer.messages(1) == [Self.reply])
        await service.stop()
    }

    @Test(
        "White space, null parameters and false flags have no effect",
        arguments: [
            #" { "method" : "org.varlink.service.GetInfo" , "parameters" : null } "#,
            #"{"more":false,"oneway":false,"upgrade":false,"method":"org.varlink.service.GetInfo","parameters":{}}"#,
            "\n{\"method\":\"org.varlink.service.GetInfo\",\"more\":true}\n",
        ]
    )
    func harmless(message: String) async throws {
        let service = try await TestService()
        let peer = try RawPeer(service.path)
        try peer.send(message + "|")
        let info =
            #"{"parameters":{"vendor":"Example","product":"Test","version":"1.2.3","url":"https://example.org/","#
            + #""interfaces":["org.varlink.service","org.example.test"]}}"#
        #expect(try await peer.messages(1) == [info])
        await service.stop()
    }

    @Test(
        "A peer that does not speak Varlink gets the replies to its valid calls and is disconnected",
        arguments: [
            ("hello", "expected a value, found 'h' at byte 0"),
            ("", "expected a value, found the end at byte 0"),
            ("[]", "not an object but of the type array"),
            ("{}", "no method"),
            (#"{"method":1}"#, "'method' cannot be of the type int"),
            (#"{"method":"a.B","parameters":[]}"#, "'parameters' cannot be of the type array"),
            (#"{"method":"a.B","more":1}"#, "'more' cannot be of the type int"),
            (#"{"method":"a.B","extra":1}"#, "unknown key \"extra\""),
            (#"{"method":"a.B","more":true,"oneway":true}"#, "more, oneway and upgrade exclude each other"),
            (#"{"method":"a.B","method":"a.B"}"#, "the key \"method\" is there twice at byte 16"),
        ]
    )
    func malformed(message: String, reason: String) async throws {
        let service = try await TestService()
        let peer = try RawPeer(service.path)
        try peer.send("\(Self.call)|\(message)|\(Self.call)|")
        #expect(await peer.rest() == Self.reply + "|")
        guard case .closedMalformed(_, _, reason) = await service.events.next() else {
            Issue.record("another event or reason")
            return
        }
        await service.stop()
    }

    @Test("The server does not wait for the end of a message that exceeds the limit")
    func oversized() async throws {
        var configuration = VarlinkServer.Configuration()
        configuration.maximumMessageSize = 1000
        let service = try await TestService(configuration: configuration)
        let peer = try RawPeer(service.path)
        try peer.send(Self.call + "|" + String(repeating: " ", count: 1001))
        #expect(await peer.rest() == Self.reply + "|")
        guard case .closedTooLong(_, _, limit: 1000) = await service.events.next() else {
            Issue.record("another event")
            return
        }
        await service.stop()
    }

    @Test("A peer that sends without end is disconnected at the limit")
    func endless() async throws {
        let service = try await TestService()
        let peer = try RawPeer(service.path)
        var sent = 0
        while true {
            let count = peer.sendWhilePossible([UInt8](repeating: 0x20, count: 65536))
            if count == 0 { break }
            sent += count
            try #require(sent < 4 * 1024 * 1024)
        }
        #expect(sent > 1024 * 1024)
        await service.stop()
    }

    @Test("The server's own refusals are the standard errors")
    func errors() async throws {
        let service = try await TestService()
        let client = try await service.client()
        let cases: [(String, JSONObject, VarlinkError)] = [
            ("org.example.missing.Echo", [:], .interfaceNotFound("org.example.missing")),
            ("org.example.test.Missing", [:], .methodNotFound("org.example.test.Missing")),
            ("Echo", [:], .methodNotFound("Echo")),
            ("org.varlink.service.Missing", [:], .methodNotFound("org.varlink.service.Missing")),
            ("org.varlink.service.GetInfo", ["a": 1], .invalidParameter("a")),
            ("org.varlink.service.GetInterfaceDescription", [:], .invalidParameter("interface")),
            ("org.varlink.service.GetInterfaceDescription", ["interface": "a.b"], .interfaceNotFound("a.b")),
            ("org.example.test.Echo", [:], .invalidParameter("text")),
            ("org.example.test.Echo", ["text": 1], .invalidParameter("text")),
            ("org.example.test.Echo", ["text": "", "more": 1], .invalidParameter("more")),
        ]
        for (method, parameters, error) in cases {
            await #expect(throws: error) { try await client.call(method, parameters) }
        }
        await service.stop()
    }

    @Test(
        "A method cannot upgrade its connection",
        arguments: ["org.example.test.Echo", "org.varlink.service.GetInfo"])
    func upgrade(method: String) async throws {
        let service = try await TestService()
        let peer = try RawPeer(service.path)
        try peer.send(#"{"method":"\#(method)","upgrade":true}|"#)
        #expect(
            try await peer.messages(1) == [
                #"{"error":"org.varlink.service.MethodNotImplemented","parameters":{"method":"\#(method)"}}"#
            ]
        )
        await service.stop()
    }

    @Test("Interface definitions are returned byte for byte")
    func description() async throws {
        let service = try await TestService()
        let client = try await service.client()
        let own = try await client.call(
            "org.varlink.service.GetInterfaceDescription", ["interface": "org.example.test"])
        #expect(own == ["description": .string(TestService.definition)])
        let standard = try await client.call(
            "org.varlink.service.GetInterfaceDescription", ["interface": "org.varlink.service"])
        let read = try InterfaceDefinition(try #require(standard["description"]?.stringValue))
        #expect(read.methods.map(\.name) == ["GetInfo", "GetInterfaceDescription"])
        #expect(read.errors.count == 6)
        await service.stop()
    }

    @Test("A peer that has finished sending still gets its answers before the connection is closed")
    func halfClose() async throws {
        let calls = Feed<HeldCall>()
        let service = try await TestService(body: calls.body)
        let peer = try RawPeer(service.path)
        try peer.send(#"{"method":"org.example.test.Hold","parameters":{"key":"1"}}|"#)
        try peer.send(#"{"method":"org.example.test.Hold","parameters":{"key":"2"}}|{"method":"#)
        peer.finishSending()
        let first = await calls.next()
        try await first.settle()
        first.answer()
        await calls.next().answer()
        #expect(await peer.rest() == #"{"parameters":{"key":"1"}}|{"parameters":{"key":"2"}}|"#)
        await service.stop()
    }

    @Test("The connection of a peer that finishes without sending a call is closed")
    func silence() async throws {
        let service = try await TestService()
        let peer = try RawPeer(service.path)
        peer.finishSending()
        #expect(await peer.rest() == "")
        await service.stop()
    }
}
