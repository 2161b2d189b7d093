import CSystemd
import Glibc

/// One entry for the journal. Its fields have a name and a value of any bytes, and keep the order in which they were
/// added.
struct JournalEntry: Sendable {
    /// The fields one after the other, each as `NAME=value`, and the offset at which each ends.
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    /// Adds a field. If a name is added more than once, the journal keeps all its values.
    mutating func append(_ name: JournalFieldName, _ value: String) {
        bytes.append(contentsOf: name.text.utf8)
        bytes.append(UInt8(ascii: "="))
        bytes.append(contentsOf: value.utf8)
        ends.append(bytes.count)
    }

    /// Calls `body` with the fields, each as `NAME=value`. The buffers are valid until `body` returns.
    func withFields<Result>(_ body: ([UnsafeMutableRawBufferPointer]) -> Result) -> Result {
        // iovec has no read-only form.
        var bytes = bytes
        return bytes.withUnsafeMutableBytes { memory in
            var start = 0
            let fields = ends.map { end in
                defer { start = end }
                return UnsafeMutableRawBufferPointer(rebasing: memory[start..<end])
            }
            return body(fields)
        }
    }

    /// Sends the entry to the journal. If this returns `true`, the journal has the entry, unless no journal runs at
    /// all.
    func send() -> Bool {
        withFields { fields in
            let vectors = fields.map { iovec(iov_base: $0.baseAddress, iov_len: $0.count) }
            return sd_journal_sendv(vectors, CInt(vectors.count)) == 0
        }
    }
}

/// The name of a field in the journal that a service may set: upper-case letters, digits and underscores, not
/// beginning with an underscore or a digit, at most 64 of them (systemd.journal-fields(7)).
struct JournalFieldName: Sendable, Hashable {
    let text: String

    /// The valid name that is nearest to `text`.
    init(_ text: String) {
        var name: [UInt8] = []
        for byte in text.utf8 where name.count < 64 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): name.append(byte - 32)
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): name.append(byte)
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if name.isEmpty { name.append(contentsOf: "FIELD_".utf8) }
                name.append(byte)
            default:
                if !name.isEmpty { name.append(UInt8(ascii: "_")) }
            }
        }
        self.text = name.isEmpty ? "FIELD" : String(decoding: name, as: UTF8.self)
    }

    static let message = JournalFieldName("MESSAGE")
    static let messageID = JournalFieldName("MESSAGE_ID")
    static let priority = JournalFieldName("PRIORITY")
    static let identifier = JournalFieldName("SYSLOG_IDENTIFIER")
    static let codeFile = JournalFieldName("CODE_FILE")
    static let codeLine = JournalFieldName("CODE_LINE")
    static let codeFunction = JournalFieldName("CODE_FUNC")
    static let logger = JournalFieldName("LOGGER")
}
