import ConciergeKit
import JSON
import Testing

@Suite("Coding values as JSON")
struct JSONCodingTests {
    private struct Record: Codable, Equatable {
        var overrideReason: String?
        var photoURL: String?
        var URLName = "u"
        var residentID = "apt-3"
        var line2: String?
        var notes: [String: String] = [:]
        var counts: [Int: Bool] = [:]
        var parts: [[Int?]] = []
        var nested: Nested?
        var choice = Choice.plain
        var big: UInt64 = 0
        var small: Int64 = 0
        var ratio = 0.5
        var half: Float = 0
    }

    private struct Nested: Codable, Equatable {
        var wasReadAt: Int??
        var explicit: String
        var id2: [String: [String: Int]]

        enum CodingKeys: String, CodingKey {
            case wasReadAt = "was_read_at"
            case explicit = "_private_name"
            case id2 = "ID_two"
        }
    }

    private enum Choice: Codable, Equatable {
        case plain
        case inLodge(shelfPlace: String, _ row: Int)
        case URLCase(at: [String: Int])
    }

    private static let keys = ["a", "someKey", "other_key", "URL", "é", "", "a.b", "_x", "x_", "Élan"]

    private func record(_ chance: inout SplitMix64) -> Record {
        func text() -> String { Self.keys.randomElement(using: &chance).map { $0 + "\\\"/\u{2028}" } ?? "" }
        func dictionary<Value>(_ value: (inout SplitMix64) -> Value) -> [String: Value] {
            Dictionary(
                Self.keys.shuffled(using: &chance).prefix(3).map { ($0, value(&chance)) }, uniquingKeysWith: { $1 })
        }
        let edges: [Int64] = [.min, .max, 0, -1, 1 << 53, (1 << 53) + 1]
        var record = Record(
            overrideReason: Bool.random(using: &chance) ? text() : nil, photoURL: text(), URLName: text(), line2: nil,
            notes: dictionary { _ in "v" }, counts: [3: true, -1: false],
            parts: (0..<3).map { _ in [nil, Int.random(in: -9...9, using: &chance), nil] })
        record.nested = Nested(
            wasReadAt: Bool.random(using: &chance) ? .some(.some(4)) : nil, explicit: text(),
            id2: dictionary { _ in ["innerKey": 1, "inner_key": 2] })
        record.choice =
            [.plain, .inLodge(shelfPlace: text(), 3), .URLCase(at: dictionary { _ in 1 })].randomElement(using: &chance)
            ?? .plain
        record.big = [UInt64.max, UInt64(Int64.max) + 1, 0, 7].randomElement(using: &chance) ?? 0
        record.small = edges.randomElement(using: &chance) ?? 0
        record.ratio =
            [0.1, 1, -0.0, 1e300, Double.leastNonzeroMagnitude, Double.random(in: -1...1, using: &chance)]
            .randomElement(using: &chance) ?? 0
        record.half = Float.random(in: -1...1, using: &chance)
        return record
    }

    @Test("Every record is read back as it was written, whatever its names, keys and numbers are")
    func roundTrip() throws {
        var chance = SplitMix64(seed: 7)
        for _ in 0..<2000 {
            let record = record(&chance)
            let bytes = try JSONCoding.encode(record)
            let read = try JSONCoding.decode(Record.self, from: bytes)
            #expect(read == record)
            #expect(try JSONCoding.encode(read) == bytes)
        }
    }

    @Test("Member names become snake case where that is reversible, and dictionary keys stay as they are")
    func names() throws {
        var record = Record(overrideReason: "a/b", notes: ["someKey": "a", "other_key": "b"])
        record.nested = Nested(wasReadAt: .some(.some(1)), explicit: "x", id2: [:])
        let text = String(decoding: try JSONCoding.encode(record), as: UTF8.self)
        for member in [
            #""override_reason":"a/b""#, #""URLName":"u""#, #""notes":{"other_key":"b","someKey":"a"}"#,
            #""was_read_at":1"#, #""_private_name":"x""#, #""ID_two":{}"#,
        ] {
            #expect(text.contains(member), "\(member) in \(text)")
        }
    }

    @Test("Equal records are encoded as the same bytes")
    func sameBytes() throws {
        let record = Record(overrideReason: "a", photoURL: "u", line2: "x", notes: ["a": "1", "b": "2", "c": "3"])
        let first = try JSONCoding.encode(record)
        for _ in 0..<500 { #expect(try JSONCoding.encode(record) == first) }
    }

    private struct Deep: Codable, Equatable {
        var inner: [Deep]
        init(depth: Int) { inner = depth == 0 ? [] : [Deep(depth: depth - 1)] }
    }

    @Test("Values that could not be read again are refused: numbers that are not finite, and nesting that is too deep")
    func refused() throws {
        #expect(throws: EncodingError.self) { try JSONCoding.encode(["x": Double.nan]) }
        #expect(throws: EncodingError.self) { try JSONCoding.encode([Float.infinity]) }
        let deepest = Deep(depth: 31)
        #expect(try JSONCoding.decode(Deep.self, from: JSONCoding.encode(deepest)) == deepest)
        #expect(throws: EncodingError.self) { try JSONCoding.encode(Deep(depth: 32)) }
    }

    private struct Small: Codable, Equatable {
        var count: Int8
        var name: String
    }

    @Test(
        "A value that does not fit its type is refused with its path, and an unknown member is ignored",
        arguments: [
            (#"{"count":1}"#, "name"), (#"{"count":300,"name":"x"}"#, "count"),
            (#"{"count":null,"name":"x"}"#, "count"),
            (#"{"count":1.0,"name":"x"}"#, "count"), (#"{"count":"1","name":"x"}"#, "count"),
            (#"{"count":1,"name":7}"#, "name"), (#"[]"#, ""), (#"{"#, ""),
        ])
    func malformed(text: String, member: String) throws {
        #expect(
            try JSONCoding.decode(Small.self, from: Array(#"{"count":1,"name":"x","more":{}}"#.utf8))
                == Small(count: 1, name: "x"))
        let error = #expect(throws: DecodingError.self) { try JSONCoding.decode(Small.self, from: Array(text.utf8)) }
        switch error {
        case .keyNotFound(let key, _): #expect(key.stringValue == member)
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            #expect(context.codingPath.map(\.stringValue).joined(separator: ".") == member)
        default: Issue.record("no error")
        }
    }
}
