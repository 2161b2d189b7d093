import JSON
import NIOCore

/// A call as it is on the wire (varlink.org, Method Call).
struct CallMessage {
    let method: String
    let parameters: JSONObject
    let more: Bool
    let oneway: Bool
    let upgrade: Bool

    /// Reads a message.
    ///
    /// - Throws: ``MalformedMessage`` if the peer does not speak Varlink. Such a peer gets no answer.
    init(_ message: ByteBuffer) throws(MalformedMessage) {
        var method: String?
        var parameters = JSONObject()
        var flags = (more: false, oneway: false, upgrade: false)
        for (key, value) in try MalformedMessage.readObject(message) {
            switch (key, value) {
            case ("method", .string(let name)): method = name
            case ("parameters", .object(let object)): parameters = object
            case ("parameters", .null): break
            case ("more", .bool(let flag)): flags.more = flag
            case ("oneway", .bool(let flag)): flags.oneway = flag
            case ("upgrade", .bool(let flag)): flags.upgrade = flag
            case ("method", _), ("parameters", _), ("more", _), ("oneway", _), ("upgrade", _):
                throw MalformedMessage(reason: "'\(key)' cannot be of the type \(value.kind)")
            default: throw MalformedMessage(reason: "unknown key \(JSON.string(key))")
            }
        }
        guard let method else { throw MalformedMessage(reason: "no method") }
        if (flags.more ? 1 : 0) + (flags.oneway ? 1 : 0) + (flags.upgrade ? 1 : 0) > 1 {
            throw MalformedMessage(reason: "more, oneway and upgrade exclude each other")
        }
        self.method = method
        self.parameters = parameters
        (more, oneway, upgrade) = flags
    }
}

/// A message that is not a valid Varlink message.
struct MalformedMessage: Error {
    let reason: String

    static func readObject(_ message: ByteBuffer) throws(MalformedMessage) -> JSONObject {
        let result = message.withUnsafeReadableBytes { bytes in
            Result { () throws(JSONError) -> JSON in try JSON.parse(bytes) }
        }
        switch result {
        case .success(.object(let object)): return object
        case .success(let value): throw MalformedMessage(reason: "not an object but of the type \(value.kind)")
        case .failure(let error): throw MalformedMessage(reason: error.description)
        }
    }
}
