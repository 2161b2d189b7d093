import ConciergeKit
import Testing

@Suite("Stored records")
struct RecordCodingTests {
    private struct Record: Codable, Equatable {
        var overrideReason: String?
        var collectedAt: Instant?
        var photoURL: String?
        var residentID = "apt-3"
        var line2: String?
        var notes: [String: String] = [:]
    }

    @Test("A record is read as it was stored, whatever its names look like")
    func roundTrip() throws {
        let record = Record(
            overrideReason: "a/b", collectedAt: Instant(milliseconds: 5), photoURL: "u", line2: "x",
            notes: ["someKey": "a", "other_key": "b"])
        let bytes = try RecordCoding.encode(record)
        #expect(try RecordCoding.decode(Record.self, from: bytes) == record)
        #expect(String(decoding: bytes, as: UTF8.self).contains(#""override_reason":"a/b""#))
    }

    @Test("Equal records are stored as the same bytes")
    func sameBytes() throws {
        let record = Record(overrideReason: "a", photoURL: "u", line2: "x", notes: ["a": "1", "b": "2", "c": "3"])
        let first = try RecordCoding.encode(record)
        for _ in 0..<500 { #expect(try RecordCoding.encode(record) == first) }
    }
}
