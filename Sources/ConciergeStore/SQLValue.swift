import GRDB
import GRDBSQLite

/// A value on its way into a statement.
enum SQLValue {
    case int(Int64)
    case text(String)
    /// Text that is UTF-8 bytes already.
    case utf8([UInt8])
    case null

    static func int(_ value: Int) -> SQLValue { .int(Int64(value)) }
    static func bool(_ value: Bool) -> SQLValue { .int(value ? 1 : 0) }
    static func optional(_ value: Int64?) -> SQLValue { value.map { .int($0) } ?? .null }
    static func optional(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
    static func optional(_ value: [UInt8]?) -> SQLValue { value.map { .utf8($0) } ?? .null }
}

/// Tells SQLite to copy what is bound: the bytes are ours for the call alone.
/// SQLITE_TRANSIENT is a cast that Swift does not import: sqlite.org/c3ref/c_static.html.
private let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

extension SQLValue {
    func bind(to statement: SQLiteStatement, at index: Int32) -> Int32 {
        switch self {
        case .int(let value):
            return sqlite3_bind_int64(statement, index, value)
        case .text(var text):
            return text.withUTF8 { Self.bind($0, to: statement, at: index) }
        case .utf8(let bytes):
            return bytes.withUnsafeBufferPointer { Self.bind($0, to: statement, at: index) }
        case .null:
            return sqlite3_bind_null(statement, index)
        }
    }

    private static func bind(
        _ bytes: UnsafeBufferPointer<UInt8>, to statement: SQLiteStatement, at index: Int32
    ) -> Int32 {
        bytes.withMemoryRebound(to: CChar.self) { characters in
            // A null pointer would bind NULL, not the empty text.
            guard let start = characters.baseAddress else { return sqlite3_bind_text(statement, index, "", 0, copied) }
            return sqlite3_bind_text(statement, index, start, Int32(characters.count), copied)
        }
    }
}
