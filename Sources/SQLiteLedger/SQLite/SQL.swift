import ConciergeKit
import Synchronization

/// The text of a statement. Each connection prepares it once.
package struct SQL: Sendable, ExpressibleByStringInterpolation {
    let text: String
    /// Its position among the statements that every connection keeps; nil if a connection finds it by its text.
    let position: Int?

    package init(stringLiteral text: String) {
        self.text = text
        position = nil
    }

    /// A statement that calls run often: a connection finds it without hashing its text.
    ///
    /// It must be kept in a static property, because each one takes a position for as long as the process runs.
    init(kept text: String) {
        self.text = text
        position = Self.keptCount.add(1, ordering: .relaxed).oldValue
    }

    private static let keptCount = Atomic(0)
}

/// A value that is bound to a parameter of a statement.
package enum SQLValue: Sendable {
    case int(Int64)
    case text(String)
    /// Text as UTF-8 bytes.
    case utf8([UInt8])
    case null

    static func int(_ value: Int) -> SQLValue { .int(Int64(value)) }
    static func bool(_ value: Bool) -> SQLValue { .int(value ? 1 : 0) }
    static func id(_ id: some NumberID) -> SQLValue { .int(id.number) }
    static func name(_ id: some NameID) -> SQLValue { .text(id.rawValue) }
    static func instant(_ instant: Instant) -> SQLValue { .int(instant.milliseconds) }
    static func instant(_ instant: Instant?) -> SQLValue { .optional(instant?.milliseconds) }
    static func optional(_ value: Int64?) -> SQLValue { value.map { .int($0) } ?? .null }
    static func optional(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
    static func optional(_ value: [UInt8]?) -> SQLValue { value.map { .utf8($0) } ?? .null }

    /// The length of its text in UTF-8 bytes; 0 for other values.
    var byteCount: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .utf8(let bytes): bytes.count
        case .int, .null: 0
        }
    }
}
