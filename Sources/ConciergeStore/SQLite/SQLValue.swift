import ConciergeKit
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
    static func id(_ id: some NumberID) -> SQLValue { .int(id.number) }
    static func name(_ id: some NameID) -> SQLValue { .text(id.rawValue) }
    static func instant(_ instant: Instant) -> SQLValue { .int(instant.milliseconds) }
    static func instant(_ instant: Instant?) -> SQLValue { .optional(instant?.milliseconds) }
    static func optional(_ value: Int64?) -> SQLValue { value.map { .int($0) } ?? .null }
    static func optional(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
    static func optional(_ value: [UInt8]?) -> SQLValue { value.map { .utf8($0) } ?? .null }
}

extension SQLValue {
    /// The room that its bytes take.
    var byteCount: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .utf8(let bytes): bytes.count
        case .int, .null: 0
        }
    }

    /// Binds it. Its bytes are put at the beginning of `room`, which is shortened by them; they stay there for as long
    /// as they are bound.
    func bind(to statement: SQLiteStatement, at index: Int32, in room: inout Slice<UnsafeMutableRawBufferPointer>)
        -> Int32
    {
        switch self {
        case .int(let value):
            return sqlite3_bind_int64(statement, index, value)
        case .text(var text):
            return text.withUTF8 { Self.bind(UnsafeRawBufferPointer($0), to: statement, at: index, in: &room) }
        case .utf8(let bytes):
            return bytes.withUnsafeBytes { Self.bind($0, to: statement, at: index, in: &room) }
        case .null:
            return sqlite3_bind_null(statement, index)
        }
    }

    private static func bind(
        _ bytes: UnsafeRawBufferPointer, to statement: SQLiteStatement, at index: Int32,
        in room: inout Slice<UnsafeMutableRawBufferPointer>
    ) -> Int32 {
        // A null pointer would bind NULL, not the empty text.
        guard !bytes.isEmpty else {
            let empty = UnsafeRawPointer(emptyText.utf8Start).assumingMemoryBound(to: CChar.self)
            return sqlite3_bind_text(statement, index, empty, 0, nil)
        }
        let place = UnsafeMutableRawBufferPointer(rebasing: room.prefix(bytes.count))
        place.copyMemory(from: bytes)
        room = room.dropFirst(bytes.count)
        let text = place.assumingMemoryBound(to: CChar.self)
        return sqlite3_bind_text(statement, index, text.baseAddress, Int32(text.count), nil)
    }
}

/// What is bound must last longer than the call that binds it.
private let emptyText: StaticString = ""
