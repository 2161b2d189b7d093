import Foundation

/// How a record is stored and shown: JSON, with `overrideReason` written `override_reason`.
package enum RecordCoding {
    // Both are safe to share: their options are set here once, and encoding keeps its state to itself.
    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        // Not Foundation's own snake case: it writes `photoURL` as `photo_url`, which is read as `photoUrl` and lost.
        encoder.keyEncodingStrategy = .custom { path in WireKey(stringValue: Naming.wire(path.last?.stringValue ?? ""))
        }
        // Sorted, so that a decision that is made twice comes to the same bytes.
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        return encoder
    }()
    private static let decoder: JSONDecoder = {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }()

    package static func encode(_ value: some Encodable) throws -> [UInt8] {
        [UInt8](try encoder.encode(value))
    }

    package static func decode<Record: Decodable>(_ type: Record.Type, from bytes: [UInt8]) throws -> Record {
        try decoder.decode(type, from: Data(bytes))
    }
}

/// A property's name on the wire.
private struct WireKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
