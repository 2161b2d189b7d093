import Foundation
import JSON

/// How a record is stored and shown: JSON, with `overrideReason` written `override_reason`.
package enum RecordCoding {
    // Safe to share: its options are set here once, and decoding keeps its state to itself.
    private static let decoder: JSONDecoder = {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }()

    package static func encode(_ value: some Encodable) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try RecordEncoder.encode(value).write(into: &bytes)
        return bytes
    }

    package static func decode<Record: Decodable>(_ type: Record.Type, from bytes: [UInt8]) throws -> Record {
        try decoder.decode(type, from: Data(bytes))
    }
}
