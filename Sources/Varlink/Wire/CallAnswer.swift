import JSON
import NIOCore

/// One answer to a call. A call with `more` may get several.
enum CallAnswer: Sendable {
    case parameters(JSONObject)
    /// The parameters as encoded JSON.
    case encoded([UInt8])
    case error(VarlinkError)

    /// The same answer encoded, so that the event loop need not encode it.
    var encoded: CallAnswer {
        guard case .parameters(let object) = self else { return self }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        object.write(into: &bytes)
        return .encoded(bytes)
    }

    /// The size in bytes of an encoded answer's parameters; 0 for an answer that is not encoded.
    var encodedSize: Int {
        if case .encoded(let bytes) = self { bytes.count } else { 0 }
    }

    /// Appends the reply with its NUL.
    func write(continues: Bool, into buffer: inout ByteBuffer) {
        var bytes: [UInt8]
        switch self {
        case .parameters(let object):
            bytes = []
            object.write(into: &bytes)
        case .encoded(let ready): bytes = ready
        case .error(let error):
            bytes = []
            error.parameters.write(into: &bytes)
            var name: [UInt8] = []
            JSON.string(error.name).write(into: &name)
            buffer.writeStaticString("{\"error\":")
            buffer.writeBytes(name)
            buffer.writeStaticString(",\"parameters\":")
            buffer.writeBytes(bytes)
            buffer.writeStaticString("}\0")
            return
        }
        buffer.writeStaticString("{\"parameters\":")
        buffer.writeBytes(bytes)
        if continues { buffer.writeStaticString(",\"continues\":true") }
        buffer.writeStaticString("}\0")
    }
}
