import NIOCore
import Testing

@testable import Varlink

@Suite("Framing")
struct MessageFramerTests {
    private func text(_ message: ByteBuffer?) -> String? { message.map { String(buffer: $0) } }

    @Test("Messages are found wherever the stream is split", arguments: 0...14)
    func split(at place: Int) throws {
        let bytes = Array("first\0\0second\0".utf8)
        var framer = MessageFramer(maximumSize: 6)
        var found: [String] = []
        for part in [bytes[..<place], bytes[place...]] {
            framer.receive(ByteBuffer(bytes: part))
            while let message = try framer.next() { found.append(String(buffer: message)) }
        }
        #expect(found == ["first", "", "second"])
    }

    @Test("A message may arrive byte by byte")
    func bytewise() throws {
        var framer = MessageFramer(maximumSize: 100)
        for byte in "hello".utf8 {
            framer.receive(ByteBuffer(bytes: [byte]))
            #expect(try framer.next() == nil)
        }
        framer.receive(ByteBuffer(string: "\0more"))
        #expect(text(try framer.next()) == "hello")
        #expect(try framer.next() == nil)
        framer.receive(ByteBuffer(string: "\0"))
        #expect(text(try framer.next()) == "more")
    }

    @Test("A message of exactly the limit is accepted, and one byte more is refused, with or without its end")
    func limit() throws {
        var framer = MessageFramer(maximumSize: 4)
        framer.receive(ByteBuffer(string: "1234"))
        #expect(try framer.next() == nil)
        framer.receive(ByteBuffer(string: "\0"))
        #expect(text(try framer.next()) == "1234")
        var ended = MessageFramer(maximumSize: 4)
        ended.receive(ByteBuffer(string: "12345\0"))
        #expect(throws: MessageFramer.TooLong.self) { try ended.next() }
        var endless = MessageFramer(maximumSize: 4)
        endless.receive(ByteBuffer(string: "12345"))
        #expect(throws: MessageFramer.TooLong.self) { try endless.next() }
    }

    @Test("Messages before one that is too long are still returned")
    func limitBehindGood() throws {
        var framer = MessageFramer(maximumSize: 4)
        framer.receive(ByteBuffer(string: "ok\0123456"))
        #expect(text(try framer.next()) == "ok")
        #expect(throws: MessageFramer.TooLong.self) { try framer.next() }
    }
}
